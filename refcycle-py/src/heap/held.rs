//! Objects to which we hold a reference.

use pyo3::ffi;
use pyo3::prelude::*;

/// References to objects, one each.
pub(crate) type Held = Box<[Py<PyAny>]>;

/// Whether anything else holds the object too.
pub(crate) fn is_shared<T>(_py: Python<'_>, object: &Py<T>) -> bool {
    // SAFETY: the reference keeps the object alive.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) > 1 }
}
