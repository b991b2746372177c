//! A graph without cycles, in layers.

use super::{Generator, Random};

/// Layers of equal width; each vertex has three edges to random vertices of the next.
pub(crate) struct Layers {
    pub(crate) layers: u32,
    pub(crate) width: u32,
}

impl Generator for Layers {
    fn vertices(&self) -> u32 {
        self.layers * self.width
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(6);
        for v in 0..self.vertices() - self.width {
            let next = (v / self.width + 1) * self.width;
            for _ in 0..3 {
                put(v, next + random.below(self.width));
            }
        }
    }
}
