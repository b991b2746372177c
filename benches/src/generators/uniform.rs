//! Edges between any two vertices.

use super::{Generator, Random};

/// Edges whose ends are chosen uniformly.
pub(crate) struct Uniform {
    pub(crate) vertices: u32,
    pub(crate) edges_each: u32,
}

impl Generator for Uniform {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(2);
        for _ in 0..u64::from(self.vertices) * u64::from(self.edges_each) {
            put(random.below(self.vertices), random.below(self.vertices));
        }
    }
}
