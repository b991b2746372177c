//! All objects that the collector tracks.
//!
//! Up to 3.11, they are only available as a list, which is itself an object: it is created and
//! released before the pause. None of its references is the last one to its object, and no Python
//! code runs between its release and the pause, so the addresses are still those of live objects.

use pyo3::prelude::*;
use rustc_hash::FxHashSet;

use super::address_index::AddressSet;
use super::collector_lists::read_lists;
use super::dump_fork::DumpFork;
use super::frozen::recover_frozen;
use super::gc::{get_objects, get_objects_of, get_referrers};
use super::half_built::may_be_half_built;
use super::interrupts::Polls;
use super::topology::no_memory;
use super::{Obj, Still, paused, sequence_items};

/// Collects what [`enumerate_tracked`] needs before the pause.
pub(super) fn list_tracked(
    py: Python<'_>,
    set: &mut AddressSet,
    polls: &mut Polls,
) -> PyResult<()> {
    match cfg!(Py_3_12) {
        true => Ok(()),
        false => list_collectable(py, set, polls),
    }
}

/// Adds the address of every object that the collector tracks to `set`. Since 3.14, this includes
/// frozen objects.
#[cfg(Py_3_12)]
pub(super) fn enumerate_tracked(
    heap: Still<'_, '_>,
    set: &mut AddressSet,
    polls: &mut Polls,
) -> PyResult<()> {
    let mut result = Ok(());
    visit_tracked(heap, |object| {
        // Stored only then: a result that is written and read for each object takes as long as
        // the insertion.
        if let Err(error) = set.insert(object.address()) {
            result = Err(no_memory(error));
            return false;
        }
        if let Err(interrupted) = polls.step() {
            result = Err(interrupted.into());
            return false;
        }
        true
    });
    result
}

/// Shows every object that the collector tracks, until one is not wanted.
#[cfg(Py_3_12)]
fn visit_tracked<'h, F: FnMut(Obj<'h>) -> bool>(_heap: Still<'h, '_>, mut see: F) {
    use pyo3::ffi;
    use std::ffi::{c_int, c_void};

    of_python! {
        /// New in CPython 3.12; not declared by pyo3-ffi.
        fn PyUnstable_GC_VisitObjects(
            callback: unsafe extern "C" fn(*mut ffi::PyObject, *mut c_void) -> c_int,
            arg: *mut c_void,
        );
    }

    /// # Safety
    /// `arg` points to an `F` that nobody else uses; the object lives for 'h.
    unsafe extern "C" fn visit<'h, F: FnMut(Obj<'h>) -> bool>(
        object: *mut ffi::PyObject,
        arg: *mut c_void,
    ) -> c_int {
        // SAFETY: `arg` is the closure given below, and the object is tracked.
        unsafe { c_int::from((*arg.cast::<F>())(Obj::new(object))) }
    }

    // SAFETY: the heap is paused, and the closure creates and releases nothing.
    unsafe { PyUnstable_GC_VisitObjects(visit::<F>, (&raw mut see).cast()) };
}

/// The objects are already in the set: [`list_tracked`] has added them.
#[cfg(not(Py_3_12))]
pub(super) fn enumerate_tracked(
    _heap: Still<'_, '_>,
    _set: &mut AddressSet,
    _polls: &mut Polls,
) -> PyResult<()> {
    Ok(())
}

/// Adds the address of every object that the collector tracks and that is not frozen to `set`,
/// before the pause.
pub(super) fn list_collectable(
    py: Python<'_>,
    set: &mut AddressSet,
    polls: &mut Polls,
) -> PyResult<()> {
    let list = get_objects(py)?.unbind();
    paused(py, |heap| {
        let objects = sequence_items(heap.see(&list));
        for object in objects.into_iter().flatten().flatten() {
            set.insert(object.address()).map_err(no_memory)?;
            polls.step()?;
        }
        Ok(())
    })
}

