//! Sorts edges by one of their ends.

use alloc::vec;
use alloc::vec::Vec;

use super::blocked_sort;
use crate::EdgeId;
use crate::counting_sort::{fill, offsets_by};
use crate::offsets::Offset;

/// Sorts values by their keys; values of equal keys keep their order. Returns where the values of
/// each key start, and the values.
pub(super) fn sort_pairs<O: Offset>(
    vertex_count: usize,
    keys: Vec<u32>,
    values: Vec<u32>,
) -> (Vec<O>, Vec<u32>) {
    if blocked_sort::pays(vertex_count, &keys) {
        return blocked_sort::sort_pairs(vertex_count, keys, values);
    }
    let items = keys.iter().copied().zip(values.iter().copied());
    plain(vertex_count, &keys, items)
}

/// The same for pairs with ascending values; `keys` are their keys.
pub(super) fn sort_ascending<O: Offset>(
    vertex_count: usize,
    keys: &[u32],
    items: impl Iterator<Item = (u32, u32)>,
) -> (Vec<O>, Vec<u32>) {
    if blocked_sort::pays(vertex_count, keys) {
        return blocked_sort::sort_ascending(vertex_count, keys, items);
    }
    plain(vertex_count, keys, items)
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

/// The edges sorted by head: the backward direction of a graph.
#[derive(Clone)]
pub(crate) struct Transposed<O> {
    pub(crate) offsets: Vec<O>,
    pub(crate) tails: Vec<u32>,
}

impl<O: Offset> Transposed<O> {
    pub(crate) fn new(offsets: &[impl Offset], heads: &[u32]) -> Self {
        let edges = transposed_pairs(offsets, heads);
        let (offsets, tails) = sort_ascending(offsets.len() - 1, heads, edges);
        Self { offsets, tails }
    }
}

/// The ids of the edges sorted by head, ascending for each head.
pub(crate) fn transposed_ids(back: &[u32], heads: &[u32]) -> Vec<EdgeId> {
    let items = heads.iter().copied().zip(0..);
    let ids = if blocked_sort::pays(back.len() - 1, heads) {
        blocked_sort::sort_ascending::<u32>(back.len() - 1, heads, items).1
    } else {
        let mut ids = vec![0; heads.len()];
        fill(&mut back.to_vec(), &mut ids, items);
        ids
    };
    // In place.
    ids.into_iter().map(EdgeId::new).collect()
}

/// The head and the tail of each edge.
fn transposed_pairs<'a, O: Offset>(offsets: &'a [O], heads: &'a [u32]) -> TransposedPairs<'a, O> {
    TransposedPairs {
        starts: offsets.get(1..).unwrap_or(&[]),
        heads,
        tail: 0,
        done: 0,
    }
}

/// See [`transposed_pairs`].
///
/// [`fold`](Iterator::fold) has no branch on where a row ends, which a processor cannot predict
/// if most rows are short: for some edges at a time, it counts the rows that start at each edge,
/// and the tails are the prefix sums.
struct TransposedPairs<'a, O> {
    /// The starts of the rows after the row of the tail.
    starts: &'a [O],
    /// The heads of the remaining edges.
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
