//! The lowest semidominator of a range of vertices.

use alloc::vec::Vec;

/// Of the semidominators of vertices that come in falling order, the lowest of those up to
/// some vertex.
#[derive(Default)]
pub(super) struct RangeMinimum {
    /// Vertices in falling order with their semidominators, which rise: where one that comes
    /// later is no higher, it speaks for those before it.
    steps: Vec<(u32, u32)>,
}

impl RangeMinimum {
    #[inline]
    pub(super) fn put(&mut self, v: u32, semi: u32) {
        while self.steps.pop_if(|step| step.1 >= semi).is_some() {}
        self.steps.push((v, semi));
    }

    /// Of those put, the lowest up to `v`, which is one of them.
    pub(super) fn up_to(&self, v: u32) -> u32 {
        let first = self.steps.partition_point(|step| step.0 > v);
        self.steps[first].1
    }
}
