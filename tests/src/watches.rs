//! A watch that stops a computation at a given check.

use std::fmt::Debug;
use std::ops::ControlFlow;

use refcycle_core::Watch;

/// Counts its checks, and stops at one of them.
pub struct StopAt {
    check: usize,
    /// The checks until now.
    pub checks: usize,
}

impl StopAt {
    /// Stops at this check, which is 1 for the first; never if it is 0.
    pub fn check(check: usize) -> Self {
        Self { check, checks: 0 }
    }

    /// Only counts the checks.
    pub fn never() -> Self {
        Self::check(0)
    }
}

impl Watch for StopAt {
    type Stop = usize;

    fn check(&mut self) -> ControlFlow<usize> {
        self.checks += 1;
        if self.checks == self.check {
            ControlFlow::Break(self.checks)
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// Panics unless the computation checks the watch more often than `least` times, stops at those of
/// some ten checks at which it is told to, and otherwise returns `expected`.
pub fn stops_at_some_checks<T: PartialEq + Debug>(
    run: impl Fn(&mut StopAt) -> ControlFlow<usize, T>,
    expected: T,
    least: usize,
) {
    let mut never = StopAt::never();
    assert_eq!(run(&mut never), ControlFlow::Continue(expected));
    let checks = never.checks;
    assert!(checks > least);
    for check in (1..=checks).step_by(1 + checks / 10) {
        assert_eq!(run(&mut StopAt::check(check)), ControlFlow::Break(check));
    }
}
