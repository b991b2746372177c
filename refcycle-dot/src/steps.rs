//! Checking a watch in long loops.

use std::ops::ControlFlow;

use refcycle_core::Watch;

/// Steps between two checks; together they take a few milliseconds.
const INTERVAL: usize = 1 << 12;

/// Counts steps and checks a watch once every `INTERVAL` steps.
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

    /// The watch, for an algorithm that checks it itself.
    pub(crate) fn watch(&mut self) -> &mut W {
        self.watch
    }

    pub(crate) fn step(&mut self) -> ControlFlow<W::Stop> {
        self.steps(1)
    }

    /// Counts several steps, with at most one check.
    pub(crate) fn steps(&mut self, count: usize) -> ControlFlow<W::Stop> {
        if count < self.left {
            self.left -= count;
            return ControlFlow::Continue(());
        }
        self.left = INTERVAL;
        self.watch.check()
    }
}
