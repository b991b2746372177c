//! Long loops that can be stopped.

use std::ops::ControlFlow;

use refcycle_core::Watch;

/// With what a step does here, a few milliseconds.
const INTERVAL: usize = 1 << 12;

/// Counts steps and asks a watch once in so many whether to go on.
pub(crate) struct Steps<'w, W> {
    watch: &'w mut W,
    left: usize,
}

impl<'w, W: Watch> Steps<'w, W> {
    pub(crate) fn new(watch: &'w mut W) -> Self {
        Self {
            watch,
            left: INTERVAL,
        }
    }

    pub(crate) fn step(&mut self) -> ControlFlow<W::Stop> {
        self.steps(1)
    }

    /// Counts several, and asks no more than once for all of them.
    pub(crate) fn steps(&mut self, count: usize) -> ControlFlow<W::Stop> {
        if count < self.left {
            self.left -= count;
            return ControlFlow::Continue(());
        }
        self.left = INTERVAL;
        self.watch.check()
    }
}
