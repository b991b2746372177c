//! The interpreter's dict of interned strings, which the collector tracks from 3.14 on.
//!
//! It does not count its references to a string that can be freed: when the last other reference
//! goes, so does the entry. So it holds none of them, and a graph has no edges for such entries. An
//! immortal string stays, even if nothing else refers to it.

use std::sync::OnceLock;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::rows::References;
use super::{Obj, dict_entries};

/// What holds the dict, as `roots` and files say.
pub(crate) const HOLDER_OF_INTERNED_STRINGS: &str = "interned strings of the interpreter";

/// A string that is interned and that no program has.
static KNOWN: OnceLock<Py<PyString>> = OnceLock::new();

/// Called when the library is imported, so that no snapshot creates an object.
pub(crate) fn intern_a_known_string(py: Python<'_>) {
    if cfg!(Py_3_14) {
        let text = "refcycle recognises the dict of interned strings by this one";
        KNOWN.get_or_init(|| PyString::intern(py, text).unbind());
    }
}

/// The address of the string that this library keeps in order to recognise the dict.
pub(crate) fn known_interned_string() -> Option<usize> {
    Some(KNOWN.get()?.as_ptr() as usize)
}

/// Whether it is the dict of interned strings: each key is its own value, and one of them is ours.
/// `false` before 3.14, where no graph has it.
pub(crate) fn is_interned_strings(object: Obj<'_>) -> bool {
    let Some(known) = known_interned_string() else {
        return false;
    };
    // SAFETY: the object is alive.
    if unsafe { ffi::PyDict_CheckExact(object.as_ptr()) } == 0 {
        return false;
    }
    let mut has_known = false;
    let mut entries = dict_entries(object).into_iter().flatten();
    let is_set = entries.all(|(key, value)| {
        has_known |= key.address() == known;
        key == value
    });
    is_set && has_known
}

/// Removes the edges from the dict of interned strings to strings that it does not hold. The rows
/// are in the order of the objects.
pub(super) fn drop_entries<'h>(
    objects: impl Iterator<Item = Obj<'h>>,
    is_immortal: impl Fn(usize) -> bool,
    references: &mut References,
) {
    if known_interned_string().is_none() {
        return;
    }
    let References {
        offsets,
        heads,
        uncounted,
    } = references;
    let found = objects.enumerate().find_map(|(number, object)| {
        let row = offsets[number] as usize..offsets[number + 1] as usize;
        // The values come before the keys. Few other rows repeat themselves, so that few other
        // objects are read.
        let (half, odd) = (row.len() / 2, row.len() % 2);
        let repeats = half > 0 && odd == 0 && heads[row.start] == heads[row.start + half];
        (repeats && is_interned_strings(object)).then_some((number, row))
    });
    let Some((number, row)) = found else {
        return;
    };
    let stays = |&head: &u32| is_immortal(head as usize);
    let kept: Vec<_> = heads[row.clone()].iter().copied().filter(stays).collect();
    let shift = (row.len() - kept.len()) as u32;
    offsets[number + 1..]
        .iter_mut()
        .for_each(|offset| *offset -= shift);
    let later = uncounted.partition_point(|&edge| (edge as usize) < row.end);
    uncounted[later..]
        .iter_mut()
        .for_each(|edge| *edge -= shift);
    heads.splice(row, kept);
}
