//! Code objects that the functions compiled by Cython hold without showing them. They hold the names
//! of arguments.
//!
//! Only these types are searched: their instances own the code that a field refers to. In any other
//! struct, a word may be a number or a borrowed pointer to code that was freed, whose memory still
//! looks like code.

use pyo3::ffi;
use rustc_hash::FxHashMap;

use super::blocks::{Block, SmallBlocks};
use super::raw_memory::RawMemory;
use super::refcounts::is_plausible_count;
use super::types::dotted_name;
use super::unshown::searched_words;
use super::{Obj, Still};

const WORD: usize = size_of::<usize>();
/// The functions of Cython, and those with several variants.
const FUNCTIONS: [&str; 2] = ["cython_function_or_method", "fused_cython_function"];

/// The addresses of code objects in the fields of these objects. Empty if memory cannot be read
/// safely.
pub(super) fn hidden_code(heap: Still<'_, '_>, known: &[usize]) -> Vec<usize> {
    // The types, with the number of words to search: 0 if it is not such a type.
    let mut types: FxHashMap<usize, usize> = FxHashMap::default();
    let mut last = (0, 0);
    let mut functions = Vec::new();
    for &address in known {
        // SAFETY: the caller's objects are held.
        let object = unsafe { heap.at(address) };
        let ty = object.ty();
        if last.0 != ty.address() {
            let words = types.entry(ty.address());
            let words = words.or_insert_with(|| match is_cython_function(ty) {
                true => searched_words(object),
                false => 0,
            });
            last = (ty.address(), *words);
        }
        if last.1 > 0 {
            functions.push((object, last.1));
        }
    }
    if functions.is_empty() {
        return Vec::new();
    }
    let Ok(memory) = RawMemory::new() else {
        return Vec::new();
    };
    let mut blocks = SmallBlocks::new(&memory);
    let mut found = Vec::new();
    for (function, words) in functions {
        found.extend((2..words).filter_map(|word| code_at(function, word, &memory, &mut blocks)));
    }
    found
}

/// Whether it is a type that Cython makes for the functions of its modules. A class of a program
/// with such a name holds all that its fields refer to.
fn is_cython_function(ty: Obj<'_>) -> bool {
    // These types have a member `__module__`, for the functions.
    let name = dotted_name(ty);
    name.rsplit_once('.')
        .is_some_and(|(module, name)| module.starts_with("_cython_") && FUNCTIONS.contains(&name))
}

/// The address of the code object in a field, which need not be an address at all.
fn code_at(
    object: Obj<'_>,
    word: usize,
    memory: &RawMemory,
    blocks: &mut SmallBlocks<'_>,
) -> Option<usize> {
    // SAFETY: the struct of the object has this word.
    let address = unsafe { object.word(WORD * word) };
    if address == 0 || !address.is_multiple_of(2 * WORD) {
        return None;
    }
    let mut header = [0; 2];
    let is_read = memory
        .copy(address, &mut header)
        .is_ok_and(|count| count == 2);
    let is_code = is_read && header[1] == &raw mut ffi::PyCode_Type as usize;
    let is_alive = is_code && is_plausible_count(header[0]) && blocks.block(address) != Block::Free;
    is_alive.then_some(address)
}
