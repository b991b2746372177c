//! Checks the layout tables for the hash tables of dicts.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::wrap_pyfunction;

use super::memory::{Memory, said_size};
use crate::heap::layout::{class, dict, keys};

pub(super) fn add_to(scope: &Bound<'_, PyDict>) -> PyResult<()> {
    let py = scope.py();
    scope.set_item(
        "shared_table_fits",
        wrap_pyfunction!(shared_table_fits, py)?,
    )?;
    scope.set_item("table_fits", wrap_pyfunction!(table_fits, py)?)
}

/// The table of keys that a class without a docstring of its own shares with its instances.
pub(super) fn shared_table(of: &Bound<'_, PyAny>) -> PyResult<Option<Memory>> {
    let ty = &raw mut ffi::PyType_Type;
    // SAFETY: the type of types is alive.
    let basic = unsafe { (*ty).tp_basicsize } as usize;
    let size = said_size(of, ty)?.saturating_sub(basic);
    // SAFETY: it is a class.
    let fields = unsafe { Memory::of(of, 0) };
    let start = fields.word(class::KEYS.get()).unwrap_or(0);
    // SAFETY: the caller compares the address with the one in a dict. The size of a class is that
    // of its struct and of the table.
    Ok((start != 0).then(|| unsafe { Memory::new(start, size) }))
}

/// Whether the dict of an instance uses the shared table of its class, with these keys.
#[pyfunction]
fn shared_table_fits(
    of: &Bound<'_, PyAny>,
    shared: &Bound<'_, PyAny>,
    names: Vec<Bound<'_, PyAny>>,
) -> PyResult<bool> {
    // SAFETY: it is a dict.
    let fields = unsafe { Memory::of(shared, 0) };
    let Some(table) = shared_table(of)?.filter(|table| fields.has(dict::KEYS, table.start)) else {
        return Ok(false);
    };
    if fields
        .word(dict::VALUES.get())
        .is_none_or(|values| values == 0)
    {
        return Ok(false);
    }
    let names: Vec<_> = names.into_iter().map(|name| Some(vec![name])).collect();
    Ok(is_table_of(table, "split", &names))
}

/// Whether a dict with a table of its own has these entries, in the order of insertion; `None`
/// stands for a deleted entry.
#[pyfunction]
fn table_fits(
    object: &Bound<'_, PyAny>,
    kind: &str,
    entries: Vec<Option<Vec<Bound<'_, PyAny>>>>,
) -> PyResult<bool> {
    let ty = &raw mut ffi::PyDict_Type;
    // SAFETY: it is a dict.
    let fields = unsafe { Memory::of(object, 0) };
    let (Some(start), Some(0)) = (
        fields.word(dict::KEYS.get()),
        fields.word(dict::VALUES.get()),
    ) else {
        return Ok(false);
    };
    // SAFETY: the type of dicts is alive.
    let basic = unsafe { (*ty).tp_basicsize } as usize;
    let size = said_size(object, ty)?.saturating_sub(basic);
    // SAFETY: a dict that shares its keys has shown which field is the table's address. The size of
    // a dict is that of its struct and of the table.
    let table = unsafe { Memory::new(start, size) };
    Ok(table.has(keys::HOLDERS, 1) && is_table_of(table, kind, &entries))
}

#[cfg(Py_3_11)]
fn is_table_of(table: Memory, kind: &str, entries: &[Option<Vec<Bound<'_, PyAny>>>]) -> bool {
    let fits = || {
        let (expected, words) = match kind {
            "general" => (keys::KIND_GENERAL, 3),
            "unicode" => (keys::KIND_UNICODE, 2),
            _ => (keys::KIND_SPLIT, 2),
        };
        let slots = 1usize.checked_shl(table.byte(keys::LOG2_SIZE.get())? as u32)?;
        let room = 2 * (slots / 3) + 2 * (slots % 3) / 3;
        let indices = 1usize.checked_shl(table.byte(keys::LOG2_INDEX_BYTES.get())? as u32)?;
        let start = keys::INDICES.get().checked_add(indices)?;
        let end = room.checked_mul(8 * words)?.checked_add(start)?;
        let usable = table.word(keys::USABLE.get())?;
        let count = table.word(keys::ENTRY_COUNT.get())?;
        // A class gives up one slot with each new instance.
        let used = usable.checked_add(count)?;
        let has_room = used == room || kind == "split" && used < room;
        let entries_fit = entries.iter().enumerate().all(|(index, entry)| {
            let place = start + 8 * words * index + 8 * (words - 2);
            match entry {
                Some(objects) => table.has_all(place, objects),
                None => table.word(place) == Some(0) && table.word(place + 8) == Some(0),
            }
        });
        Some(
            table.byte(keys::KIND.get())? == expected.get()
                && end == table.size()
                && count == entries.len()
                && has_room
                && entries_fit,
        )
    };
    fits().unwrap_or(false)
}

/// Only the size of a table is read, not its entries.
#[cfg(not(Py_3_11))]
fn is_table_of(table: Memory, _kind: &str, _entries: &[Option<Vec<Bound<'_, PyAny>>>]) -> bool {
    let fits = || {
        let slots = table.word(keys::SIZE.get())?;
        let index = if slots <= 0xff { 1 } else { 2 };
        let room = slots.checked_mul(2)? / 3;
        let end = slots
            .checked_mul(index)?
            .checked_add(room.checked_mul(24)?)?;
        Some(end.checked_add(keys::INDICES.get())? == table.size())
    };
    fits().unwrap_or(false)
}
