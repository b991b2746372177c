//! Where objects were allocated, as `tracemalloc` knows it.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use super::gc_pause::GcPause;
use super::sizes::bytes_before;

of_python! {
    /// Exported by all versions of CPython, and not declared by pyo3-ffi: a new tuple of pairs of a
    /// file and a line, the most recent call first; `None` where nothing is known, or nothing is
    /// traced.
    fn _PyTraceMalloc_GetTraceback(domain: std::ffi::c_uint, pointer: usize) -> *mut ffi::PyObject;
}

/// The domain of the memory of objects.
const OBJECTS: std::ffi::c_uint = 0;

/// The file and the line at which an object was allocated; none where that is not known, and where
/// `tracemalloc` does not trace.
///
/// Python's own function looks for the memory of instances in the wrong place up to 3.11. Makes
/// two tuples a call and a number, and releases them.
pub(crate) fn allocation<'py>(
    py: Python<'py>,
    object: &Py<PyAny>,
) -> Option<(Bound<'py, PyString>, u32)> {
    // Making a tuple could start a collection.
    let _gc_pause = GcPause::new(py);
    // SAFETY: the object is alive, and so is its type; the address is looked up and not followed.
    // The result is a new reference, or null with an exception.
    let traceback = unsafe {
        let start = object.as_ptr() as usize - bytes_before(ffi::Py_TYPE(object.as_ptr()));
        let traceback = _PyTraceMalloc_GetTraceback(OBJECTS, start);
        Bound::from_owned_ptr_or_opt(py, traceback)
    };
    let Some(traceback) = traceback else {
        // There was no memory for the tuples.
        drop(PyErr::take(py));
        return None;
    };
    let traceback = traceback.cast_into::<PyTuple>().ok()?;
    let call = traceback.get_item(0).ok()?.cast_into::<PyTuple>().ok()?;
    let file = call.get_item(0).ok()?.cast_into::<PyString>().ok()?;
    let line = call.get_item(1).ok()?.extract::<u32>().ok()?;
    // What the interpreter allocated without a call has neither.
    (line > 0).then_some((file, line))
}
