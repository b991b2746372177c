//! The arenas of CPython's allocator for small blocks (`obmalloc.c`).
//!
//! Its state is private. It is found as the fields of objects are: by what is known about it. A pool
//! that contains known objects has the index of its arena in its header, so the table of arenas is
//! the array whose elements at these indices contain these pools. A variable of the interpreter
//! points to it. If anything does not fit, the arenas are unknown.

use std::ops::Range;
use std::sync::OnceLock;

use pyo3::ffi;
use pyo3::prelude::*;

use super::mappings::{Mapping, MappingKind};
use super::residency::resident_bytes;
use super::stacks::mapping_at;
use crate::heap::raw_memory::read_words;
use crate::heap::{Still, dict_entries, paused};

/// The size of a pool with large pools, the default on 64-bit systems.
const POOL: usize = 16 << 10;
/// No arena has more pools.
const MOST_POOLS: usize = 256;
/// The size classes are multiples of this.
const ALIGNMENT: usize = 16;
/// The largest block.
pub(crate) const LARGEST_BLOCK: usize = 512;
/// `struct pool_header`.
const POOL_HEADER: usize = 48;
/// `struct arena_object`, in words.
const ARENA_WORDS: usize = 6;
const WORD: usize = size_of::<usize>();
/// The table of arenas starts with this number, and doubles.
const FIRST_TABLE: usize = 16;
/// How many pools have to fit.
const SAMPLES: usize = 64;
/// A free pool that has never been used has this size class.
const NO_CLASS: u32 = 0xffff;

/// The arenas of the interpreter.
pub(crate) struct Arenas {
    /// By address.
    pub(crate) all: Vec<Arena>,
}

/// A part of memory that is divided into pools of blocks of one size.
pub(crate) struct Arena {
    pub(crate) range: Range<usize>,
    /// The first pool.
    base: usize,
    /// The size of the blocks of each pool that has some in use; 0 for the others.
    block_sizes: Vec<u16>,
    /// The bytes in main memory.
    pub(crate) resident: u64,
    /// The bytes of the blocks that are in use.
    pub(crate) used: u64,
    /// The bytes of the headers of pools that are in use.
    pub(crate) headers: u64,
}

impl Arenas {
    /// Reads the table. `None` if it is not known where it is, or if the interpreter uses another
    /// allocator.
    pub(super) fn read(py: Python<'_>, mappings: &[Mapping]) -> Option<Self> {
        let table = *variable(py, mappings)?;
        // SAFETY: it is a variable of the interpreter, which is never unmapped.
        let table = unsafe { word(table) };
        let last = samples(py, mappings)
            .into_iter()
            .map(|(index, _)| index)
            .max()?;
        paused(py, |_| read_table(mappings, table, last))
    }

    /// The arena that contains an address, by its number. `near` is the result for a similar one.
    #[inline]
    pub(crate) fn of(&self, address: usize, near: usize) -> Option<usize> {
        let is_in = |arena: &Arena| arena.range.contains(&address);
        if self.all.get(near).is_some_and(is_in) {
            return Some(near);
        }
        let after = self.all.partition_point(|arena| arena.range.end <= address);
        self.all.get(after).is_some_and(is_in).then_some(after)
    }
}

impl Arena {
    /// The size of the block at an address; 0 if there is none in use.
    #[inline]
    pub(crate) fn block_size(&self, address: usize) -> usize {
        let pool = address.wrapping_sub(self.base) / POOL;
        self.block_sizes.get(pool).map_or(0, |&size| size.into())
    }

    /// Whether less than half of the blocks is in use.
    pub(crate) fn is_sparse(&self) -> bool {
        2 * self.used < self.range.len() as u64
    }

    /// The bytes in main memory that are in no block in use.
    pub(crate) fn free(&self) -> u64 {
        self.resident.saturating_sub(self.used + self.headers)
    }
}

/// The header of a pool: how many blocks are in use, the arena, the size class.
struct Pool {
    used: u32,
    arena: u32,
    class: u32,
    is_consistent: bool,
}

