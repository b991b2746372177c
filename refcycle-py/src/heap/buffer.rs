//! The arrays of a graph, for consumers of Python's buffer protocol.

use std::ffi::c_int;
use std::sync::Arc;

use pyo3::ffi;
use pyo3::prelude::*;
use refcycle_core::CsrGraph;

/// One of the arrays of a graph.
#[derive(Clone, Copy)]
pub(crate) enum GraphArray {
    /// Where the edges of each vertex start and, in the last entry, where all edges end.
    Offsets,
    /// The vertices to which the edges go.
    Heads,
}

/// An array of 32-bit numbers of a graph, as read-only bytes. It keeps only the array alive.
#[pyclass(frozen, module = "refcycle._refcycle")]
pub(crate) struct ArrayBuffer {
    graph: Arc<CsrGraph>,
    array: GraphArray,
}

impl ArrayBuffer {
    pub(crate) fn new(graph: Arc<CsrGraph>, array: GraphArray) -> Self {
        Self { graph, array }
    }

    fn words(&self) -> &[u32] {
        match self.array {
            GraphArray::Offsets => self.graph.offsets(),
            GraphArray::Heads => self.graph.heads(),
        }
    }
}

#[crate::border::guarded]
#[pymethods]
impl ArrayBuffer {
    /// # Safety
    /// `view` is a buffer to fill in, as CPython passes it.
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let words = slf.get().words();
        // SAFETY: guaranteed by the caller. The array is never changed or moved, and lives as long
        // as `slf`, which the buffer holds; the buffer is marked as read-only.
        let filled = unsafe {
            ffi::PyBuffer_FillInfo(
                view,
                slf.as_ptr(),
                words.as_ptr().cast_mut().cast(),
                size_of_val(words) as ffi::Py_ssize_t,
                1,
                flags,
            )
        };
        match filled {
            0 => Ok(()),
            _ => Err(PyErr::fetch(slf.py())),
        }
    }
}
