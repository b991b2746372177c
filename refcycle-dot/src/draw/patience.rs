//! Time limits and cancellation.

use std::fmt;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use refcycle_core::Watch;

use crate::error::ExportError;

/// How long to wait for a drawing: until a time limit passes or the caller cancels.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use refcycle_dot::Patience;
/// let patience = Patience::new(Duration::from_secs(5)).unless(&|| true);
/// assert!(patience.check("nobody").is_err());
/// ```
#[derive(Clone, Copy)]
pub struct Patience<'a> {
    start: Instant,
    limit: Duration,
    interrupted: Option<&'a dyn Fn() -> bool>,
}

impl<'a> Patience<'a> {
    /// Waits at most this long, starting now.
    pub fn new(limit: Duration) -> Self {
        Self {
            start: Instant::now(),
            limit,
            interrupted: None,
        }
    }

    /// Also stops waiting when `interrupted` returns `true`. It is called about every 50 ms.
    pub fn unless(mut self, interrupted: &'a dyn Fn() -> bool) -> Self {
        self.interrupted = Some(interrupted);
        self
    }

    /// Succeeds as long as the caller should keep waiting for `engine`.
    ///
    /// # Errors
    /// [`ExportError::Interrupted`], [`ExportError::TimedOut`].
    pub fn check(&self, engine: &str) -> Result<(), ExportError> {
        if self.interrupted.is_some_and(|interrupted| interrupted()) {
            return Err(ExportError::Interrupted);
        }
        if self.start.elapsed() >= self.limit {
            return Err(ExportError::TimedOut {
                engine: engine.to_owned(),
                limit: self.limit,
            });
        }
        Ok(())
    }

    /// Checks this limit while `job` runs in the current thread.
    pub(crate) fn watch(&self, job: &'static str) -> Watching<'_, 'a> {
        Watching {
            patience: self,
            job,
            asked: None,
        }
    }

    /// How long to sleep before the next [`check`](Self::check): the time left, at most
    /// `longest`.
    pub(super) fn pause(&self, longest: Duration) -> Duration {
        self.limit.saturating_sub(self.start.elapsed()).min(longest)
    }
}

/// The interval between calls of `interrupted`.
const INTERVAL: Duration = Duration::from_millis(50);

/// Stops a computation on timeout or interruption.
pub(crate) struct Watching<'p, 'a> {
    patience: &'p Patience<'a>,
    job: &'static str,
    asked: Option<Instant>,
}

impl Watch for Watching<'_, '_> {
    type Stop = ExportError;

    fn check(&mut self) -> ControlFlow<ExportError> {
        if self.asked.is_some_and(|asked| asked.elapsed() < INTERVAL) {
            return ControlFlow::Continue(());
        }
        self.asked = Some(Instant::now());
        match self.patience.check(self.job) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

impl fmt::Debug for Patience<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
