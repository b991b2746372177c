//! Entries of `weakref.WeakKeyDictionary`: a value is freed with its key, although the dict of the
//! container refers to it.

use pyo3::ffi;
use pyo3::prelude::*;
use rustc_hash::FxHashMap;

use super::containers::dict_entries;
use super::functions::weak_referent;
use super::instances::attribute;
use super::types::{type_module, type_name};
use super::{Held, Obj, paused};

/// A reference that ends when another object is freed. Objects are given by their addresses.
pub(crate) struct WeakEntry {
    /// The dict that has the reference.
    pub(crate) dict: usize,
    /// Its referent.
    pub(crate) value: usize,
    /// The object with which the entry goes.
    pub(crate) key: usize,
}

/// The entries of all containers among the objects.
///
/// # Cost
/// One pass over the objects, and the entries.
pub(crate) fn weak_entries(py: Python<'_>, objects: &Held) -> Vec<WeakEntry> {
    paused(py, |heap| {
        let mut known: FxHashMap<Obj<'_>, bool> = FxHashMap::default();
        let mut last = None;
        let mut found = Vec::new();
        for object in objects {
            let object = heap.see(object);
            let ty = object.ty();
            let has_entries = match last {
                Some((of, has_entries)) if of == ty => has_entries,
                _ => *known.entry(ty).or_insert_with(|| has_weak_keys(ty)),
            };
            last = Some((ty, has_entries));
            if has_entries && let Some(dict) = attribute(object, "data") {
                see_entries(dict, &mut found);
            }
        }
        found
    })
}

/// Whether a class is `WeakKeyDictionary`, or a subclass.
fn has_weak_keys(ty: Obj<'_>) -> bool {
    let mut ty = ty.as_ptr().cast::<ffi::PyTypeObject>();
    while !ty.is_null() {
        // SAFETY: a type keeps its bases alive.
        let (class, base) = unsafe { (Obj::new(ty.cast()), (*ty).tp_base) };
        if type_name(class) == "WeakKeyDictionary"
            && type_module(class).as_deref() == Some("weakref")
        {
            return true;
        }
        ty = base;
    }
    false
}

/// Adds the entries of a dict whose keys are weak references that are alive.
fn see_entries(dict: Obj<'_>, found: &mut Vec<WeakEntry>) {
    for (reference, value) in dict_entries(dict).into_iter().flatten() {
        if let Some(key) = weak_referent(reference).flatten() {
            found.push(WeakEntry {
                dict: dict.address(),
                value: value.address(),
                key: key.address(),
            });
        }
    }
}
