//! All objects that the collector tracks.
//!
//! Up to 3.11, they are only available as a list, which is itself an object: it is created and
//! released before the pause. None of its references is the last one to its object, and no Python
//! code runs between its release and the pause, so the addresses are still those of live objects.

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::gc::get_objects;
use super::topology::no_memory;
use super::{Still, paused, sequence_items};

/// Collects what [`enumerate_tracked`] needs before the pause.
pub(super) fn list_tracked(py: Python<'_>, set: &mut AddressSet) -> PyResult<()> {
    match cfg!(Py_3_12) {
        true => Ok(()),
        false => list_collectable(py, set),
    }
}

/// Adds the address of every object that the collector tracks to `set`. Since 3.14, this includes
/// frozen objects.
#[cfg(Py_3_12)]
pub(super) fn enumerate_tracked(_heap: Still<'_, '_>, set: &mut AddressSet) -> PyResult<()> {
    use pyo3::ffi;
    use std::collections::TryReserveError;
    use std::ffi::{c_int, c_void};

    unsafe extern "C" {
        /// New in CPython 3.12; not declared by pyo3-ffi.
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
    /// `arg` points to a [`State`] that is not in use elsewhere.
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

/// The objects are already in the set: [`list_tracked`] has added them.
#[cfg(not(Py_3_12))]
pub(super) fn enumerate_tracked(_heap: Still<'_, '_>, _set: &mut AddressSet) -> PyResult<()> {
    Ok(())
}

/// Adds the address of every object that the collector tracks and that is not frozen to `set`,
/// before the pause.
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
