//! Where the memory of objects is.

use std::ops::Range;

use pyo3::ffi;
use pyo3::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::arenas::{Arenas, LARGEST_BLOCK};
use super::mappings::MappingKind;
use super::residency::resident_bytes;
use super::state::ProcessState;
use crate::heap::arrays::array_type;
use crate::heap::sizes::bytes_before;
use crate::heap::{Held, Obj, native_memory_test, paused};

/// From this size on, it is examined whether the memory of an object is in main memory. Smaller
/// blocks are parts of pages that are in use.
const LARGE: u64 = 128 << 10;
/// More words of an object are not examined.
const MOST_WORDS: usize = 64;
const WORD: usize = size_of::<usize>();

/// The bytes of the objects, by where they are.
#[derive(Default)]
pub(crate) struct Placement {
    /// In blocks of CPython's allocator.
    pub(crate) in_arenas: u64,
    /// What these blocks have beyond the requested bytes.
    pub(crate) slack_in_arenas: u64,
    /// In other memory without a file.
    pub(crate) elsewhere: u64,
    /// What the C library's allocator adds to it: headers and rounding, estimated.
    pub(crate) slack_elsewhere: u64,
    /// In the data of libraries, which is reported as theirs.
    pub(crate) in_libraries: u64,
    /// In mapped files and in shared memory, by the start of the mapping.
    pub(crate) in_mappings: FxHashMap<usize, u64>,
    /// Not in main memory.
    pub(crate) untouched: u64,
    /// The objects of each type.
    pub(crate) types: Vec<OfType>,
}

/// The objects of a type.
pub(crate) struct OfType {
    /// The number of the first one.
    pub(crate) first: usize,
    pub(crate) count: usize,
    /// Their bytes that are in main memory and do not belong to a library.
    pub(crate) bytes: u64,
}

/// Finds out where the memory of objects is. `sizes` are the bytes of each.
///
/// # Cost
/// A few memory accesses for each object, and a system call for each large one.
pub(crate) fn place(
    py: Python<'_>,
    objects: &Held,
    sizes: &[u64],
    state: &ProcessState,
) -> Placement {
    let told = told_by_libraries(py, objects, sizes);
    paused(py, |heap| {
        let mut placing = Placing {
            state,
            found: Placement::default(),
            near: 0,
            is_told: false,
        };
        let mut places: FxHashMap<Obj<'_>, usize> = FxHashMap::default();
        let mut last = None;
        for (number, (object, &size)) in heap.see_all(objects).zip(sizes).enumerate() {
            let ty = object.ty();
            let types = &mut placing.found.types;
            let place = match last {
                Some((of, place)) if of == ty => place,
                _ => *places.entry(ty).or_insert_with(|| {
                    types.push(OfType {
                        first: number,
                        count: 0,
                        bytes: 0,
                    });
                    types.len() - 1
                }),
            };
            last = Some((ty, place));
            placing.is_told = size >= LARGE && told.contains(&number);
            let bytes = placing.add(object, size);
            let of_type = &mut placing.found.types[place];
            of_type.count += 1;
            of_type.bytes += bytes;
        }
        placing.found
    })
}

/// The large objects whose memory only their library knows. A word of such an object that points to
/// as much memory points to something else: its library has used all of what it tells.
fn told_by_libraries(py: Python<'_>, objects: &Held, sizes: &[u64]) -> FxHashSet<usize> {
    let Some(mut has_native_memory) = native_memory_test(py) else {
        return FxHashSet::default();
    };
    let is_array = |object| paused(py, |heap| array_type(heap.see(object)).is_some());
    let large = sizes.iter().enumerate().filter(|&(_, &size)| size >= LARGE);
    large
        .map(|(number, _)| number)
        .filter(|&number| has_native_memory(&objects[number]) && !is_array(&objects[number]))
        .collect()
}

struct Placing<'a> {
    state: &'a ProcessState,
    found: Placement,
    /// The arena of the last object.
    near: usize,
    /// Whether only its library knows where the memory of the object is.
    is_told: bool,
}

