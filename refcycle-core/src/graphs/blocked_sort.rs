//! Counting sort in two steps, for keys in random order.
//!
//! A plain counting sort of many keys in random order has three cache misses per edge: for the
//! count, for the place, and for the value. Here each edge first goes to the block of its key;
//! there are few enough blocks to write to all of them concurrently. Then each block is sorted by
//! itself, within the cache. If keys are nearly in order, as on most heaps, this takes twice the
//! time of a plain sort: [`pays`] decides from a sample.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use crate::counting_sort;
use crate::offsets::Offset;

/// The number of bits of a key that distinguish the vertices of a block: half of them, so that
/// half of a key and half of another number fit into one word.
const HALF: u32 = 16;
const BLOCK: usize = 1 << HALF;
const MASK: u32 = BLOCK as u32 - 1;

/// With fewer vertices, all counts are in the cache anyway.
const FEWEST_VERTICES: usize = 16 * BLOCK;
/// [`pays`] samples this many stretches of this many keys.
const STRETCHES: usize = 4;
const STRETCH: usize = 1 << 12;
/// With fewer edges, the sample of [`pays`] would cost too much.
const FEWEST_EDGES: usize = 16 * STRETCHES * STRETCH;
/// The number of counts that share a cache line.
const LINE: u32 = 16;

/// Whether the sort in blocks is faster than a plain counting sort: whether most consecutive keys
/// have their counts on different cache lines, which are then rarely in the cache.
pub(super) fn pays(vertex_count: usize, keys: &[u32]) -> bool {
    if vertex_count < FEWEST_VERTICES || keys.len() < FEWEST_EDGES {
        return false;
    }
    let mut lines = Vec::with_capacity(STRETCH);
    let parts = keys.chunks(keys.len() / STRETCHES).take(STRETCHES);
    let touched = parts.map(|part| {
        lines.clear();
        lines.extend(part[..STRETCH].iter().map(|key| key / LINE));
        lines.sort_unstable();
        lines.dedup();
        lines.len()
    });
    touched.sum::<usize>() > STRETCHES * STRETCH / 2
}

/// Sorts values by their keys; those of equal keys keep their order. The arrays of the input are
/// reused, so that only the input and the result are in memory.
pub(super) fn sort_pairs<O: Offset>(
    vertex_count: usize,
    keys: Vec<u32>,
    values: Vec<u32>,
) -> (Vec<O>, Vec<u32>) {
    let blocks = Blocks::new(vertex_count, &keys);
    let spread = |from: &[u32], to: &mut [u32]| {
        blocks.spread(keys.iter().copied().zip(from.iter().copied()), to);
    };
    let (mut by_value, mut by_key) = (vec![0; values.len()], values);
    spread(&by_key, &mut by_value);
    spread(&keys, &mut by_key);

    let (mut offsets, mut sorted) = (blocks.offsets(), keys);
    let mut next = Vec::new();
    blocks.each(&mut offsets, |block, offsets| {
        let place = blocks.places(block);
        let (keys, values) = (&by_key[place.clone()], &by_value[place.clone()]);
        count(place.start, keys.iter().copied(), &mut next, offsets);
        put(
            keys.iter().copied().zip(values.iter().copied()),
            &mut next,
            &mut sorted[place],
        );
    });
    (offsets, sorted)
}

/// Sorts ascending values by their keys.
///
/// The lower halves of a key and its value are kept as one word, in the array of the result. The
/// upper half of the key is the number of the block. The upper half of the value follows from the
/// position of the word in the block, as the positions at which the upper half changes are noted
/// for each block. Besides the result, only a copy of one block is in memory at a time.
pub(super) fn sort_ascending<O: Offset>(
    vertex_count: usize,
    keys: &[u32],
    items: impl Iterator<Item = (u32, u32)>,
) -> (Vec<O>, Vec<u32>) {
    let blocks = Blocks::new(vertex_count, keys);
    let (mut offsets, mut sorted) = (blocks.offsets(), vec![0; keys.len()]);
    let notes = blocks.spread_words::<O>(items, &mut sorted);
    let width = blocks.count();
    let largest = (0..width).map(|block| blocks.places(block).len()).max();
    let mut words = Vec::with_capacity(largest.unwrap_or(0));
    let mut next = Vec::new();
    blocks.each(&mut offsets, |block, offsets| {
        let sorted = &mut sorted[blocks.places(block)];
        words.clear();
        words.extend_from_slice(sorted);
        let start = blocks.starts[block];
        count(start, words.iter().copied(), &mut next, offsets);
        let note = |upper: usize| notes[upper * width + block].index() - start;
        let uppers = notes.len() / width - 1;
        let items = (0..uppers).flat_map(|upper| {
            let words = &words[note(upper)..note(upper + 1)];
            words
                .iter()
                .map(move |&word| (word, (upper as u32) << HALF | word >> HALF))
        });
        put(items, &mut next, sorted);
    });
    (offsets, sorted)
}

