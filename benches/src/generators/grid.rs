//! A grid of streets.

use super::{Generator, Random};

/// A square grid in which each neighbour to the right and below is joined in one direction, the
/// other, or both, so that there is one large component with many small ones around it: about
/// half of the streets are one-way.
pub(crate) struct Grid {
    pub(crate) side: u32,
}

impl Generator for Grid {
    fn vertices(&self) -> u32 {
        self.side * self.side
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(4);
        let mut street = |v, w| {
            let kind = random.below(4);
            if kind != 0 {
                put(v, w);
            }
            if kind < 2 {
                put(w, v);
            }
        };
        for row in 0..self.side {
            for column in 0..self.side {
                let v = row * self.side + column;
                if column + 1 < self.side {
                    street(v, v + 1);
                }
                if row + 1 < self.side {
                    street(v, v + self.side);
                }
            }
        }
    }
}
