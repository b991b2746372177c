//! Graphs like the dependencies of packages.

use super::{Generator, Random};

/// Packages by age. Each depends on up to sixteen older ones, most of them popular; one dependency
/// in a thousand goes to a younger package, which makes a few cycles. The ids are in random order.
pub(crate) struct Packages {
    pub(crate) vertices: u32,
}

impl Generator for Packages {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(12);
        let number = random.permutation(self.vertices);
        for v in 1..self.vertices {
            for _ in 0..random.below(17) {
                let mut older = random.below(v);
                if random.below(4) != 0 {
                    older = random.below(older + 1);
                    older = random.below(older + 1);
                }
                let w = if random.below(1000) == 0 {
                    (v + random.below(64)).min(self.vertices - 1)
                } else {
                    older
                };
                put(number[v as usize], number[w as usize]);
            }
        }
    }
}
