//! The groups that may still be merged.

use std::vec;
use std::vec::Vec;

/// No group.
pub(super) const NONE: u32 = u32::MAX;

/// The open groups, by number. They are the vertices of a forest of edges.
pub(super) struct Open {
    /// The distance from the root.
    pub(super) levels: Vec<u32>,
    /// A group with a higher number and an edge to this one, or [`NONE`] for a root.
    pub(super) parents: Vec<u32>,
    /// What the edges of this pass have shown.
    pub(super) flags: Vec<u8>,
}

impl Open {
    /// This many roots.
    pub(super) fn new(count: usize) -> Self {
        Self {
            levels: vec![0; count],
            parents: vec![NONE; count],
            flags: vec![0; count],
        }
    }

    /// Keeps the groups for which `new` returns a number, in the same order.
    pub(super) fn keep(&mut self, new: impl Fn(u32) -> Option<u32>) {
        let mut parents = Vec::new();
        for (number, &parent) in (0..).zip(&self.parents) {
            if new(number).is_some() {
                let parent = Some(parent).filter(|&parent| parent != NONE);
                parents.push(parent.and_then(&new).unwrap_or(NONE));
            }
        }
        let mut levels = vec![0; parents.len()];
        // Parents have higher numbers.
        for number in (0..parents.len()).rev() {
            if parents[number] != NONE {
                levels[number] = levels[parents[number] as usize] + 1;
            }
        }
        *self = Self {
            flags: vec![0; parents.len()],
            levels,
            parents,
        };
    }
}
