//! The frames that threads are in.

use pyo3::prelude::*;

use crate::heap::{FrameOfThread, innermost_frames};

/// Returns the innermost frame of each thread of this interpreter, as a list of tuples of the
/// thread's `ident` and the frame. A thread that runs no Python code is left out.
///
/// `sys._current_frames()` also reads the threads of other interpreters, which may run at the
/// same time and end a call meanwhile. Takes time in proportion to the threads.
///
///     >>> import sys
///     >>> from refcycle._refcycle import thread_frames
///     >>> sys._getframe() in [frame for _, frame in thread_frames()]
///     True
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn thread_frames(py: Python<'_>) -> Vec<(u64, Bound<'_, PyAny>)> {
    let frames = innermost_frames(py).into_iter();
    frames
        .map(|FrameOfThread { frame, thread }| (thread, frame))
        .collect()
}
