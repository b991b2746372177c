//! Small worlds.

use super::{Generator, Random};

/// A ring in which each vertex has edges to the next ones, and one edge in ten goes to a random
/// vertex instead (Watts, Strogatz 1998).
pub(crate) struct SmallWorld {
    pub(crate) vertices: u32,
    pub(crate) edges_each: u32,
}

impl Generator for SmallWorld {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(23);
        for v in 0..self.vertices {
            for step in 1..=self.edges_each {
                let w = match random.below(10) {
                    0 => random.below(self.vertices),
                    _ => (v + step) % self.vertices,
                };
                put(v, w);
            }
        }
    }
}
