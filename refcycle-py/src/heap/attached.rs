//! The proof that the thread is attached to the interpreter.

use pyo3::ffi;
use pyo3::prelude::*;

/// Runs code that Python has called. This includes finalizers that run while the interpreter shuts
/// down, when PyO3 no longer attaches any thread. `None` in a thread that is not attached and
/// cannot be.
#[expect(
    clippy::disallowed_methods,
    reason = "it checks that the heap is not paused"
)]
pub(crate) fn attached<T>(work: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    super::assert_not_paused();
    // SAFETY: this function may be called in any state.
    if unsafe { ffi::PyGILState_Check() } == 0 {
        return Python::try_attach(work);
    }
    // SAFETY: the thread is attached. If there are subinterpreters, CPython returns 1 without a
    // check; this function is only for code that Python has called, where that is correct.
    Some(work(unsafe { Python::assume_attached() }))
}
