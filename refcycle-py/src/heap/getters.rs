//! Attributes that a type written in C computes.

use std::ffi::CStr;

use pyo3::ffi;

use super::Obj;

/// The value of an attribute, by the getter that this type has, whatever a subclass says; none
/// where there is no getter, where it fails, and for `None`.
///
/// # Safety
/// The object is an instance of the type. What the getter does is to look into the object: it
/// creates nothing, and the object holds the value.
pub(super) unsafe fn computed<'h>(
    ty: *mut ffi::PyTypeObject,
    object: Obj<'h>,
    attribute: &CStr,
) -> Option<Obj<'h>> {
    // SAFETY: the caller's promise; the table ends with an entry without a name.
    unsafe {
        let mut entry = (*ty).tp_getset;
        while !entry.is_null() && !(*entry).name.is_null() {
            if CStr::from_ptr((*entry).name) == attribute {
                return value(object, &*entry);
            }
            entry = entry.add(1);
        }
    }
    None
}

/// # Safety
/// As for [`computed`]; the entry is one of the type's.
unsafe fn value<'h>(object: Obj<'h>, entry: &ffi::PyGetSetDef) -> Option<Obj<'h>> {
    // SAFETY: the caller's promise. The value is a new reference, which is let go at once.
    unsafe {
        let value = (entry.get?)(object.as_ptr(), entry.closure);
        if value.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        ffi::Py_DECREF(value);
        (value != ffi::Py_None()).then(|| Obj::new(value))
    }
}
