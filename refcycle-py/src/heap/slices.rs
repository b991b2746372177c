//! Passes over many objects that let other threads run in between.
//!
//! A pass that need not see the heap at one point in time reads it in slices: one pause for each,
//! after which the caller may let other threads run. Between two slices, the heap may change. So what
//! is kept from one slice to the next are references to objects, and addresses of objects that are
//! held.

use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use super::assert_not_paused;

/// How many objects are read in one pause: at most a few milliseconds, unless one of them is very
/// large.
pub(crate) const SLICE: usize = 1 << 13;

/// Work on fewer objects is not worth the time of letting other threads run.
const MANY: usize = 20_000;

/// Lets other threads run from time to time.
#[derive(Default)]
pub(crate) struct Turns {
    /// The end of the last turn. The first question is a turn.
    attached: Option<Instant>,
}

impl Turns {
    /// The time after which other threads have their turn. A thread that waits for it asks for its
    /// turn after 5 milliseconds, and is given none before that.
    const INTERVAL: Duration = Duration::from_millis(10);

    /// Lets other threads run if it is time.
    pub(crate) fn give(&mut self, py: Python<'_>) {
        let is_early = |attached: Instant| attached.elapsed() < Self::INTERVAL;
        if !self.attached.is_some_and(is_early) {
            assert_not_paused();
            py.detach(thread::yield_now);
            self.attached = Some(Instant::now());
        }
    }
}

/// Called between two slices.
pub(crate) type Between<'a> = &'a mut dyn FnMut() -> PyResult<()>;

/// Shows the items in slices.
pub(crate) fn in_slices<'a, T>(
    items: &'a [T],
    between: Between<'_>,
    mut see: impl FnMut(&'a [T]) -> PyResult<()>,
) -> PyResult<()> {
    for (number, part) in items.chunks(SLICE).enumerate() {
        if number > 0 {
            between()?;
        }
        see(part)?;
    }
    Ok(())
}

/// Does work on arrays about this many objects, while other threads run if there are many.
pub(super) fn detached<T: Send>(
    py: Python<'_>,
    objects: usize,
    work: impl FnOnce() -> T + Send,
) -> T {
    match objects < MANY {
        true => work(),
        false => py.detach(work),
    }
}
