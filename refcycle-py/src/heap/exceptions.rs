//! Exceptions.

use pyo3::ffi;

use super::Obj;
use super::object::present;

/// The references that every exception has, by attribute name; empty if the object is not an
/// exception.
pub(crate) fn exception_fields<'h>(object: Obj<'h>) -> Vec<(&'h str, Obj<'h>)> {
    // SAFETY: the object is alive, and its fields are read only if it is an exception.
    let exception = unsafe {
        if ffi::PyExceptionInstance_Check(object.as_ptr()) == 0 {
            return Vec::new();
        }
        &*object.as_ptr().cast::<ffi::PyBaseExceptionObject>()
    };
    present([
        ("__traceback__", exception.traceback),
        ("__cause__", exception.cause),
        ("__context__", exception.context),
        ("args", exception.args),
        #[cfg(Py_3_11)]
        ("__notes__", exception.notes),
        ("__dict__", exception.dict),
    ])
}
