//! The tables of casts that NumPy keeps for each class of data types: dicts whose keys are such
//! classes.
//!
//! NumPy holds them in memory of its own, so no object shows them. Before 3.14, the collector does
//! not track a dict of which it tracks neither a key nor a value, and so does not list them either.

use pyo3::ffi;
use rustc_hash::FxHashMap;

use super::blocks::{Block, SmallBlocks};
use super::raw_memory::RawMemory;
use super::refcounts::is_plausible_count;
use super::types::is_static_type_named;
use super::{Obj, Still};

const WORD: usize = size_of::<usize>();
/// The table is among the first words of the memory to which a field of the class points.
const SEARCHED: usize = 32;

/// The addresses of the tables of the classes among these objects. Empty if memory cannot be read
/// safely.
pub(super) fn cast_tables(heap: Still<'_, '_>, known: &[usize]) -> Vec<usize> {
    let mut metaclasses = FxHashMap::default();
    let mut last = (0, false);
    let mut classes = Vec::new();
    for &address in known {
        // SAFETY: the caller's objects are held.
        let object = unsafe { heap.at(address) };
        let ty = object.ty();
        if last.0 != ty.address() {
            let is_class = metaclasses.entry(ty.address());
            let is_class =
                is_class.or_insert_with(|| is_static_type_named(object, c"numpy._DTypeMeta"));
            last = (ty.address(), *is_class);
        }
        if last.1 {
            classes.push(object);
        }
    }
    if classes.is_empty() {
        return Vec::new();
    }
    let Ok(memory) = RawMemory::new() else {
        return Vec::new();
    };
    let mut blocks = SmallBlocks::new(&memory);
    let fields = classes.into_iter().flat_map(own_fields);
    fields
        .filter_map(|field| table_at(field, &memory, &mut blocks))
        .collect()
}

/// The words that a class of data types has after those of every class.
fn own_fields(class: Obj<'_>) -> impl Iterator<Item = usize> {
    // SAFETY: the types are alive, and a class is as large as its metaclass says.
    let [start, end] = unsafe {
        let size = |ty: *const ffi::PyTypeObject| (*ty).tp_basicsize as usize / WORD;
        [size(&raw const ffi::PyType_Type), size(class.raw_type())]
    };
    // SAFETY: as above.
    (start..end).map(move |word| unsafe { class.word(WORD * word) })
}

/// The dict among the first words at an address, which need not be one.
fn table_at(address: usize, memory: &RawMemory, blocks: &mut SmallBlocks<'_>) -> Option<usize> {
    if address == 0 || !address.is_multiple_of(WORD) {
        return None;
    }
    let mut words = [0; SEARCHED];
    let count = memory.copy(address, &mut words).ok()?;
    words[..count].iter().copied().find(|&word| {
        let mut header = [0; 2];
        let is_read = word != 0
            && word.is_multiple_of(2 * WORD)
            && memory.copy(word, &mut header).is_ok_and(|count| count == 2);
        is_read
            && header[1] == &raw mut ffi::PyDict_Type as usize
            && is_plausible_count(header[0])
            && blocks.block(word) != Block::Free
    })
}
