//! Graphs that grow by preferential attachment.

use super::{Generator, Random};

/// Each vertex is joined to earlier vertices, with a probability proportional to their degrees
/// (Barabasi, Albert 1999). The edges have random directions.
pub(crate) struct BarabasiAlbert {
    pub(crate) vertices: u32,
    pub(crate) edges_each: u32,
}

impl Generator for BarabasiAlbert {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(28);
        // Each vertex as often as it has edges.
        let mut ends = vec![0];
        for v in 1..self.vertices {
            for _ in 0..self.edges_each {
                let w = ends[random.below(ends.len() as u32) as usize];
                ends.extend([v, w]);
                match random.below(2) {
                    0 => put(v, w),
                    _ => put(w, v),
                }
            }
        }
    }
}
