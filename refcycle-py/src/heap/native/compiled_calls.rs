//! Calls of functions that were compiled from C, Cython or Rust, and of no others.

use std::ffi::CStr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::heap::{Obj, compiled};

/// The result of a method of the object, if the method is compiled and succeeds.
pub(super) fn call<'py, const N: usize>(
    object: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
    arguments: [&Bound<'py, PyAny>; N],
) -> Option<Bound<'py, PyAny>> {
    let method = found_in_type(object.get_type_ptr(), name)?;
    // SAFETY: the type of a live object is alive.
    let is_method = method.get_type_ptr() == &raw mut ffi::PyMethodDescr_Type
        || unsafe { is_cython_function(method.get_type_ptr()) };
    if !is_method {
        return None;
    }
    let mut all = vec![object.clone()];
    all.extend(arguments.into_iter().cloned());
    let pointers: Vec<_> = all.iter().map(Bound::as_ptr).collect();
    // SAFETY: the array has as many references as stated.
    unsafe {
        let result = ffi::PyObject_Vectorcall(
            method.as_ptr(),
            pointers.as_ptr(),
            pointers.len(),
            std::ptr::null_mut(),
        );
        Bound::from_owned_ptr_or_err(object.py(), result).ok()
    }
}

/// The value of an attribute of the object that a compiled getter or a field of its struct provides.
pub(super) fn get<'py>(
    object: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> Option<Bound<'py, PyAny>> {
    get_from(object.get_type_ptr(), object, name)
}

/// The same, whatever the types below `start`, which is a base of the object's type, define.
pub(super) fn get_from<'py>(
    start: *mut ffi::PyTypeObject,
    object: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> Option<Bound<'py, PyAny>> {
    let descriptor = found_in_type(start, name)?;
    let ty = descriptor.get_type_ptr();
    if ty != &raw mut ffi::PyGetSetDescr_Type && ty != &raw mut ffi::PyMemberDescr_Type {
        return None;
    }
    // SAFETY: these types have this slot, which returns a new reference or raises.
    unsafe {
        let getter = (*ty).tp_descr_get?;
        let value = getter(
            descriptor.as_ptr(),
            object.as_ptr(),
            object.get_type_ptr().cast(),
        );
        Bound::from_owned_ptr_or_err(object.py(), value).ok()
    }
}

/// The value of such an attribute as a number.
pub(super) fn get_number(object: &Bound<'_, PyAny>, name: &Bound<'_, PyString>) -> Option<u64> {
    get(object, name)?.extract().ok()
}

/// What the namespace of the type, or of the nearest base that has it, contains under a name.
fn found_in_type<'py>(
    mut ty: *mut ffi::PyTypeObject,
    name: &Bound<'py, PyString>,
) -> Option<Bound<'py, PyAny>> {
    // SAFETY: a type keeps its bases and its namespace alive. The name is a string.
    unsafe {
        while !ty.is_null() {
            let namespace = (*ty).tp_dict;
            if !namespace.is_null() {
                let found = ffi::PyDict_GetItemWithError(namespace, name.as_ptr());
                if !found.is_null() {
                    return Some(Bound::from_borrowed_ptr(name.py(), found));
                }
                ffi::PyErr_Clear();
            }
            ty = (*ty).tp_base;
        }
    }
    None
}

/// Whether the type is that of Cython's functions, whose name contains the version of Cython.
///
/// # Safety
/// The type is alive.
unsafe fn is_cython_function(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: guaranteed by the caller; a type has a name.
    unsafe {
        let name = CStr::from_ptr((*ty).tp_name).to_bytes();
        name.starts_with(b"_cython_")
            && name.ends_with(b".cython_function_or_method")
            && compiled::is_compiled(Obj::new(ty.cast()))
    }
}
