//! Graphs like the dependencies of packages in two registries. They have the numbers of vertices,
//! edges and the like of the real ones, which `benches/python/export_debian.py` can export.

use super::{Generator, Random};

/// Like crates.io: on average seven dependencies, three in four of which go to popular older
/// packages. One in a hundred is for tests and goes to a newer package, which makes cycles. The
/// ids are in alphabetical order, which is a random order.
pub(crate) struct Crates {
    pub(crate) vertices: u32,
}

impl Generator for Crates {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(26);
        let number = random.permutation(self.vertices);
        for v in 1..self.vertices {
            // Few have many dependencies.
            let most = 1 << random.below(6);
            for _ in 0..random.below(most + 1) {
                let w = match random.below(100) {
                    0 => v + random.below(self.vertices - v),
                    1..25 => random.below(v),
                    _ => popular(v, &mut random),
                };
                put(number[v as usize], number[w as usize]);
            }
        }
    }
}

/// Like Debian: packages of one source have adjacent ids and often need each other; one dependency
/// in six goes to the most popular package, and most of the others to popular ones.
pub(crate) struct Debian {
    pub(crate) vertices: u32,
}

impl Generator for Debian {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(27);
        let mut first = 0;
        while first < self.vertices {
            let most = 1 << random.below(5);
            let end = first + (1 + random.below(most)).min(self.vertices - first);
            for v in first..end {
                for _ in 0..random.below(8) {
                    let w = match random.below(12) {
                        0..2 => 0,
                        2..5 => first + random.below(end - first),
                        5 => random.below(self.vertices),
                        _ => popular(self.vertices, &mut random),
                    };
                    put(v, w);
                }
            }
            first = end;
        }
    }
}

/// A number below `bound`, of which a few are frequent.
fn popular(bound: u32, random: &mut Random) -> u32 {
    (0..3).fold(bound, |bound, _| 1 + random.below(bound)) - 1
}
