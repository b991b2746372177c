//! Finds all words of memory that are the address of an object.

use std::ops::Range;

use pyo3::prelude::*;

use crate::heap::{Mapping, RawMemory, large_array, spare_memory, used_parts};
use crate::interrupt::Checkpoint;

/// The address of the object is kept in this form, so that the search does not find itself.
const HIDDEN: usize = 0x5aa5_c33c_0ff0_9669_u64 as usize & !0b111;
/// Since 3.14, the lowest bit of a word on a stack of values marks a borrowed reference.
const ADDRESS_BITS: usize = if cfg!(Py_3_14) { !1 } else { !0 };
const WORD: usize = size_of::<usize>();
/// Words that are compared together.
const AT_ONCE: usize = 64;
/// Pieces of memory after which other threads may run: about 4 MB.
const PIECES: usize = 16;

/// The addresses of all words in writable memory that contain the address of the object, ascending,
/// but not those in `own`.
pub(super) fn scan(
    py: Python<'_>,
    memory: &RawMemory,
    maps: &[Mapping],
    object: &Py<PyAny>,
    own: &[Range<usize>],
) -> PyResult<Vec<usize>> {
    let hidden = object.as_ptr() as usize ^ HIDDEN;
    let is_searched = |mapping: &&Mapping| {
        let is_device = mapping.name.starts_with("/dev/") && !mapping.name.starts_with("/dev/shm/");
        mapping.is_readable && mapping.is_writable && !is_device
    };
    let ranges = maps.iter().filter(is_searched);
    let ranges = ranges.flat_map(|mapping| used_parts(mapping.range.clone()));
    let mut found = large_array();
    let mut checkpoint = Checkpoint::new();
    let mut pieces = 0;
    memory.scan(ranges, |start, words| {
        pieces += 1;
        if pieces % PIECES == 0 {
            checkpoint.turn(py)?;
        }
        see(start, words, hidden, &mut found);
        Ok::<_, PyErr>(())
    })?;
    // Other threads may have written there meanwhile.
    let is_there = |place: usize| {
        let word = memory.word(place);
        word.is_some_and(|word| (word ^ HIDDEN) & ADDRESS_BITS == hidden & ADDRESS_BITS)
    };
    // The array of the results may have been one of the spares.
    let results = found.as_ptr() as usize;
    let results = results..results + WORD * found.capacity();
    let mut left_over = spare_memory();
    left_over.push(results);
    found.retain(|place| {
        let mut ranges = own.iter().chain(&left_over);
        !ranges.any(|range| range.contains(place)) && is_there(*place)
    });
    Ok(found)
}

fn see(start: usize, words: &[usize], hidden: usize, found: &mut Vec<usize>) {
    let is_address = |word: usize| (word ^ HIDDEN) & ADDRESS_BITS == hidden & ADDRESS_BITS;
    for (index, some) in words.chunks(AT_ONCE).enumerate() {
        // Without a branch for each word, the processor compares several at once.
        if some.iter().fold(false, |any, &word| any | is_address(word)) {
            let start = start + WORD * AT_ONCE * index;
            let places = some
                .iter()
                .enumerate()
                .filter(|&(_, &word)| is_address(word));
            found.extend(places.map(|(place, _)| start + WORD * place));
        }
    }
}
