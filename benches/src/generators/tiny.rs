//! Very many tiny components.

use super::{Generator, Random};

/// Cycles of one to four vertices with scattered numbers. Each cycle has one or two edges to
/// earlier cycles.
pub(crate) struct Tiny {
    pub(crate) vertices: u32,
}

impl Generator for Tiny {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(5);
        let number = random.permutation(self.vertices);
        let name = |v: u32| number[v as usize];
        let mut first = 0;
        while first < self.vertices {
            let end = first + (1 + random.below(4)).min(self.vertices - first);
            for v in first..end {
                let next = if v + 1 == end { first } else { v + 1 };
                if next != v {
                    put(name(v), name(next));
                }
                if first > 0 && random.below(2) == 0 {
                    put(name(v), name(random.below(first)));
                }
            }
            first = end;
        }
    }
}
