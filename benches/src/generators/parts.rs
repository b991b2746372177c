//! Several large components.

use super::{Generator, Random};

/// Random graphs of equal size with ids in random order, and possibly edges from each to the next.
pub(crate) struct Parts {
    pub(crate) count: u32,
    pub(crate) size: u32,
    pub(crate) edges_each: u32,
    /// The number of edges from a part to the next.
    pub(crate) links: u32,
}

impl Generator for Parts {
    fn vertices(&self) -> u32 {
        self.count * self.size
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(24);
        let number = random.permutation(self.vertices());
        let name = |v: u32| number[v as usize];
        for v in 0..self.vertices() {
            let first = v / self.size * self.size;
            for _ in 0..self.edges_each {
                put(name(v), name(first + random.below(self.size)));
            }
        }
        for next in (self.size..self.vertices()).step_by(self.size as usize) {
            for _ in 0..self.links {
                let (from, to) = (random.below(self.size), random.below(self.size));
                put(name(next - self.size + from), name(next + to));
            }
        }
    }
}
