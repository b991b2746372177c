//! Reads the memory of all objects that have a reader.

use pyo3::prelude::*;

use super::extents::{Extents, Group, MAIN_MEMORY};
use super::owners;
use super::readers::{Readers, Types};
use crate::heap::gc_pause::GcPause;

/// The memory outside of Python's objects that some objects use.
pub(crate) struct NativeMemory {
    /// The buffers, in no particular order.
    pub(crate) groups: Vec<Group>,
    /// The objects whose memory is not known, by their index.
    pub(crate) unknown: Vec<u32>,
}

/// Reads the memory of all objects that have a reader.
///
/// # Cost
/// One pass over the objects if a known library is loaded, and some microseconds for each object
/// that has a reader.
pub(in crate::heap) fn read(py: Python<'_>, objects: &[Py<PyAny>]) -> Option<Extents> {
    let mut readers = Readers::new(py)?;
    let types = Types::of(py, objects);
    let _gc_pause = GcPause::new(py);
    let mut extents = Extents::default();
    let found = readers.find(py, objects, &types);
    for (number, reader) in found {
        extents.read(number, objects[number as usize].bind(py), reader);
    }
    if extents.are_in_main_memory() {
        owners::see(py, objects, &mut extents);
    }
    Some(extents)
}

/// The buffers of these objects.
pub(crate) fn native_memory(py: Python<'_>, objects: &[Py<PyAny>]) -> NativeMemory {
    let Some(extents) = read(py, objects) else {
        return NativeMemory {
            groups: Vec::new(),
            unknown: Vec::new(),
        };
    };
    NativeMemory {
        groups: extents.groups(),
        unknown: extents.unknown,
    }
}

/// Whether some of the objects use memory that other objects may use too.
pub(crate) fn has_shareable_memory(py: Python<'_>, objects: &[Py<PyAny>]) -> bool {
    let groups = native_memory(py, objects).groups;
    groups.iter().any(|group| group.identity.is_some())
}

/// Whether objects may have readers, so that the sizes of some objects depend on all others.
pub(crate) fn may_have_native_memory(py: Python<'_>) -> bool {
    Readers::new(py).is_some()
}

/// Tells whether an object has a reader, so that its size depends on the objects beside it. `None`
/// if none has.
pub(crate) fn native_memory_test<'py>(
    py: Python<'py>,
) -> Option<impl FnMut(&Py<PyAny>) -> bool + use<'py>> {
    let mut readers = Readers::new(py)?;
    Some(move |object: &Py<PyAny>| readers.of(object.bind(py)).is_some())
}

/// The same for one object.
pub(crate) fn has_native_memory(py: Python<'_>, object: &Py<PyAny>) -> bool {
    native_memory_test(py).is_some_and(|mut has_it| has_it(object))
}

/// Whether the object has a reader that could not read it.
pub(in crate::heap) fn is_unknown(object: &Bound<'_, PyAny>) -> bool {
    let extents = read(object.py(), std::slice::from_ref(object.as_unbound()));
    extents.is_some_and(|extents| !extents.unknown.is_empty())
}

/// Adds the memory outside of Python's objects to the sizes of the objects. Memory that several of
/// them use and that is no vertex is added to the first of them.
pub(in crate::heap) fn add_sizes(py: Python<'_>, objects: &[Py<PyAny>], sizes: &mut [u64]) {
    let Some(extents) = read(py, objects) else {
        return;
    };
    for &(vertex, bytes) in &extents.vertices {
        sizes[vertex as usize] = bytes;
    }
    for group in extents.groups() {
        if &*group.device == MAIN_MEMORY && group.owner.is_none() {
            let size = &mut sizes[group.holders[0] as usize];
            *size = size.saturating_add(group.bytes);
        }
    }
}