/// The tracked objects that are wanted, with a reference to each; `frozen` objects are frozen.
///
/// # Cost
/// A pass over the objects, without their references; where some are frozen before 3.14, a set of
/// their addresses too, and always in a fork for a dump, where only those that are wanted are written
/// to.
pub(super) fn hold_tracked(
    py: Python<'_>,
    frozen: usize,
    fork: Option<DumpFork>,
    wants: fn(Obj<'_>) -> bool,
) -> PyResult<Vec<Py<PyAny>>> {
    let mut set = AddressSet::new();
    let are_listed = fork.map_or(Ok(false), |fork| read_lists(py, fork, frozen, &mut set))?;
    if !are_listed {
        if frozen == 0 || cfg!(Py_3_14) {
            return hold_listed(py, wants);
        }
        list_tracked(py, &mut set, &mut Polls::off())?;
    }
    paused(py, |heap| {
        // No handler may run: callers have other results that hold only until then.
        let polls = &mut Polls::off();
        if !are_listed {
            enumerate_tracked(heap, &mut set, polls)?;
        }
        recover_frozen(heap, frozen, &mut set, polls)?;
        let addresses = set.addresses().map_err(no_memory)?;
        let objects = addresses
            .iter()
            // SAFETY: the addresses are those of live objects.
            .map(|&address| unsafe { heap.at(address) });
        Ok(objects
            .filter(|&object| wants(object))
            .map(Obj::hold)
            .collect())
    })
}

/// Those that are not frozen.
#[cfg(Py_3_12)]
fn hold_listed(py: Python<'_>, wants: fn(Obj<'_>) -> bool) -> PyResult<Vec<Py<PyAny>>> {
    Ok(paused(py, |heap| {
        let mut found = Vec::new();
        visit_tracked(heap, |object| {
            if wants(object) {
                found.push(object.hold());
            }
            true
        });
        found
    }))
}

/// Those that are not frozen.
#[cfg(not(Py_3_12))]
fn hold_listed(py: Python<'_>, wants: fn(Obj<'_>) -> bool) -> PyResult<Vec<Py<PyAny>>> {
    let list = get_objects(py)?.unbind();
    Ok(paused(py, |heap| {
        let objects = sequence_items(heap.see(&list)).into_iter().flatten();
        let wanted = objects.flatten().filter(|&object| wants(object));
        wanted.map(Obj::hold).collect()
    }))
}

/// The tracked objects that are not frozen, without those that C code may be filling.
///
/// # Cost
/// A pass over the objects.
pub(crate) fn tracked_and_complete(py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
    hold_tracked(py, 0, None, |object| !may_be_half_built(object))
}

/// The tracked objects that refer to one of some objects, without those that C code may be filling.
///
/// # Cost
/// That of `gc.get_referrers`.
pub(crate) fn complete_referrers(
    py: Python<'_>,
    objects: &[Py<PyAny>],
) -> PyResult<Vec<Py<PyAny>>> {
    let list = get_referrers(py, objects)?.unbind();
    Ok(paused(py, |heap| {
        let found = sequence_items(heap.see(&list)).into_iter().flatten();
        let complete = found.flatten().filter(|&object| !may_be_half_built(object));
        complete.map(Obj::hold).collect()
    }))
}

/// Those of some addresses that belong to objects which the collector lists, in the order of its
/// lists, the oldest generation first.
///
/// # Cost
/// A pass over the objects.
pub(crate) fn order_in_the_collector(
    py: Python<'_>,
    wanted: &FxHashSet<usize>,
) -> PyResult<Vec<usize>> {
    let mut found = Vec::with_capacity(wanted.len());
    for generation in [2, 1, 0] {
        let list = get_objects_of(py, generation)?.unbind();
        paused(py, |heap| {
            let objects = sequence_items(heap.see(&list)).into_iter().flatten();
            let addresses = objects.flatten().map(Obj::address);
            found.extend(addresses.filter(|address| wanted.contains(address)));
        });
    }
    Ok(found)
}
