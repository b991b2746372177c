//! All objects that the collector knows.

use pyo3::prelude::*;

use super::address_index::AddressSet;

/// Puts the address of every object that the collector tracks into `set`, and takes a
/// reference to each.
#[cfg(Py_3_12)]
pub(super) fn hold_tracked(_py: Python<'_>, set: &mut AddressSet) -> PyResult<()> {
    use pyo3::ffi;
    use std::ffi::{c_int, c_void};

    unsafe extern "C" {
        /// Since CPython 3.12, not declared by pyo3-ffi.
        fn PyUnstable_GC_VisitObjects(
            callback: unsafe extern "C" fn(*mut ffi::PyObject, *mut c_void) -> c_int,
            arg: *mut c_void,
        );
    }

    unsafe extern "C" fn see(object: *mut ffi::PyObject, arg: *mut c_void) -> c_int {
        // SAFETY: `arg` is the set given below.
        let set = unsafe { &mut *arg.cast::<AddressSet>() };
        if set.insert(object as usize) {
            // SAFETY: the collector's lists hold live objects.
            unsafe { ffi::Py_INCREF(object) };
        }
        1
    }

    // SAFETY: the GIL is held, and the callback neither runs Python code nor creates
    // objects.
    unsafe { PyUnstable_GC_VisitObjects(see, (&raw mut *set).cast()) };
    Ok(())
}

/// Puts the address of every object that the collector tracks into `set`, and takes a
/// reference to each.
#[cfg(not(Py_3_12))]
pub(super) fn hold_tracked(py: Python<'_>, set: &mut AddressSet) -> PyResult<()> {
    use pyo3::ffi;

    let objects = py.import("gc")?.call_method0("get_objects")?;
    // SAFETY: `gc.get_objects()` returns a new list, which nobody else has. Its size is
    // set to zero, so that its references become ours without being counted twice.
    unsafe {
        let list = objects.as_ptr().cast::<ffi::PyListObject>();
        let len = ffi::PyList_Size(objects.as_ptr()) as usize;
        for index in 0..len {
            let object = *(*list).ob_item.add(index);
            if !set.insert(object as usize) {
                ffi::Py_DECREF(object);
            }
        }
        (*list).ob_base.ob_size = 0;
    }
    Ok(())
}
