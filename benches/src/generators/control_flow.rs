//! Control-flow graphs.

use super::{Generator, Random};

/// The basic blocks of one long procedure in the order of the program: sequences of blocks,
/// branches and nested loops. The outermost loop has 52 % of the blocks.
pub(crate) struct ControlFlow {
    pub(crate) vertices: u32,
}

/// Loops and branches are nested no deeper than this.
const DEEPEST: u32 = 12;

impl Generator for ControlFlow {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(22);
        let last = self.vertices - 1;
        let (first, end) = (last / 100 * 30, last / 100 * 82);
        for (from, to) in [(0, first), (first, end), (end, last)] {
            statements(from, to, 0, &mut random, put);
        }
        put(end - 1, first);
    }
}

/// The statements from the block `from` to the block `to`, which comes after them.
fn statements(
    mut from: u32,
    to: u32,
    depth: u32,
    random: &mut Random,
    put: &mut dyn FnMut(u32, u32),
) {
    while from < to {
        let size = match depth {
            DEEPEST => 1,
            _ => 1 + random.below(((to - from) / 2).max(1)),
        };
        let end = from + size;
        match random.below(4) {
            // A loop: the block tests the condition.
            0 if size >= 3 => {
                put(from, end);
                put(from, from + 1);
                statements(from + 1, end - 1, depth + 1, random, put);
                put(end - 1, from);
            }
            // A branch with two sides.
            1..3 if size >= 4 => {
                let other = from + size / 2;
                put(from, from + 1);
                put(from, other);
                statements(from + 1, other - 1, depth + 1, random, put);
                put(other - 1, end);
                statements(other, end, depth + 1, random, put);
            }
            _ => {
                for v in from..end.min(from + 4) {
                    put(v, v + 1);
                }
                from = end.min(from + 4);
                continue;
            }
        }
        from = end;
    }
}