impl Placing<'_> {
    /// Adds an object; returns its bytes that are in main memory and not in a library.
    fn add(&mut self, object: Obj<'_>, size: u64) -> u64 {
        let address = object.address();
        let block = self.block_at(address);
        if block > 0 {
            return self.add_in_arena(object, size, block as u64);
        }
        let own = own_size(object).min(size);
        let mapping = self.state.mapping_at(address);
        if mapping.is_some_and(|mapping| mapping.kind == MappingKind::Library) {
            self.found.in_libraries += own;
            return self.add_tables(object, size - own);
        }
        if is_in_one_piece(object) {
            return self.add_range(address..address + size as usize);
        }
        self.found.elsewhere += own;
        self.found.slack_elsewhere += slack_of_malloc(own);
        own + self.add_tables(object, size - own)
    }

    fn add_in_arena(&mut self, object: Obj<'_>, size: u64, block: u64) -> u64 {
        if size <= block {
            self.found.in_arenas += size;
            self.found.slack_in_arenas += block - size;
            return size;
        }
        let own = own_size(object).min(block);
        self.found.in_arenas += own;
        self.found.slack_in_arenas += block - own;
        own + self.add_tables(object, size - own)
    }

    /// Adds what an object has beyond its struct. Returns the bytes that are in main memory.
    fn add_tables(&mut self, object: Obj<'_>, bytes: u64) -> u64 {
        if bytes == 0 {
            return 0;
        }
        if bytes <= LARGEST_BLOCK as u64 && self.state.arenas.is_some() {
            self.found.in_arenas += bytes;
            self.found.slack_in_arenas += bytes.next_multiple_of(16) - bytes;
            return bytes;
        }
        if bytes >= LARGE
            && !self.is_told
            && let Some(start) = self.buffer_of(object, bytes as usize)
        {
            return self.add_range(start..start + bytes as usize);
        }
        self.found.elsewhere += bytes;
        self.found.slack_elsewhere += slack_of_malloc(bytes);
        bytes
    }

    /// Adds a block at a known address.
    fn add_range(&mut self, range: Range<usize>) -> u64 {
        let bytes = range.len() as u64;
        let mapping = self.state.mapping_at(range.start);
        let kind = mapping.map_or(MappingKind::Anonymous, |mapping| mapping.kind);
        let resident = match (kind, mapping) {
            _ if bytes < LARGE => bytes,
            (MappingKind::Anonymous | MappingKind::Library | MappingKind::Stack, _) | (_, None) => {
                resident_bytes(&range).unwrap_or(bytes)
            }
            // Pages of a file that are in main memory need not be those of this process.
            (_, Some(mapping)) => {
                let share = mapping.resident as f64 / mapping.size().max(1) as f64;
                (share * bytes as f64) as u64
            }
        };
        self.found.untouched += bytes - resident;
        match (kind, mapping) {
            (MappingKind::Library, _) => self.found.in_libraries += resident,
            (MappingKind::File | MappingKind::Shared | MappingKind::Device, Some(mapping)) => {
                let all = self.found.in_mappings.entry(mapping.range.start);
                // Several objects may show one mapping.
                let all = all.or_default();
                let more = resident.min(mapping.resident - *all);
                *all += more;
                return more;
            }
            _ => {
                self.found.elsewhere += resident;
                self.found.slack_elsewhere += slack_of_malloc(resident);
                return resident;
            }
        }
        0
    }

    /// The size of the block in an arena at an address; 0 if there is none.
    fn block_at(&mut self, address: usize) -> usize {
        let Some(arenas) = &self.state.arenas else {
            return 0;
        };
        block_at(arenas, &mut self.near, address)
    }

    /// The address of the buffer of an object: a word of its struct that points to this much
    /// memory.
    fn buffer_of(&self, object: Obj<'_>, bytes: usize) -> Option<usize> {
        let words = basic_size(object).min(MOST_WORDS * WORD) / WORD;
        let words = size_of::<ffi::PyObject>() / WORD..words;
        words
            // SAFETY: the struct of an object is as large as its type says.
            .map(|at| unsafe { object.word(at * WORD) })
            .find(|&start| self.state.mapped_from(start) >= bytes)
    }
}

/// The size of the block in an arena at an address; 0 if there is none. `near` is the arena of the
/// last address.
pub(super) fn block_at(arenas: &Arenas, near: &mut usize, address: usize) -> usize {
    match arenas.of(address, *near) {
        Some(arena) => {
            *near = arena;
            arenas.all[arena].block_size(address)
        }
        None => 0,
    }
}

/// `tp_basicsize`.
pub(super) fn basic_size(object: Obj<'_>) -> usize {
    // SAFETY: an object's type is alive.
    usize::try_from(unsafe { (*object.raw_type()).tp_basicsize }).unwrap_or(0)
}

/// The bytes of the struct of an object, with what is before it.
pub(super) fn own_size(object: Obj<'_>) -> u64 {
    // SAFETY: an object's type is alive.
    (basic_size(object) + unsafe { bytes_before(object.raw_type()) }) as u64
}

/// Whether all of the object is in one block.
pub(super) fn is_in_one_piece(object: Obj<'_>) -> bool {
    let flags = ffi::Py_TPFLAGS_LONG_SUBCLASS
        | ffi::Py_TPFLAGS_TUPLE_SUBCLASS
        | ffi::Py_TPFLAGS_BYTES_SUBCLASS
        | ffi::Py_TPFLAGS_UNICODE_SUBCLASS;
    // SAFETY: an object's type is alive.
    object.is_code() || unsafe { ffi::PyType_HasFeature(object.raw_type(), flags) != 0 }
}

/// What the C library's allocator needs for a block beyond its bytes: a word, and the rounding.
fn slack_of_malloc(bytes: u64) -> u64 {
    (bytes + 8).next_multiple_of(16).max(32) - bytes
}
