//! Code that violates the contract of `paused`, for the tests of the witness.

use pyo3::ffi;
use pyo3::prelude::*;

use super::{attached, paused};

/// Violates the contract of `paused`, for the tests.
///
/// Each letter of `acts` stands for an action during the pause: `c` allocates and frees memory for
/// an object, `n` starts and ends a nested pause, `i` does `c` in a nested pause, `a` attaches.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn misuse_pause(py: Python<'_>, acts: &str) -> PyResult<()> {
    paused(py, |_| {
        for act in acts.chars() {
            match act {
                'c' => create(),
                'n' => pause_again(|| ()),
                'i' => pause_again(create),
                'a' => _ = attached(|_| ()),
                _ => unreachable!("unknown act"),
            }
        }
    });
    Ok(())
}

fn create() {
    // SAFETY: the thread is attached; the memory is freed once and not used.
    unsafe { ffi::PyObject_Free(ffi::PyObject_Malloc(16)) };
}

#[expect(clippy::disallowed_methods, reason = "a test of what the lint forbids")]
fn pause_again(act: impl FnOnce() + Send) {
    // SAFETY: the outer pause runs in a thread that is attached.
    paused(unsafe { Python::assume_attached() }, |_| act());
}
