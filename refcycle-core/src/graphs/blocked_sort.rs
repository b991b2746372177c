//! Sorting edges by counting in two steps, for keys in random order.
//!
//! A plain counting sort of many keys in random order waits for memory three times an edge:
//! for the count, for the place, and for what is put there. Here each edge first goes to the
//! block of its key, of which there are few enough to write to all of them at once; then each
//! block is sorted by itself, within the cache. Where keys come nearly in order, as they do on
//! most heaps, that costs twice the time of a plain sort: [`pays`] looks at some of them.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use crate::counting_sort;
use crate::offsets::Offset;

/// How many bits of a key tell the vertices of a block apart: half of it, so that this half of a
/// key and the same half of another number are one word.
const HALF: u32 = 16;
const BLOCK: usize = 1 << HALF;
const MASK: u32 = BLOCK as u32 - 1;

/// Fewer vertices than these have their counts in the cache anyway.
const FEWEST_VERTICES: usize = 16 * BLOCK;
/// [`pays`] looks at so many stretches of so many keys.
const STRETCHES: usize = 4;
const STRETCH: usize = 1 << 12;
/// Of fewer edges [`pays`] would look at too many.
const FEWEST_EDGES: usize = 16 * STRETCHES * STRETCH;
/// The counts that share a line of the cache.
const LINE: u32 = 16;

/// Whether this is faster than a plain counting sort: whether most keys in a row have their
/// counts on lines of their own, which are then hardly ever in the cache.
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

/// Who does a job that comes in parts.
pub(super) trait Workers {
    /// In how many parts to divide it.
    fn parts(&self) -> usize;
    /// Does all of them.
    fn each<T: Send>(&self, parts: Vec<T>, job: impl Fn(T) + Send + Sync);
}

/// The thread that asks.
pub(super) struct SingleThread;

impl Workers for SingleThread {
    fn parts(&self) -> usize {
        1
    }

    fn each<T: Send>(&self, parts: Vec<T>, job: impl Fn(T) + Send + Sync) {
        parts.into_iter().for_each(job);
    }
}

/// Sorts values by their keys; those of equal keys keep their order. The arrays take turns, so
/// that only the input and the result are held.
pub(super) fn sort_pairs<O: Offset>(
    vertex_count: usize,
    keys: Vec<u32>,
    values: Vec<u32>,
    workers: &impl Workers,
) -> (Vec<O>, Vec<u32>) {
    let blocks = Blocks::new(vertex_count, &keys);
    let shares = blocks.shares(workers.parts());
    let spread = |from: &[u32], to: &mut [u32]| {
        workers.each(blocks.split(&shares, to), |(share, to)| {
            blocks.spread(share, keys.iter().copied().zip(from.iter().copied()), to);
        });
    };
    let (mut by_value, mut by_key) = (vec![0; values.len()], values);
    spread(&by_key, &mut by_value);
    spread(&keys, &mut by_key);

    let (mut offsets, mut sorted) = (blocks.offsets(), keys);
    let parts = blocks.split_rows(&shares, &mut offsets, &mut sorted);
    workers.each(parts, |part| {
        let mut next = Vec::new();
        blocks.each(part, |block, offsets, sorted| {
            let place = blocks.places(block);
            let (keys, values) = (&by_key[place.clone()], &by_value[place.clone()]);
            count(place.start, keys.iter().copied(), &mut next, offsets);
            put(
                keys.iter().copied().zip(values.iter().copied()),
                &mut next,
                sorted,
            );
        });
    });
    (offsets, sorted)
}

/// Sorts values that come ascending, with their keys, by their keys.
///
/// A key and its value are kept as one word, of the lower halves of both, in the place of the
/// result. The upper half of the key is the block's; that of the value is known from where the
/// word lies in the block, as for each block it is noted where values with another upper half
/// begin. Beside the result only a copy of one block is held at a time.
pub(super) fn sort_ascending<O: Offset, I: Iterator<Item = (u32, u32)>>(
    vertex_count: usize,
    keys: &[u32],
    items: impl Fn() -> I + Sync,
    workers: &impl Workers,
) -> (Vec<O>, Vec<u32>) {
    let blocks = Blocks::new(vertex_count, keys);
    let shares = blocks.shares(workers.parts());
    let (mut offsets, mut sorted) = (blocks.offsets(), vec![0; keys.len()]);
    let parts = blocks.split_rows(&shares, &mut offsets, &mut sorted);
    workers.each(parts, |part| {
        let notes = blocks.spread_words::<O>(part.share, items(), part.sorted);
        let (width, first) = (part.share.len(), part.share.start);
        let largest = part.share.clone().map(|block| blocks.places(block).len());
        let mut words = Vec::with_capacity(largest.max().unwrap_or(0));
        let mut next = Vec::new();
        blocks.each(part, |block, offsets, sorted| {
            words.clear();
            words.extend_from_slice(sorted);
            count(
                blocks.starts[block],
                words.iter().copied(),
                &mut next,
                offsets,
            );
            let start = notes[block - first].index();
            let note = |upper: usize| notes[upper * width + block - first].index() - start;
            let uppers = notes.len() / width - 1;
            let items = (0..uppers).flat_map(|upper| {
                let words = &words[note(upper)..note(upper + 1)];
                words
                    .iter()
                    .map(move |&word| (word, (upper as u32) << HALF | word >> HALF))
            });
            put(items, &mut next, sorted);
        });
    });
    (offsets, sorted)
}

