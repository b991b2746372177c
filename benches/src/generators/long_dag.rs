//! Long graphs without cycles.

use super::{Generator, Random};

/// A path through all vertices, with two more edges from each vertex to one of the next thousand.
/// The ids are in random order.
pub(crate) struct LongDag {
    pub(crate) vertices: u32,
}

impl Generator for LongDag {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(25);
        let number = random.permutation(self.vertices);
        for v in 1..self.vertices {
            let left = self.vertices - v;
            put(number[v as usize - 1], number[v as usize]);
            for _ in 0..2 {
                let w = v + random.below(left.min(1000));
                put(number[v as usize - 1], number[w as usize]);
            }
        }
    }
}
