//! The type of greenlets, if the module `greenlet` is loaded.
//!
//! It is a static type of that module, so that its address does not change while the process runs.

use std::ffi::CStr;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

use super::interpreter::module_dict;

static TYPE: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(ptr::null_mut());

/// Looks for the type in the modules that are loaded. Call this before the heap is read.
pub(super) fn look_for_greenlets(_py: Python<'_>) {
    if greenlet_type().is_some() {
        return;
    }
    for module in [c"greenlet._greenlet", c"greenlet"] {
        // SAFETY: the GIL is held; both functions return a borrowed reference or null.
        let found = unsafe {
            let dict = module_dict(module);
            match dict.is_null() {
                true => continue,
                false => ffi::PyDict_GetItemString(dict, c"greenlet".as_ptr()),
            }
        };
        // SAFETY: what the dict holds is alive.
        if !found.is_null() && unsafe { is_the_type(found) } {
            TYPE.store(found.cast(), Ordering::Relaxed);
        }
    }
}

/// # Safety
/// The object is alive.
unsafe fn is_the_type(object: *mut ffi::PyObject) -> bool {
    // SAFETY: the caller's promise; a type has a name.
    unsafe {
        if ffi::PyType_Check(object) == 0 {
            return false;
        }
        let ty = object.cast::<ffi::PyTypeObject>();
        ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) == 0
            && CStr::from_ptr((*ty).tp_name) == c"greenlet.greenlet"
    }
}

/// The type; `None` if the module is not loaded, or was not looked for.
#[inline]
pub(super) fn greenlet_type() -> Option<*mut ffi::PyTypeObject> {
    let ty = TYPE.load(Ordering::Relaxed);
    (!ty.is_null()).then_some(ty)
}

/// Whether a type is that of greenlets or a subclass.
///
/// # Safety
/// The type is alive.
#[inline]
pub(super) unsafe fn is_below_greenlet(ty: *mut ffi::PyTypeObject) -> bool {
    let Some(greenlet) = greenlet_type() else {
        return false;
    };
    // SAFETY: both types are alive. Most types have smaller instances, and so are not asked.
    unsafe {
        ty == greenlet
            || ((*ty).tp_basicsize >= (*greenlet).tp_basicsize
                && ffi::PyType_IsSubtype(ty, greenlet) != 0)
    }
}
