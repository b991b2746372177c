//! All objects that the collector knows. Their addresses are good as long as nothing moves.

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::gc::get_objects;
use super::topology::no_memory;
use super::{Still, sequence_items};

/// Puts the address of every object that the collector tracks into `set`. Frozen objects
/// are among them from 3.14 on.
#[cfg(Py_3_12)]
pub(super) fn enumerate_tracked(_py: Python<'_>, set: &mut AddressSet) -> PyResult<()> {
    use pyo3::ffi;
    use std::collections::TryReserveError;
    use std::ffi::{c_int, c_void};

    unsafe extern "C" {
        /// Since CPython 3.12, not declared by pyo3-ffi.
        fn PyUnstable_GC_VisitObjects(
            callback: unsafe extern "C" fn(*mut ffi::PyObject, *mut c_void) -> c_int,
            arg: *mut c_void,
        );
    }

    struct State<'a> {
        set: &'a mut AddressSet,
        result: Result<bool, TryReserveError>,
    }

    /// # Safety
    /// `arg` points to a [`State`] that nobody else uses.
    unsafe extern "C" fn see(object: *mut ffi::PyObject, arg: *mut c_void) -> c_int {
        // SAFETY: `arg` is the state given below.
        let state = unsafe { &mut *arg.cast::<State<'_>>() };
        state.result = state.set.insert(object as usize);
        c_int::from(state.result.is_ok())
    }

    let mut state = State {
        set,
        result: Ok(true),
    };
    // SAFETY: the GIL is held, and the callback neither runs Python code nor creates
    // objects.
    unsafe { PyUnstable_GC_VisitObjects(see, (&raw mut state).cast()) };
    state.result.map(|_| ()).map_err(no_memory)
}

/// Puts the address of every object that the collector tracks into `set`.
#[cfg(not(Py_3_12))]
pub(super) fn enumerate_tracked(py: Python<'_>, set: &mut AddressSet) -> PyResult<()> {
    enumerate_collectable(py, set)
}

/// Puts the address of every object that the collector tracks and that is not frozen into
/// `set`.
pub(super) fn enumerate_collectable(py: Python<'_>, set: &mut AddressSet) -> PyResult<()> {
    let list = get_objects(py)?;
    let objects = sequence_items(Still::new(py).see(&list));
    for object in objects.into_iter().flatten().flatten() {
        set.insert(object.address()).map_err(no_memory)?;
    }
    // The list goes, and with it a reference to each, none of which is the last.
    Ok(())
}