impl Pool {
    /// # Safety
    /// The pool is mapped.
    unsafe fn read(address: usize) -> Self {
        // SAFETY: guaranteed by the caller.
        let half = |offset: usize| unsafe { ((address + offset) as *const u32).read_volatile() };
        let (used, arena, class) = (half(0), half(32), half(36));
        let (next, last) = (half(40) as usize, half(44) as usize);
        let size = block_size(class).unwrap_or(POOL);
        Self {
            used,
            arena,
            class,
            is_consistent: last == POOL - size
                && (POOL_HEADER..=POOL).contains(&next)
                && next.is_multiple_of(ALIGNMENT)
                && (1..=(POOL - POOL_HEADER) / size).contains(&(used as usize)),
        }
    }
}

/// The size of the blocks of a class.
fn block_size(class: u32) -> Option<usize> {
    let size = (class as usize).checked_add(1)?.checked_mul(ALIGNMENT)?;
    (size <= LARGEST_BLOCK).then_some(size)
}

/// Where the interpreter stores the address of the table; searched for once.
fn variable(py: Python<'_>, mappings: &[Mapping]) -> Option<&'static usize> {
    static VARIABLE: OnceLock<usize> = OnceLock::new();
    if let Some(known) = VARIABLE.get() {
        return Some(known);
    }
    let samples = samples(py, mappings);
    let found = paused(py, |_| find_variable(mappings, &samples))?;
    Some(VARIABLE.get_or_init(|| found))
}

/// Pools that contain modules or their names, each with the index of its arena.
fn samples(py: Python<'_>, mappings: &[Mapping]) -> Vec<(usize, usize)> {
    let mut found = paused(py, |heap| samples_in(heap, mappings));
    found.sort_unstable();
    found.dedup();
    found
}

fn samples_in(heap: Still<'_, '_>, mappings: &[Mapping]) -> Vec<(usize, usize)> {
    // SAFETY: the GIL is held; the result is borrowed, or null.
    let modules = unsafe { ffi::PyImport_GetModuleDict() };
    if modules.is_null() {
        return Vec::new();
    }
    // SAFETY: the interpreter holds it.
    let modules = unsafe { heap.at(modules as usize) };
    let entries = dict_entries(modules).into_iter().flatten();
    let pool = |address: usize| {
        let pool = address & !(POOL - 1);
        let mapping = mapping_at(mappings, address)?;
        let is_inside = mapping.range.start <= pool && pool + POOL <= mapping.range.end;
        if mapping.kind != MappingKind::Anonymous || !mapping.is_writable || !is_inside {
            return None;
        }
        // SAFETY: an object is in the same mapping, which allocators do not shrink below it.
        let header = unsafe { Pool::read(pool) };
        header
            .is_consistent
            .then_some((header.arena as usize, pool))
    };
    let addresses = entries.flat_map(|(name, module)| [name.address(), module.address()]);
    addresses.filter_map(pool).take(SAMPLES * 8).collect()
}

/// The variable in the data of the interpreter that points to the table in which all samples have
/// their arenas.
fn find_variable(mappings: &[Mapping], samples: &[(usize, usize)]) -> Option<usize> {
    samples.first()?;
    let interpreter = mapping_at(mappings, &raw const ffi::PyBaseObject_Type as usize)?;
    let of_pools = samples
        .iter()
        .filter_map(|&(_, pool)| mapping_at(mappings, pool));
    let mut of_pools: Vec<_> = of_pools.map(|mapping| mapping.range.start).collect();
    of_pools.sort_unstable();
    of_pools.dedup();
    // Most pointers lead to objects, and so to arenas. The table is elsewhere, unless it is so large
    // that the C library maps memory for it: most pointers need not be followed.
    [false, true].into_iter().find_map(|is_beside_pools| {
        let data = mappings.iter().filter(|mapping| {
            mapping.kind == MappingKind::Library
                && mapping.is_writable
                && mapping.name == interpreter.name
        });
        let mut addresses = data.flat_map(|mapping| mapping.range.clone().step_by(WORD));
        addresses.find(|&address| {
            // SAFETY: the data of the interpreter is never unmapped.
            let table = unsafe { word(address) };
            mapping_at(mappings, table).is_some_and(|mapping| {
                mapping.kind == MappingKind::Anonymous
                    && mapping.is_writable
                    && of_pools.binary_search(&mapping.range.start).is_ok() == is_beside_pools
                    && table.is_multiple_of(WORD)
                    && has_all(table, samples)
            })
        })
    })
}

/// Whether the samples have their arenas in the table at an address.
fn has_all(table: usize, samples: &[(usize, usize)]) -> bool {
    samples.iter().all(|&(index, pool)| {
        // Another thread may free this memory, so the read is a system call.
        read_words::<2>(table + index * ARENA_WORDS * WORD)
            .is_some_and(|[start, carved]| has(start, carved, pool))
    })
}

/// Whether an arena with this start, whose pools up to `carved` have been used, has a pool.
fn has(start: usize, carved: usize, pool: usize) -> bool {
    start <= pool && pool < carved && carved - start <= (MOST_POOLS + 1) * POOL
}

/// Reads the arenas in the table. The arena with the index `last` exists.
fn read_table(mappings: &[Mapping], table: usize, last: usize) -> Option<Arenas> {
    let mapping = mapping_at(mappings, table)?;
    let mut all = Vec::new();
    let (mut begin, mut end) = (0, FIRST_TABLE);
    loop {
        let is_inside = table + end * ARENA_WORDS * WORD <= mapping.range.end;
        let more = is_inside
            .then(|| read_arenas(mappings, table, begin..end))
            .flatten();
        match more {
            Some(more) if begin <= last || !more.is_empty() => all.extend(more),
            None if begin <= last => return None,
            // What follows is not part of the table.
            _ => break,
        }
        (begin, end) = (end, 2 * end);
    }
    all.sort_by_key(|arena: &Arena| arena.range.start);
    Some(Arenas { all })
}

/// The arenas with these indices; `None` if this is not a part of the table.
fn read_arenas(mappings: &[Mapping], table: usize, indices: Range<usize>) -> Option<Vec<Arena>> {
    let mut found = Vec::new();
    for index in indices {
        // SAFETY: the words are in the mapping of the table, which is in use.
        let [start, carved, pools] = unsafe {
            let arena = table + index * ARENA_WORDS * WORD;
            [0, 1, 2].map(|field| word(arena + field * WORD))
        };
        if start == 0 {
            continue;
        }
        // Two halves: the free pools, and all.
        let pools = pools >> 32;
        found.push(read_arena(mappings, index, start, carved, pools)?);
    }
    Some(found)
}

fn read_arena(
    mappings: &[Mapping],
    index: usize,
    start: usize,
    carved: usize,
    pools: usize,
) -> Option<Arena> {
    let base = start.next_multiple_of(POOL);
    // An arena that does not start with a whole pool loses one.
    let end = base
        + pools * POOL
        + if base == start {
            0
        } else {
            POOL - (base - start)
        };
    let mapping = mapping_at(mappings, start)?;
    let is_valid = (1..=MOST_POOLS).contains(&pools)
        && (base..=base + pools * POOL).contains(&carved)
        && (carved - base).is_multiple_of(POOL)
        && mapping.is_writable
        && mapping_at(mappings, end - 1).is_some_and(|mapping| mapping.is_writable);
    if !is_valid {
        return None;
    }
    let mut arena = Arena {
        resident: resident_bytes(&(start..end))?,
        range: start..end,
        base,
        block_sizes: Vec::with_capacity(pools),
        used: 0,
        headers: 0,
    };
    for pool in (base..carved).step_by(POOL) {
        // SAFETY: the pool is in a mapped arena.
        let pool = unsafe { Pool::read(pool) };
        let size = match pool.used {
            0 if pool.class == NO_CLASS || block_size(pool.class).is_some() => 0,
            _ if pool.is_consistent && pool.arena as usize == index => block_size(pool.class)?,
            _ => return None,
        };
        arena.block_sizes.push(size as u16);
        arena.used += u64::from(pool.used) * size as u64;
        arena.headers += if size > 0 { POOL_HEADER as u64 } else { 0 };
    }
    Some(arena)
}

/// # Safety
/// There is a word at the address.
unsafe fn word(address: usize) -> usize {
    // SAFETY: guaranteed by the caller. C code may change it meanwhile.
    unsafe { (address as *const usize).read_volatile() }
}
