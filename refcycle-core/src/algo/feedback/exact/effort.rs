//! The limit of the search.

use core::ops::ControlFlow;

use crate::Watch;
use crate::watch::Meter;

/// The number of arcs and subsets that may still be read.
pub(in crate::algo::feedback) struct Effort<'m, 'w, W> {
    pub(in crate::algo::feedback) left: usize,
    pub(in crate::algo::feedback) meter: &'m mut Meter<'w, W>,
}

impl<W: Watch> Effort<'_, '_, W> {
    pub(in crate::algo::feedback) fn spend(&mut self, steps: usize) -> ControlFlow<W::Stop> {
        self.left = self.left.saturating_sub(steps);
        self.meter.steps(steps)
    }

    pub(in crate::algo::feedback) fn is_spent(&self) -> bool {
        self.left == 0
    }
}
