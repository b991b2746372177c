//! Stopping a long computation half-way.

use core::convert::Infallible;
use core::ops::ControlFlow;

/// Is asked now and then, during a long computation, whether to go on.
///
/// The `*_watched` form of an algorithm takes one and asks it about once in sixty-five
/// thousand vertices or edges: every millisecond or so. Any
/// `FnMut() -> ControlFlow<B>` is a `Watch`.
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
/// use refcycle_core::{CsrGraph, algo};
///
/// let path = CsrGraph::from_edges(1_000_000, (1..1_000_000).map(|v| (v - 1, v)))?;
/// let stopped = algo::strongly_connected_components_watched(
///     &path,
///     &mut || ControlFlow::Break("enough"),
/// );
/// assert_eq!(stopped.break_value(), Some("enough"));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub trait Watch {
    /// What the computation returns in place of its result when it was stopped.
    type Stop;

    /// `Continue` to go on, `Break` to stop.
    fn check(&mut self) -> ControlFlow<Self::Stop>;

    /// Whether [`check`](Self::check) always says `Continue`: the algorithms then need not
    /// count their steps.
    #[inline]
    fn is_idle(&self) -> bool {
        false
    }
}

impl<B, F: FnMut() -> ControlFlow<B>> Watch for F {
    type Stop = B;

    fn check(&mut self) -> ControlFlow<B> {
        self()
    }
}

/// Never stops anything; costs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    type Stop = Infallible;

    #[inline]
    fn check(&mut self) -> ControlFlow<Infallible> {
        ControlFlow::Continue(())
    }

    #[inline]
    fn is_idle(&self) -> bool {
        true
    }
}

const INTERVAL: u32 = 1 << 16;

/// Counts steps and asks the watch once in so many.
pub(crate) struct Meter<'w, W> {
    watch: &'w mut W,
    interval: u32,
    left: u32,
}

impl<'w, W: Watch> Meter<'w, W> {
    pub(crate) fn new(watch: &'w mut W) -> Self {
        Self::every(INTERVAL, watch)
    }

    /// One that asks once in so many steps, which are not none.
    pub(crate) fn every(interval: u32, watch: &'w mut W) -> Self {
        Self {
            watch,
            interval,
            left: interval,
        }
    }

    #[inline]
    pub(crate) fn step(&mut self) -> ControlFlow<W::Stop> {
        self.steps(1)
    }

    /// Counts several steps, and asks no more than once for all of them.
    #[inline]
    pub(crate) fn steps(&mut self, count: usize) -> ControlFlow<W::Stop> {
        if self.watch.is_idle() {
            return ControlFlow::Continue(());
        }
        if count < self.left as usize {
            self.left -= count as u32;
            return ControlFlow::Continue(());
        }
        self.left = self.interval;
        self.watch.check()
    }
}

/// The result of a computation that nothing could stop.
#[inline]
pub(crate) fn finished<T>(flow: ControlFlow<Infallible, T>) -> T {
    let ControlFlow::Continue(result) = flow;
    result
}
