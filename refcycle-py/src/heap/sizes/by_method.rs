//! Sizes that a type's own `__sizeof__` returns.

use pyo3::ffi;
use pyo3::prelude::*;

/// The result of a `__sizeof__` that is written in C, or the basic size of the type if it raises.
pub(super) fn by_method(object: &Bound<'_, PyAny>, method: ffi::PyCFunction) -> usize {
    let py = object.py();
    // SAFETY: the method takes no arguments and belongs to a base of the object's type. It returns
    // a new reference, or null with an exception.
    let said = unsafe {
        let said = method(object.as_ptr(), std::ptr::null_mut());
        Bound::from_owned_ptr_or_err(py, said)
    };
    said.and_then(|said| said.extract()).unwrap_or_else(|_| {
        // SAFETY: the type of a live object is alive.
        unsafe { (*object.get_type_ptr()).tp_basicsize as usize }
    })
}
