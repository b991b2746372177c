//! Code objects that only fields hold which no traversal shows: those of functions that Cython has
//! compiled. They hold the names of arguments.

use pyo3::ffi;
use rustc_hash::FxHashMap;

use super::raw_memory::RawMemory;
use super::types::is_type;
use super::unshown::searched_words;
use super::{Obj, Still};

/// How many instances of a type are examined to learn which of its fields hold code.
const EXAMPLES: u32 = 8;
const WORD: usize = size_of::<usize>();

/// What is known about the instances of a type.
#[derive(Default)]
struct Fields {
    seen: u32,
    /// The number of words to search.
    words: usize,
    /// The words that held code in an instance.
    code: Vec<usize>,
}

/// The addresses of code objects in the fields of these objects. Empty if memory cannot be read
/// safely.
pub(super) fn hidden_code(heap: Still<'_, '_>, known: &[usize]) -> Vec<usize> {
    let Ok(memory) = RawMemory::new() else {
        return Vec::new();
    };
    let mut types: FxHashMap<usize, Fields> = FxHashMap::default();
    let mut found = Vec::new();
    for &address in known {
        // SAFETY: the caller's objects are held.
        let object = unsafe { heap.at(address) };
        let fields = types.entry(object.ty().address()).or_default();
        if fields.seen == 0 {
            // The fields of types hold no code.
            fields.words = if is_type(object) {
                0
            } else {
                searched_words(object)
            };
        }
        if fields.seen < EXAMPLES {
            for word in 2..fields.words {
                if !fields.code.contains(&word) && code_at(object, word, &memory).is_some() {
                    fields.code.push(word);
                }
            }
        }
        fields.seen += 1;
        let code = fields.code.iter();
        found.extend(code.filter_map(|&word| code_at(object, word, &memory)));
    }
    found
}

/// The address of the code object in a field, which need not be an address at all.
fn code_at(object: Obj<'_>, word: usize, memory: &RawMemory) -> Option<usize> {
    // SAFETY: the struct of the object has this word.
    let address = unsafe { object.word(WORD * word) };
    if address == 0 || !address.is_multiple_of(2 * WORD) {
        return None;
    }
    let mut header = [0; 2];
    let is_read = memory
        .copy(address, &mut header)
        .is_ok_and(|count| count == 2);
    let is_code = header[1] == &raw mut ffi::PyCode_Type as usize;
    (is_read && is_code && header[0] != 0).then_some(address)
}
