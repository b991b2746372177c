//! Sizes that a type's own `__sizeof__` says.

use pyo3::ffi;
use pyo3::prelude::*;

/// What a `__sizeof__` that is written in C says, or the basic size of the type when it
/// raises.
pub(super) fn by_method(object: &Bound<'_, PyAny>, method: ffi::PyCFunction) -> usize {
    let py = object.py();
    // SAFETY: the method is one without arguments of a base of the object's type. It
    // returns a new reference or null with an exception.
    let said = unsafe {
        let said = method(object.as_ptr(), std::ptr::null_mut());
        Bound::from_owned_ptr_or_err(py, said)
    };
    said.and_then(|said| said.extract()).unwrap_or_else(|_| {
        // SAFETY: the type of a live object is alive.
        unsafe { (*object.get_type_ptr()).tp_basicsize as usize }
    })
}