/// Where the edges of each block start.
struct Blocks {
    vertex_count: usize,
    starts: Vec<usize>,
}

/// Some blocks in a row, where their keys start, and their edges.
struct Part<'a, O> {
    share: &'a Range<usize>,
    offsets: &'a mut [O],
    sorted: &'a mut [u32],
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

    /// Offsets of which the last is right.
    fn offsets<O: Offset>(&self) -> Vec<O> {
        let mut offsets = vec![O::default(); self.vertex_count + 1];
        offsets[self.vertex_count] = O::at(self.starts[self.starts.len() - 1]);
        offsets
    }

    /// Where the edges of a block are.
    fn places(&self, block: usize) -> Range<usize> {
        self.starts[block]..self.starts[block + 1]
    }

    /// The blocks in so many shares of about as many edges each.
    fn shares(&self, count: usize) -> Vec<Range<usize>> {
        let blocks = self.starts.len() - 1;
        let edges = self.starts[blocks];
        let mut first = 0;
        let mut shares = Vec::with_capacity(count);
        for share in 1..=count {
            let wanted = (edges as u64 * share as u64 / count as u64) as usize;
            let last = match share == count {
                true => blocks,
                false => self
                    .starts
                    .partition_point(|&start| start < wanted)
                    .clamp(first, blocks),
            };
            shares.push(first..last);
            first = last;
        }
        shares
    }

    /// An array of the edges, in the parts of these shares.
    fn split<'a>(
        &self,
        shares: &'a [Range<usize>],
        mut edges: &'a mut [u32],
    ) -> Vec<(&'a Range<usize>, &'a mut [u32])> {
        let mut parts = Vec::with_capacity(shares.len());
        for share in shares {
            let length = self.starts[share.end] - self.starts[share.start];
            parts.push((share, edges.split_off_mut(..length).expect("all edges")));
        }
        parts
    }

    /// The same with the offsets of the vertices.
    fn split_rows<'a, O>(
        &self,
        shares: &'a [Range<usize>],
        mut offsets: &'a mut [O],
        edges: &'a mut [u32],
    ) -> Vec<Part<'a, O>> {
        let parts = self.split(shares, edges).into_iter();
        parts
            .map(|(share, sorted)| {
                let length = (share.len() * BLOCK).min(offsets.len());
                let offsets = offsets.split_off_mut(..length).expect("not longer");
                Part {
                    share,
                    offsets,
                    sorted,
                }
            })
            .collect()
    }

    /// Does a job for each block of a part, with its offsets and its edges.
    fn each<O>(&self, part: Part<'_, O>, mut job: impl FnMut(usize, &mut [O], &mut [u32])) {
        let mut sorted = part.sorted;
        let last = self.vertex_count;
        for (block, offsets) in part.share.clone().zip(part.offsets.chunks_mut(BLOCK)) {
            let length = offsets.len().min(last - block * BLOCK);
            let edges = sorted
                .split_off_mut(..self.places(block).len())
                .expect("all edges");
            job(block, &mut offsets[..length], edges);
        }
    }

    /// Where the edges of each block of a share start within the share.
    fn starts_within<O: Offset>(&self, share: &Range<usize>) -> Vec<O> {
        let starts = self.starts[share.clone()].iter();
        starts
            .map(|start| O::at(start - self.starts[share.start]))
            .collect()
    }

    /// Puts each value into the block of its key, if that is in the share.
    fn spread(
        &self,
        share: &Range<usize>,
        items: impl Iterator<Item = (u32, u32)>,
        values: &mut [u32],
    ) {
        let mut next: Vec<u64> = self.starts_within(share);
        items.for_each(|(key, value)| {
            let block = ((key >> HALF) as usize).wrapping_sub(share.start);
            if let Some(next) = next.get_mut(block) {
                values[*next as usize] = value;
                *next += 1;
            }
        });
    }

    /// The same with words of both lower halves, for values that ascend. Returns for each upper
    /// half of a value where in each block its words start, and in the end where they all end.
    fn spread_words<O: Offset>(
        &self,
        share: &Range<usize>,
        items: impl Iterator<Item = (u32, u32)>,
        words: &mut [u32],
    ) -> Vec<O> {
        let mut next: Vec<O> = self.starts_within(share);
        let mut notes = next.clone();
        let mut upper = 0;
        items.for_each(|(key, value)| {
            while upper < value >> HALF {
                notes.extend_from_slice(&next);
                upper += 1;
            }
            let block = ((key >> HALF) as usize).wrapping_sub(share.start);
            if let Some(next) = next.get_mut(block) {
                words[next.index()] = value << HALF | key & MASK;
                *next = O::at(next.index() + 1);
            }
        });
        notes.extend(next);
        notes
    }
}

/// Counts the keys of a block, whose first edge is at `first`: says where those of each key
/// start, and where the next of each key belongs within the block.
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

/// Puts the values of a block where they belong.
fn put<O: Offset>(items: impl Iterator<Item = (u32, u32)>, next: &mut [O], sorted: &mut [u32]) {
    items.for_each(|(key, value)| {
        let next = &mut next[(key & MASK) as usize];
        sorted[next.index()] = value;
        *next = O::at(next.index() + 1);
    });
}
