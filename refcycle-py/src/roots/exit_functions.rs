//! The functions of `atexit`, and their arguments.

use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;

use super::credits::Credits;
use super::interpreter_state::state_words;
use crate::heap::{Obj, RawMemory, container_len, paused, sequence_items};

const WORD: usize = size_of::<usize>();

pub(super) fn explain(
    py: Python<'_>,
    atexit: &Bound<'_, PyAny>,
    credits: &mut Credits<'_>,
) -> PyResult<()> {
    let count: usize = atexit.call_method0(intern!(py, "_ncallbacks"))?.extract()?;
    if count == 0 {
        return Ok(());
    }
    match cfg!(Py_3_14) {
        true => name_list(py, count, credits),
        false => name_array(py, count, credits)?,
    }
    Ok(())
}

/// From 3.14 on there is a list of triples: function, arguments, keywords.
fn name_list(py: Python<'_>, count: usize, credits: &mut Credits<'_>) {
    let is_call = |item: Obj<'_>| {
        let parts: Option<Vec<_>> = sequence_items(item).map(Iterator::collect);
        matches!(parts.as_deref(), Some([Some(_), Some(arguments), _]) if sequence_items(*arguments).is_some())
    };
    let is_registry = |object: &Obj<'_>| {
        sequence_items(*object).is_some_and(|mut items| {
            container_len(*object) == count && items.all(|item| item.is_some_and(is_call))
        })
    };
    let open = &*credits;
    let lists: Vec<_> = paused(py, |heap| {
        let lists = open.unexplained(heap).into_iter().filter(is_registry);
        lists.map(Obj::address).collect()
    });
    // If several lists look like it, it is unknown.
    if let [list] = lists.as_slice() {
        credits.give(*list, || "functions of atexit".to_owned());
    }
}

/// Before 3.14, the state of the interpreter has an array of pointers to three words: function,
/// arguments, keywords. The array is recognised by its length and by all that is in it.
fn name_array(py: Python<'_>, count: usize, credits: &mut Credits<'_>) -> PyResult<()> {
    let Ok(memory) = RawMemory::new() else {
        return Ok(());
    };
    let state = state_words(py, &memory);
    let arrays = state
        .windows(2)
        .filter_map(|words| calls(&memory, words, count));
    let arrays: Vec<_> = arrays.collect();
    // If several arrays look like it, it is unknown.
    let [calls] = arrays.as_slice() else {
        return Ok(());
    };
    for &[function, arguments, keywords] in calls {
        credits.give(function, || "function of atexit".to_owned());
        for part in [arguments, keywords] {
            credits.give(part, || "arguments of a function of atexit".to_owned());
        }
        // A graph does not have all tuples.
        if credits.engine.vertex_at(py, arguments)?.is_none() {
            for item in items(&memory, arguments) {
                credits.give(item, || "argument of a function of atexit".to_owned());
            }
        }
    }
    Ok(())
}

/// The calls in an array, if the two words are its address and its two lengths.
fn calls(memory: &RawMemory, words: &[usize], count: usize) -> Option<Vec<[usize; 3]>> {
    /// The array grows by this many places.
    const STEP: usize = 16;
    let &[array, lengths] = words else {
        return None;
    };
    let (used, room) = (lengths & 0xffff_ffff, lengths >> 32);
    let is_array =
        used == count && room >= used && room.is_multiple_of(STEP) && room <= 2 * used + 2 * STEP;
    if !is_array || array == 0 || !array.is_multiple_of(WORD) {
        return None;
    }
    let mut entries = vec![0; count];
    if memory.copy(array, &mut entries).ok()? != count {
        return None;
    }
    // One that was unregistered leaves a gap.
    let entries = entries.into_iter().filter(|&entry| entry != 0);
    entries.map(|entry| call(memory, entry)).collect()
}

/// The function, the arguments and the keywords at an address.
fn call(memory: &RawMemory, entry: usize) -> Option<[usize; 3]> {
    let mut parts = [0; 3];
    if !entry.is_multiple_of(WORD) || memory.copy(entry, &mut parts).ok()? != parts.len() {
        return None;
    }
    let [function, arguments, keywords] = parts;
    let is = |object: usize, ty: *mut ffi::PyTypeObject| {
        memory.word(object.wrapping_add(WORD)) == Some(ty as usize)
    };
    let is_call = function != 0
        && is(arguments, &raw mut ffi::PyTuple_Type)
        && (keywords == 0 || is(keywords, &raw mut ffi::PyDict_Type));
    is_call.then_some(parts)
}

/// The items of the tuple at an address.
fn items(memory: &RawMemory, tuple: usize) -> Vec<usize> {
    /// A call has no more arguments.
    const MOST: usize = 255;
    let count = memory.word(tuple + 2 * WORD).unwrap_or(0).min(MOST);
    let mut items = vec![0; count];
    let read = memory.copy(tuple + 3 * WORD, &mut items).unwrap_or(0);
    items.truncate(read);
    items
}
