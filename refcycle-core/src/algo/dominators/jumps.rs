//! Pointers to ancestors in a tree, with which every ancestor is a logarithmic number of steps
//! away: E. W. Myers, "An applicative random-access stack", Inf. Process. Lett. 17 (1983).

use alloc::vec::Vec;

use super::sentinels::ROOT;

/// For each vertex of a tree, whose parents come before their children, an ancestor further up.
pub(super) struct Jumps {
    pub(super) depth: Vec<u32>,
    pub(super) jump: Vec<u32>,
}

impl Jumps {
    /// The jumps of the vertices with these parents, with space for `capacity` vertices. The
    /// first vertex is the root.
    pub(super) fn of(parents: impl Iterator<Item = u32>, capacity: usize) -> Self {
        let mut jumps = Self {
            depth: Vec::with_capacity(capacity),
            jump: Vec::with_capacity(capacity),
        };
        jumps.depth.push(0);
        jumps.jump.push(ROOT);
        parents.skip(1).for_each(|parent| jumps.push(parent));
        jumps
    }

    /// Adds the next vertex, below its parent.
    #[inline]
    pub(super) fn push(&mut self, parent: u32) {
        let far = self.from(parent);
        let farther = self.from(far);
        let depth = |v: u32| self.depth[v as usize];
        let even = depth(parent) - depth(far) == depth(far) - depth(farther);
        self.depth.push(depth(parent) + 1);
        self.jump.push(if even { farther } else { parent });
    }

    #[inline]
    pub(super) fn from(&self, v: u32) -> u32 {
        self.jump[v as usize]
    }
}
