//! A MemoryError that needs no memory.

use pyo3::ffi;
use pyo3::prelude::*;

/// One of the MemoryErrors that CPython preallocates for the case that it cannot create one.
pub(crate) fn memory_error(py: Python<'_>) -> PyErr {
    // SAFETY: the thread is attached.
    unsafe { ffi::PyErr_NoMemory() };
    PyErr::fetch(py)
}
