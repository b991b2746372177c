//! The proof that the thread is attached to the interpreter.

use pyo3::ffi;
use pyo3::prelude::*;

/// Runs code that Python has called, also in a finalizer while the interpreter ends, when
/// PyO3 attaches nobody any more. `None` in a thread that is not attached and cannot be.
#[expect(
    clippy::disallowed_methods,
    reason = "it checks that the heap is not paused"
)]
pub(crate) fn attached<T>(work: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    super::assert_not_paused();
    // SAFETY: the question may be asked anywhere.
    if unsafe { ffi::PyGILState_Check() } == 0 {
        return Python::try_attach(work);
    }
    // SAFETY: it is attached. Beside subinterpreters CPython says so without a look; this is
    // for the border, in what Python has called, where it is true.
    Some(work(unsafe { Python::assume_attached() }))
}
