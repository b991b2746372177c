//! Stopping a long computation.

use core::convert::Infallible;
use core::ops::ControlFlow;

/// Decides during a long computation whether to continue.
///
/// An algorithm checks the watch of its [`Run`](crate::Run) about once per 65,536 vertices or edges:
/// roughly every millisecond. Any `FnMut() -> ControlFlow<B>` is a `Watch`.
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
/// use refcycle_core::{CsrGraph, Run, algo};
///
/// let path = CsrGraph::from_edges(1_000_000, (1..1_000_000).map(|v| (v - 1, v)))?;
/// let mut watch = || ControlFlow::Break("enough");
/// let stopped = algo::strongly_connected_components(Run::on(&path).watch(&mut watch));
/// assert_eq!(stopped.break_value(), Some("enough"));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stop an algorithm",
    note = "a watch is a closure that returns a `ControlFlow`, or a type that implements `Watch`"
)]
pub trait Watch {
    /// What the computation returns instead of its result if it is stopped.
    type Stop;

    /// `Continue` to continue, `Break` to stop.
    fn check(&mut self) -> ControlFlow<Self::Stop>;

    /// Whether [`check`](Self::check) always returns `Continue`: then the algorithms need not
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

/// A watch that never stops a computation. It costs nothing.
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

/// Counts steps and checks the watch after each interval.
pub(crate) struct Meter<'w, W> {
    watch: &'w mut W,
    interval: u32,
    left: u32,
}

impl<'w, W: Watch> Meter<'w, W> {
    pub(crate) fn new(watch: &'w mut W) -> Self {
        Self::every(INTERVAL, watch)
    }

    /// A meter that checks the watch once per `interval` steps; the interval must not be zero.
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

    /// The watch, for an algorithm that is a step of this one.
    pub(crate) fn watch(&mut self) -> &mut W {
        self.watch
    }

    /// Counts several steps, and checks the watch at most once for all of them.
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

/// The result of a computation that cannot be stopped.
#[inline]
pub(crate) fn finished<T>(flow: ControlFlow<Infallible, T>) -> T {
    let ControlFlow::Continue(result) = flow;
    result
}
