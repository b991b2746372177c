//! Sorting edges by one of their ends, by counting.

use alloc::vec;
use alloc::vec::Vec;

use super::blocked_sort::{self, SingleThread};
use crate::EdgeId;
use crate::offsets::Offset;

/// Where the edges of each key start in a table sorted by key: the first pass of the sort.
pub(super) fn offsets_by<O: Offset>(
    vertex_count: usize,
    keys: impl Iterator<Item = u32>,
) -> Vec<O> {
    let mut offsets = counts_by(vertex_count, keys);
    sum(&mut offsets);
    offsets
}

/// How often there is each key, one further on, so that the [`sum`] is where they start.
pub(super) fn counts_by<O: Offset>(vertex_count: usize, keys: impl Iterator<Item = u32>) -> Vec<O> {
    let mut counts = vec![O::default(); vertex_count + 1];
    keys.for_each(|key| count(&mut counts, key));
    counts
}

#[inline]
pub(super) fn count<O: Offset>(counts: &mut [O], key: u32) {
    let count = &mut counts[key as usize + 1];
    *count = O::at(count.index() + 1);
}

pub(super) fn sum<O: Offset>(counts: &mut [O]) {
    let mut sum = 0;
    for count in counts {
        sum += count.index();
        *count = O::at(sum);
    }
}

/// Puts the value of each `(key, value)` into its place: the second pass. Keeps the order of
/// equal keys.
///
/// The offsets count along and are put back at the end, which saves a second array of them.
pub(super) fn fill<O: Offset>(
    offsets: &mut [O],
    values: &mut [u32],
    items: impl Iterator<Item = (u32, u32)>,
) {
    items.for_each(|(key, value)| {
        let next = &mut offsets[key as usize];
        // There is none when items come of which the counts did not know.
        if let Some(place) = values.get_mut(next.index()) {
            *place = value;
        }
        *next = O::at(next.index() + 1);
    });
    let last = offsets.len() - 1;
    offsets.copy_within(..last, 1);
    offsets[0] = O::default();
}

/// Sorts values by their keys, those of equal keys in their order: where each key's start, and
/// the values.
pub(super) fn sort_pairs<O: Offset>(
    vertex_count: usize,
    keys: Vec<u32>,
    values: Vec<u32>,
) -> (Vec<O>, Vec<u32>) {
    if blocked_sort::pays(vertex_count, &keys) {
        return blocked_sort::sort_pairs(vertex_count, keys, values, &SingleThread);
    }
    let items = keys.iter().copied().zip(values.iter().copied());
    plain(vertex_count, &keys, items)
}

/// The same for values that ascend, from pairs that can be had again; `keys` are theirs.
pub(super) fn sort_ascending<O: Offset, I: Iterator<Item = (u32, u32)>>(
    vertex_count: usize,
    keys: &[u32],
    items: impl Fn() -> I + Sync,
) -> (Vec<O>, Vec<u32>) {
    if blocked_sort::pays(vertex_count, keys) {
        return blocked_sort::sort_ascending(vertex_count, keys, items, &SingleThread);
    }
    plain(vertex_count, keys, items())
}

fn plain<O: Offset>(
    vertex_count: usize,
    keys: &[u32],
    items: impl Iterator<Item = (u32, u32)>,
) -> (Vec<O>, Vec<u32>) {
    let mut offsets = offsets_by(vertex_count, keys.iter().copied());
    let mut values = vec![0; keys.len()];
    fill(&mut offsets, &mut values, items);
    (offsets, values)
}

/// The edges sorted by head: where they come from.
#[derive(Clone)]
pub(crate) struct Transposed<O> {
    pub(crate) offsets: Vec<O>,
    pub(crate) tails: Vec<u32>,
}

impl<O: Offset> Transposed<O> {
    pub(crate) fn new(offsets: &[impl Offset], heads: &[u32]) -> Self {
        let edges = || transposed_pairs(offsets, heads);
        let (offsets, tails) = sort_ascending(offsets.len() - 1, heads, edges);
        Self { offsets, tails }
    }
}

/// The ids of the edges sorted by head, those of one head ascending.
pub(super) fn transposed_ids(back: &[u32], heads: &[u32]) -> Vec<EdgeId> {
    let items = || heads.iter().copied().zip(0..);
    let ids = if blocked_sort::pays(back.len() - 1, heads) {
        blocked_sort::sort_ascending::<u32, _>(back.len() - 1, heads, items, &SingleThread).1
    } else {
        let mut ids = vec![0; heads.len()];
        fill(&mut back.to_vec(), &mut ids, items());
        ids
    };
    // In place.
    ids.into_iter().map(EdgeId::new).collect()
}

/// Head and tail of each edge.
pub(super) fn transposed_pairs<'a, O: Offset>(
    offsets: &'a [O],
    heads: &'a [u32],
) -> TransposedPairs<'a, O> {
    TransposedPairs {
        starts: offsets.get(1..).unwrap_or(&[]),
        heads,
        tail: 0,
        done: 0,
    }
}

/// See [`transposed_pairs`].
///
/// When it is gone through by [`fold`](Iterator::fold), no branch depends on where a row ends,
/// which no processor can foresee where most rows are short: for some edges at a time it is
/// counted how many rows start at each, and their tails are the sums.
#[derive(Clone)]
pub(super) struct TransposedPairs<'a, O> {
    /// Where the rows after the tail's start.
    starts: &'a [O],
    /// Of the edges that are left.
    heads: &'a [u32],
    tail: u32,
    done: usize,
}

impl<O: Offset> Iterator for TransposedPairs<'_, O> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        let (&head, heads) = self.heads.split_first()?;
        while self.starts[0].index() <= self.done {
            self.starts = &self.starts[1..];
            self.tail += 1;
        }
        self.heads = heads;
        self.done += 1;
        Some((head, self.tail))
    }

    fn fold<B, F: FnMut(B, (u32, u32)) -> B>(self, init: B, mut f: F) -> B {
        const SOME: usize = 1024;
        let mut result = init;
        let (mut starts, mut tail) = (self.starts.iter(), self.tail);
        let mut start = starts.next();
        for (some, first) in self.heads.chunks(SOME).zip((self.done..).step_by(SOME)) {
            let mut rows = [0; SOME];
            while let Some(place) = start {
                let Some(rows) = rows.get_mut(place.index() - first) else {
                    break;
                };
                *rows += 1;
                start = starts.next();
            }
            for (&head, rows) in some.iter().zip(rows) {
                tail += rows;
                result = f(result, (head, tail));
            }
        }
        result
    }
}
