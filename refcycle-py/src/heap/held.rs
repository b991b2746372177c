//! Objects that are held.

use pyo3::ffi;
use pyo3::prelude::*;

/// References to objects, one each.
pub(crate) type Held = Box<[Py<PyAny>]>;

/// Whether somebody else holds an object too.
pub(crate) fn is_shared<T>(_py: Python<'_>, object: &Py<T>) -> bool {
    // SAFETY: the reference keeps the object alive.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) > 1 }
}
