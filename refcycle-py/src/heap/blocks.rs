//! Blocks of the allocators: whether memory in a heap is in use, and the block that contains it.
//!
//! The allocators have no function that tells. Their own structs, which have had the same form for
//! years, are read and checked; where they do not fit, the answer is "unknown". Nothing is
//! dereferenced: all reading goes through [`RawMemory`].

use std::ops::Range;

use super::process_maps::Mapping;
use super::raw_memory::RawMemory;

/// What is known about a place in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// It is not allocated: what is there is left over.
    Free,
    /// It belongs to this block.
    Used(Range<usize>),
    Unknown,
}

const WORD: usize = size_of::<usize>();
/// Allocations of this size have a mapping of their own.
const LARGE: usize = 2 << 20;

/// An array that does not use memory which was free during the search: what is left over there would
/// look as if it were in use.
pub(crate) fn large_array<T>() -> Vec<T> {
    Vec::with_capacity(LARGE.div_ceil(size_of::<T>()))
}

/// A pool of Python's allocator for small blocks: 16 KiB (4 KiB up to 3.9).
const POOL: usize = 16 << 10;

/// Looks for blocks of Python's allocator for small blocks. A pool is read once for all places in
/// it that follow each other.
pub(crate) struct SmallBlocks<'m> {
    memory: &'m RawMemory,
    pool: usize,
    words: Vec<usize>,
    /// The number of words that could be read.
    count: usize,
}

impl<'m> SmallBlocks<'m> {
    pub(crate) fn new(memory: &'m RawMemory) -> Self {
        let mut words = large_array();
        words.resize(POOL / WORD, 0);
        Self {
            memory,
            pool: 0,
            words,
            count: 0,
        }
    }

    /// The block of an address, if this allocator manages the memory.
    pub(crate) fn block(&mut self, address: usize) -> Block {
        let pool = address & !(POOL - 1);
        if pool != self.pool {
            self.pool = pool;
            self.count = self.memory.copy(pool, &mut self.words).unwrap_or(0);
        }
        block_in_pool(pool, &self.words[..self.count], address)
    }
}

/// The block of an address in a pool with these words. A pool has blocks of one size. Its header
/// contains the number of used blocks, the list of free ones, and how many have ever been used.
fn block_in_pool(pool: usize, words: &[usize], address: usize) -> Block {
    const HEADER: usize = 48;
    const GRAIN: usize = 16;
    const CLASSES: usize = 32;

    let Some(header) = words.get(..HEADER / WORD) else {
        return Block::Unknown;
    };
    let (used, mut free) = (header[0] as u32 as usize, header[1]);
    let (class, next) = (header[4] >> 32, header[5] as u32 as usize);
    let (last, size) = (header[5] >> 32, (class + 1) * GRAIN);
    let is_pool = class < CLASSES
        && last == POOL - size
        && (HEADER..=POOL).contains(&next)
        && (next - HEADER).is_multiple_of(size)
        && used <= (POOL - HEADER) / size
        && (free == 0 || free & !(POOL - 1) == pool);
    if !is_pool {
        return Block::Unknown;
    }
    let Some(place) = address.checked_sub(pool + HEADER) else {
        return Block::Free;
    };
    let start = pool + HEADER + place / size * size;
    if used == 0 || start >= pool + next {
        return Block::Free;
    }
    for _ in 0..POOL / GRAIN {
        if free == start {
            return Block::Free;
        }
        if free == 0 || free & !(POOL - 1) != pool {
            break;
        }
        free = words.get((free - pool) / WORD).copied().unwrap_or(0);
    }
    Block::Used(start..start + size)
}

/// The blocks of the system's allocator in its main heap, for addresses in ascending order. Known
/// for the GNU C library: chunks follow each other, each with its size and a flag that says whether
/// the previous one is in use.
pub(crate) fn heap_blocks(memory: &RawMemory, heap: &Mapping, addresses: &[usize]) -> Vec<Block> {
    const FLAGS: usize = 0b111;
    const IN_USE: usize = 1;
    const LEAST: usize = 32;

    let mut blocks = large_array();
    blocks.resize(addresses.len(), Block::Unknown);
    let mut words = Window::new(memory);
    let (mut chunk, mut next) = (heap.range.start, 0);
    let cached = cached_mark(memory);
    while next < addresses.len() && chunk + 2 * WORD <= heap.range.end {
        let Some(size) = words.get(chunk + WORD).map(|word| word & !FLAGS) else {
            break;
        };
        if size < LEAST || !size.is_multiple_of(2 * WORD) || size > heap.range.end - chunk {
            break;
        }
        let end = chunk + size;
        // The last word of a chunk in use is where the next one begins.
        let block = chunk + 2 * WORD..end + WORD;
        while next < addresses.len() && addresses[next] < block.end {
            let is_last = end + 2 * WORD > heap.range.end;
            let is_used = !is_last
                && words.get(end + WORD).is_some_and(|word| word & IN_USE != 0)
                && (cached.is_none() || words.get(chunk + 3 * WORD) != cached);
            blocks[next] = match is_used && block.contains(&addresses[next]) {
                true => Block::Used(block.clone()),
                false => Block::Free,
            };
            next += 1;
        }
        chunk = end;
    }
    blocks
}

/// The block to which the system's allocator has given this mapping alone.
pub(crate) fn large_block(memory: &RawMemory, mapping: &Mapping) -> Block {
    const MAPPED: usize = 0b010;
    const FLAGS: usize = 0b111;

    let start = mapping.range.start;
    let mut header = [0; 2];
    let is_read = memory
        .copy(start, &mut header)
        .is_ok_and(|count| count == 2);
    let size = header[1] & !FLAGS;
    let fits = size > 1 << 16 && size.is_multiple_of(1 << 12) && size <= mapping.range.len();
    match is_read && header[0] == 0 && header[1] & FLAGS == MAPPED && fits {
        true => Block::Used(start + 2 * WORD..start + size),
        false => Block::Unknown,
    }
}

/// The word by which the GNU C library marks a freed block that a thread keeps for its next
/// allocation: since 2.29 the second word of the block.
fn cached_mark(memory: &RawMemory) -> Option<usize> {
    const SIZE: usize = 200;

    // More than a thread keeps are allocated, so that the first to be freed finds room.
    let blocks: Vec<Vec<u8>> = (0..16).map(|_| vec![1; SIZE]).collect();
    let first = std::hint::black_box(&blocks)[0].as_ptr() as usize;
    drop(blocks);
    let mark = memory.word(first + WORD)?;
    (mark != 0).then_some(mark)
}

/// Words of memory, read in larger pieces.
struct Window<'m> {
    memory: &'m RawMemory,
    start: usize,
    words: Vec<usize>,
    count: usize,
}

impl<'m> Window<'m> {
    fn new(memory: &'m RawMemory) -> Self {
        Self {
            memory,
            start: 0,
            words: vec![0; LARGE / WORD],
            count: 0,
        }
    }

    fn get(&mut self, address: usize) -> Option<usize> {
        let place = address.wrapping_sub(self.start) / WORD;
        if address >= self.start && place < self.count {
            return Some(self.words[place]);
        }
        self.start = address;
        // At the end of the mapping, fewer words can be read.
        self.count = self.memory.copy(address, &mut self.words).unwrap_or(0);
        self.words[..self.count].first().copied()
    }
}
