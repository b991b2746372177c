//! The collector's own lists of objects, read without taking a reference to any of them.
//!
//! What CPython offers writes to each object that it returns: `gc.get_objects` and
//! `PyUnstable_GC_VisitObjects` take a reference to it, and in some releases of 3.14 `gc.freeze` sets
//! a flag in its header. In a fork, the kernel then copies the page.
//!
//! # Where they are
//! The state of an interpreter has an array of three generations, the youngest first: the head of a
//! list, the threshold and the count. A new object is the last one of the first list, so that the
//! head comes after it. Later in the state come the frozen objects, which `gc.get_objects` and
//! [`frozen`](super::frozen) do not show since 3.14. Up to 3.13, `frozen` finds them.
//!
//! # What is checked
//! The thresholds, before anything is read that a head refers to; that each object refers back to the
//! one before it; the number of frozen objects; and that the lists have the namespace of `builtins`,
//! which is among the oldest objects. If anything differs, the lists are not used.

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::address_index::AddressSet;
use super::dump_fork::DumpFork;
use super::frozen::{is_tracked, namespaces, word};
use super::gc::{get_freeze_count, get_threshold};
use super::topology::no_memory;
use super::{Obj, Still, layout, paused};

/// The bytes of a generation: the two words of the head of its list, the threshold, the count.
const GENERATION: usize = 24;
/// Where a generation has its threshold.
const THRESHOLD: usize = 16;
/// Where the frozen objects are, from the first generation: after the last one, in some releases
/// after a pointer.
const FROZEN: [usize; 2] = [3 * GENERATION, 3 * GENERATION + 8];

/// Adds the address of every object that the collector tracks to an empty set: since 3.14 with the
/// frozen ones, before without. Returns whether it could; if not, the set is empty.
///
/// No object may be created or released before they are read: see [`enumerate`](super::enumerate).
pub(super) fn read_lists(
    py: Python<'_>,
    _fork: DumpFork,
    frozen: usize,
    set: &mut AddressSet,
) -> PyResult<bool> {
    if !layout::lists_are_known() {
        return Ok(false);
    }
    let thresholds = get_threshold(py)?;
    let newest = PyList::new(py, [py.None()])?;
    // SAFETY: a list takes part in collection, so it has a header.
    let young = unsafe { next(newest.as_ptr() as usize - layout::lists::HEADER.get()) };
    // Released before the lists are read.
    drop(newest);
    let frozen = if cfg!(Py_3_14) {
        get_freeze_count(py)?
    } else {
        frozen
    };
    paused(py, |heap| {
        let found = read(heap, young, thresholds, frozen, set)?;
        if !found {
            *set = AddressSet::new();
        }
        Ok(found)
    })
}

fn read(
    heap: Still<'_, '_>,
    young: usize,
    thresholds: [i32; 3],
    frozen: usize,
    set: &mut AddressSet,
) -> PyResult<bool> {
    for (number, threshold) in thresholds.into_iter().enumerate() {
        // SAFETY: the state of an interpreter continues after the head.
        let found = unsafe { word(young + number * GENERATION + THRESHOLD) } as u32 as i32;
        // The last one is not used, and shown as zero, in some releases of 3.14.
        let is_unused = cfg!(Py_3_14) && number == 2 && threshold == 0;
        if found != threshold && !is_unused {
            return Ok(false);
        }
    }
    for number in 0..3 {
        if add(young + number * GENERATION, set)?.is_none() {
            return Ok(false);
        }
    }
    if cfg!(Py_3_14) {
        let mut count = None;
        for place in FROZEN {
            if count.is_none() {
                count = add(young + place, set)?;
            }
        }
        if count != Some(frozen) {
            return Ok(false);
        }
    }
    let is_found = |object: Obj<'_>| {
        set.contains(object.address()) || !is_tracked(object) || (frozen > 0 && !cfg!(Py_3_14))
    };
    Ok(namespaces(heap).is_some_and(|[builtins, _]| is_found(builtins)))
}

/// Adds the objects of a list. Returns how many there are; `None` if the list is inconsistent.
fn add(head: usize, set: &mut AddressSet) -> PyResult<Option<usize>> {
    let (mut count, mut node) = (0, head);
    loop {
        // SAFETY: the node is the head of a list, or the header of an object that refers back to the
        // node before it.
        let following = unsafe { next(node) };
        if following == 0 {
            return Ok(None);
        }
        // SAFETY: what a head or a header refers to is one as well. A word that is taken for a head
        // is one of the state's pointers to heads or headers (`FROZEN`).
        let back = unsafe { word(following + layout::lists::PREVIOUS.get()) };
        if back & !layout::LIST_FLAGS != node {
            return Ok(None);
        }
        if following == head {
            return Ok(Some(count));
        }
        set.insert(following + layout::lists::HEADER.get())
            .map_err(no_memory)?;
        count += 1;
        node = following;
    }
}

/// The address of the next node.
///
/// # Safety
/// The node is a head or the header of an object.
unsafe fn next(node: usize) -> usize {
    // SAFETY: guaranteed by the caller.
    unsafe { word(node + layout::lists::NEXT.get()) & !layout::LIST_FLAGS }
}