/// Where the edges of each block start.
struct Blocks {
    vertex_count: usize,
    starts: Vec<usize>,
}

impl Blocks {
    fn new(vertex_count: usize, keys: &[u32]) -> Self {
        let blocks = keys.iter().map(|key| key >> HALF);
        let starts = counting_sort::offsets_by(vertex_count.div_ceil(BLOCK), blocks);
        Self {
            vertex_count,
            starts,
        }
    }

    /// The number of blocks.
    fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// Offsets with only the last one set.
    fn offsets<O: Offset>(&self) -> Vec<O> {
        let mut offsets = vec![O::default(); self.vertex_count + 1];
        offsets[self.vertex_count] = O::at(self.starts[self.count()]);
        offsets
    }

    /// The positions of the edges of a block.
    fn places(&self, block: usize) -> Range<usize> {
        self.starts[block]..self.starts[block + 1]
    }

    /// Runs a job for each block, with the offsets of its keys.
    fn each<O>(&self, offsets: &mut [O], mut job: impl FnMut(usize, &mut [O])) {
        let keys = offsets[..self.vertex_count].chunks_mut(BLOCK);
        for (block, offsets) in keys.enumerate() {
            job(block, offsets);
        }
    }

    /// Where the edges of each block start.
    fn starts<O: Offset>(&self) -> Vec<O> {
        let starts = self.starts[..self.count()].iter();
        starts.map(|&start| O::at(start)).collect()
    }

    /// Puts each value into the block of its key.
    fn spread(&self, items: impl Iterator<Item = (u32, u32)>, values: &mut [u32]) {
        let mut next: Vec<u64> = self.starts();
        items.for_each(|(key, value)| {
            let next = &mut next[(key >> HALF) as usize];
            values[*next as usize] = value;
            *next += 1;
        });
    }

    /// Puts words that consist of both lower halves into the blocks, for ascending values. Returns
    /// where the words of each upper half of a value start in each block, and finally where they
    /// end.
    fn spread_words<O: Offset>(
        &self,
        items: impl Iterator<Item = (u32, u32)>,
        words: &mut [u32],
    ) -> Vec<O> {
        let mut next: Vec<O> = self.starts();
        let mut notes = next.clone();
        let mut upper = 0;
        items.for_each(|(key, value)| {
            while upper < value >> HALF {
                notes.extend_from_slice(&next);
                upper += 1;
            }
            let next = &mut next[(key >> HALF) as usize];
            words[next.index()] = value << HALF | key & MASK;
            *next = O::at(next.index() + 1);
        });
        notes.extend(next);
        notes
    }
}

/// Counts the keys of a block, whose first edge is at `first`. Sets `offsets` to where the edges
/// of each key start, and `next` to the next place of each key within the block.
fn count<O: Offset>(
    first: usize,
    keys: impl Iterator<Item = u32>,
    next: &mut Vec<O>,
    offsets: &mut [O],
) {
    next.clear();
    next.resize(offsets.len(), O::default());
    keys.for_each(|key| {
        let count = &mut next[(key & MASK) as usize];
        *count = O::at(count.index() + 1);
    });
    let mut place = 0;
    for (offset, next) in offsets.iter_mut().zip(next) {
        let count = next.index();
        *offset = O::at(first + place);
        *next = O::at(place);
        place += count;
    }
}

/// Puts the values of a block into their places.
fn put<O: Offset>(items: impl Iterator<Item = (u32, u32)>, next: &mut [O], sorted: &mut [u32]) {
    items.for_each(|(key, value)| {
        let next = &mut next[(key & MASK) as usize];
        sorted[next.index()] = value;
        *next = O::at(next.index() + 1);
    });
}
