//! All objects that the collector knows.
//!
//! Up to 3.11 only a list of them can be had, which is an object: it is made and released
//! before the pause. None of its references is the last, and no Python code runs between its
//! end and the pause, so that the addresses are still those of live objects.

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::gc::get_objects;
use super::topology::no_memory;
use super::{Still, paused, sequence_items};

/// What [`enumerate_tracked`] needs to be told before the pause.
pub(super) fn list_tracked(py: Python<'_>, set: &mut AddressSet) -> PyResult<()> {
    match cfg!(Py_3_12) {
        true => Ok(()),
        false => list_collectable(py, set),
    }
}

/// Puts the address of every object that the collector tracks into `set`. Frozen objects
/// are among them from 3.14 on.
#[cfg(Py_3_12)]
pub(super) fn enumerate_tracked(_heap: Still<'_, '_>, set: &mut AddressSet) -> PyResult<()> {
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
    // SAFETY: the heap is paused, and the callback only notes an address.
    unsafe { PyUnstable_GC_VisitObjects(see, (&raw mut state).cast()) };
    state.result.map(|_| ()).map_err(no_memory)
}

/// The objects are in the set: [`list_tracked`] has put them there.
#[cfg(not(Py_3_12))]
pub(super) fn enumerate_tracked(_heap: Still<'_, '_>, _set: &mut AddressSet) -> PyResult<()> {
    Ok(())
}

/// Puts the address of every object that the collector tracks and that is not frozen into
/// `set`, before the pause.
pub(super) fn list_collectable(py: Python<'_>, set: &mut AddressSet) -> PyResult<()> {
    let list = get_objects(py)?.unbind();
    paused(py, |heap| {
        let objects = sequence_items(heap.see(&list));
        for object in objects.into_iter().flatten().flatten() {
            set.insert(object.address()).map_err(no_memory)?;
        }
        Ok(())
    })
}
