//! The lowest semidominator of a range of vertices.

use alloc::vec::Vec;

/// Finds the lowest semidominator of all vertices up to a vertex. The vertices are added in
/// descending order.
#[derive(Default)]
pub(super) struct RangeMinimum {
    /// Vertices in descending order with their semidominators, which ascend: a vertex added later
    /// with a semidominator that is not higher replaces those before it.
    steps: Vec<(u32, u32)>,
}

impl RangeMinimum {
    #[inline]
    pub(super) fn put(&mut self, v: u32, semi: u32) {
        while self.steps.pop_if(|step| step.1 >= semi).is_some() {}
        self.steps.push((v, semi));
    }

    /// The lowest semidominator up to `v`, which must have been added.
    pub(super) fn up_to(&self, v: u32) -> u32 {
        let first = self.steps.partition_point(|step| step.0 > v);
        self.steps[first].1
    }
}
