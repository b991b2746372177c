//! The exception that needs no memory.

use pyo3::ffi;
use pyo3::prelude::*;

/// A MemoryError, of those that CPython keeps for the time when it can make none.
pub(crate) fn memory_error(py: Python<'_>) -> PyErr {
    // SAFETY: the thread is attached.
    unsafe { ffi::PyErr_NoMemory() };
    PyErr::fetch(py)
}
