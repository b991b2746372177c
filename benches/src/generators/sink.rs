//! A graph without a giant component, in which everything leads to a small one.

use super::{Generator, Random};

/// The first 200th of the vertices is a random graph, and so one component. Every other vertex has
/// six edges to vertices with lower ids; one in four has an edge to the component among them. A trial
/// of the search finds this component, and walks from everywhere meet it.
pub(crate) struct Sink {
    pub(crate) vertices: u32,
}

impl Generator for Sink {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(26);
        let inner = self.vertices / 200;
        for v in 0..self.vertices {
            for edge in 0..6 {
                let leads_in = v < inner || edge == 0 && v % 4 == 0;
                put(v, random.below(if leads_in { inner } else { v }));
            }
        }
    }
}
