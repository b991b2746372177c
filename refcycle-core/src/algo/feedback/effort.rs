//! The limit of the search.

use core::ops::ControlFlow;

use crate::Watch;
use crate::watch::Meter;

/// The number of arcs and subsets that may still be read.
pub(super) struct Effort<'m, 'w, W> {
    pub(super) left: usize,
    pub(super) meter: &'m mut Meter<'w, W>,
}

impl<W: Watch> Effort<'_, '_, W> {
    pub(super) fn spend(&mut self, steps: usize) -> ControlFlow<W::Stop> {
        self.left = self.left.saturating_sub(steps);
        self.meter.steps(steps)
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }
}
