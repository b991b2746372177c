//! The references of a dict, read from its table.

use pyo3::ffi;

use super::containers::is_dict;
#[cfg(Py_3_11)]
use super::layout::{self, keys};
use super::traversal::{ReferentList, ReferentSink, see_traversed, see_traversed_as};
use super::{Obj, dict_entries};

/// The words of an entry in a table of arbitrary keys: hash, key, value. In other tables: key,
/// value.
#[cfg(Py_3_11)]
const GENERAL_ENTRY_WORDS: usize = 3;

/// The kind, the first entry and the number of entries of the table of a dict; `None` if the dict
/// shares a table with others.
#[cfg(Py_3_11)]
#[inline]
fn own_table(dict: Obj<'_>) -> Option<(usize, *const u8, usize)> {
    // SAFETY: it is a dict. Its table has the layout that the import checked.
    unsafe {
        let table = dict.word(layout::dict::KEYS.get()) as *const u8;
        if dict.word(layout::dict::VALUES.get()) != 0 {
            return None;
        }
        let count = table.add(keys::ENTRY_COUNT.get()).cast::<usize>().read();
        let indices = 1 << table.add(keys::LOG2_INDEX_BYTES.get()).read();
        let kind = table.add(keys::KIND.get()).read();
        Some((kind.into(), table.add(keys::INDICES.get() + indices), count))
    }
}

/// The entries of a table, with the number of words of each.
///
/// # Safety
/// A table of this kind, with this number of entries, starts there.
#[cfg(Py_3_11)]
#[inline]
unsafe fn entries<'h, const WORDS: usize>(start: *const u8, count: usize) -> &'h [[usize; WORDS]] {
    // SAFETY: guaranteed by the caller; a table is aligned to words.
    unsafe { std::slice::from_raw_parts(start.cast(), count) }
}

/// Shows the references that the traversal of a dict would show. If its table is of another kind,
/// returns `false` and shows nothing.
#[cfg(Py_3_11)]
#[inline]
pub(super) fn see_shown<S: ReferentSink>(dict: Obj<'_>, sink: &mut S) -> bool {
    let Some((kind, start, count)) = own_table(dict) else {
        return false;
    };
    if kind == keys::KIND_UNICODE.get() {
        // The collector is not shown keys that are strings.
        // SAFETY: a table that is not shared has the number of entries that it states.
        for &[_, value] in unsafe { entries(start, count) } {
            if value != 0 {
                sink.see(value);
            }
        }
    } else if kind == keys::KIND_GENERAL.get() {
        // SAFETY: as above.
        for &[_, key, value] in unsafe { entries::<GENERAL_ENTRY_WORDS>(start, count) } {
            if value != 0 {
                sink.see(value);
                sink.see(key);
            }
        }
    } else {
        return false;
    }
    true
}

/// Whether the table of a dict says that all its keys are strings.
#[cfg(Py_3_11)]
pub(crate) fn has_text_keys(dict: Obj<'_>) -> bool {
    layout::dicts_are_known()
        && is_dict(dict)
        && own_table(dict).is_some_and(|(kind, ..)| kind == keys::KIND_UNICODE.get())
}

/// Whether the table of a dict says that all its keys are strings: before 3.11, it does not.
#[cfg(not(Py_3_11))]
pub(crate) fn has_text_keys(_dict: Obj<'_>) -> bool {
    false
}

/// Before 3.11, the tables have a different layout: the traversal is called instead.
#[cfg(not(Py_3_11))]
pub(super) fn see_shown<S: ReferentSink>(_dict: Obj<'_>, _sink: &mut S) -> bool {
    false
}

/// Shows the keys that the traversal of a dict of exactly that type does not show. If its table is
/// of another kind, returns `false` and shows nothing.
#[cfg(Py_3_11)]
#[inline]
fn see_unshown_keys_of_table<S: ReferentSink>(dict: Obj<'_>, sink: &mut S) -> bool {
    let is_known = dict.ty().is(&raw mut ffi::PyDict_Type) && layout::dicts_are_known();
    let Some((kind, start, count)) = is_known.then(|| own_table(dict)).flatten() else {
        return false;
    };
    if kind == keys::KIND_UNICODE.get() {
        // SAFETY: a table that is not shared has the number of entries that it states.
        for &[key, value] in unsafe { entries(start, count) } {
            if value != 0 {
                sink.see(key);
            }
        }
    }
    // The traversal shows all keys of a table of arbitrary ones.
    kind == keys::KIND_UNICODE.get() || kind == keys::KIND_GENERAL.get()
}

/// Before 3.11, the tables have a different layout.
#[cfg(not(Py_3_11))]
fn see_unshown_keys_of_table<S: ReferentSink>(_dict: Obj<'_>, _sink: &mut S) -> bool {
    false
}

/// Shows the keys of a dict whose traversal does not show them. In such a dict, all keys are
/// strings.
#[inline]
pub(super) fn see_unshown_keys<S: ReferentSink>(object: Obj<'_>, sink: &mut S) {
    if is_dict(object) && !see_unshown_keys_of_table(object, sink) {
        see_unshown_keys_as_counted(object, sink);
    }
}

/// The keys are shown if the traversal shows as many references as there are entries.
fn see_unshown_keys_as_counted<S: ReferentSink>(object: Obj<'_>, sink: &mut S) {
    let Some(entries) = dict_entries(object) else {
        return;
    };
    let keys: Vec<_> = entries.map(|(key, _)| key.address()).collect();
    let mut shown = ReferentList::default();
    // SAFETY: it is a dict, of this type or of a subclass.
    unsafe { see_traversed_as(dict_type(object), object, &mut shown) };
    if shown.0.len() == keys.len() {
        keys.into_iter().for_each(|key| sink.see(key));
    }
}

/// The type whose traversal shows the contents of the table, and nothing else.
fn dict_type(object: Obj<'_>) -> *mut ffi::PyTypeObject {
    // SAFETY: the object is alive.
    #[cfg(Py_3_15)]
    if unsafe { ffi::PyDict_Check(object.as_ptr()) } == 0 {
        return &raw mut ffi::PyFrozenDict_Type;
    }
    let _ = object;
    &raw mut ffi::PyDict_Type
}

/// Whether reading this dict directly gives the same references as its traversal.
pub(super) fn fits_traversal(dict: Obj<'_>) -> bool {
    let (mut read, mut shown) = (ReferentList::default(), ReferentList::default());
    // SAFETY: dicts take part in collection.
    unsafe { see_traversed(dict, &mut shown) };
    !see_shown(dict, &mut read) || read.0 == shown.0
}
