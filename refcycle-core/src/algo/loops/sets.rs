//! Disjoint sets of numbers.

use alloc::vec::Vec;

/// Disjoint sets, each named by its lowest member.
pub(super) struct Sets(Vec<u32>);

impl Sets {
    /// No numbers, with room for `count`.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// The numbers below `count`, each by itself.
    pub(super) fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    /// Adds the next number, by itself.
    pub(super) fn add(&mut self) {
        self.0.push(self.0.len() as u32);
    }

    /// Adds the set of which `v` is the name to that of a lower number.
    pub(super) fn join(&mut self, v: u32, lower: u32) {
        self.0[v as usize] = lower;
    }

    /// The name of the set of `v`, by path halving.
    pub(super) fn find(&mut self, mut v: u32) -> u32 {
        while self.0[v as usize] != v {
            let above = self.0[self.0[v as usize] as usize];
            self.0[v as usize] = above;
            v = above;
        }
        v
    }
}
