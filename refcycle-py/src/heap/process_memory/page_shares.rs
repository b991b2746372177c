//! Which objects are on pages that only this process has.

use std::ops::Range;

use pyo3::prelude::*;

use super::arenas::Arenas;
use super::mappings::MappingKind;
use super::placement::{basic_size, block_at, is_in_one_piece, own_size};
use super::private_pages::PrivatePages;
use super::state::ProcessState;
use crate::heap::{Held, Obj, paused};

/// More words of an object are not examined.
const MOST_WORDS: usize = 64;
const WORD: usize = size_of::<usize>();
/// The header of the collector, which is directly before an object.
const COLLECTOR_HEADER: usize = 2 * WORD;

/// The bytes of private pages for each object, and those of pages on which no object is known. The
/// sum is that of the pages.
#[derive(Default)]
pub(crate) struct PageShares {
    pub(crate) of_objects: Vec<u64>,
    /// Pages of arenas: blocks that are free or belong to no object.
    pub(crate) in_arenas: u64,
    /// Pages of the stacks of threads.
    pub(crate) in_stacks: u64,
    /// Pages of the arrays of this library.
    pub(crate) own: u64,
    /// Other pages.
    pub(crate) elsewhere: u64,
}

/// Divides each private page among the objects that are on it, in proportion to their bytes there.
/// An object is where its struct is, and where the tables are to which its struct points. `sizes`
/// are the bytes of the objects, which are in the order of their addresses.
///
/// # Cost
/// Two passes over the objects, with some look-ups for each.
pub(crate) fn page_shares(
    py: Python<'_>,
    objects: &Held,
    sizes: &[u64],
    state: &ProcessState,
    pages: &PrivatePages,
) -> PageShares {
    let is_in =
        |known: &[(Range<usize>, u64)], page| known.iter().any(|(range, _)| range.contains(&page));
    paused(py, |heap| {
        let mut bytes = vec![0u32; pages.count];
        let mut spans = Spans {
            objects,
            state,
            near: 0,
            found: Vec::new(),
        };
        for (object, &size) in objects.iter().zip(sizes) {
            for span in spans.of(heap.see(object), size) {
                pages.for_each(span, |page, some| {
                    bytes[page] = bytes[page].saturating_add(some as u32);
                });
            }
        }
        let (mut sum, mut given) = (0.0, 0);
        let share = |(object, &size)| {
            for span in spans.of(heap.see(object), size) {
                pages.for_each(span, |page, some| {
                    sum += pages.size as f64 * some as f64 / f64::from(bytes[page].max(1));
                });
            }
            // Rounded so that the sum of all shares is that of the pages.
            let share = (sum.round() as u64).saturating_sub(given);
            given += share;
            share
        };
        let of_objects = objects.iter().zip(sizes).map(share).collect();
        let mut shares = PageShares {
            of_objects,
            ..PageShares::default()
        };
        let is_in_arena = |address| {
            let arenas = state.arenas.as_ref();
            arenas.is_some_and(|arenas| arenas.of(address, 0).is_some())
        };
        for (range, first) in pages.ranges() {
            for (number, page) in range.clone().step_by(pages.size).enumerate() {
                if bytes[first + number] > 0 {
                    continue;
                }
                let others = if is_in_arena(page) {
                    &mut shares.in_arenas
                } else if is_in(&state.own, page) {
                    &mut shares.own
                } else if is_in(&state.stacks, page) {
                    &mut shares.in_stacks
                } else {
                    &mut shares.elsewhere
                };
                *others += pages.size as u64;
            }
        }
        shares
    })
}

/// Finds the memory of objects.
struct Spans<'a> {
    objects: &'a Held,
    state: &'a ProcessState,
    /// The arena of the last object.
    near: usize,
    found: Vec<Range<usize>>,
}

impl Spans<'_> {
    /// Where an object with these bytes is.
    fn of(&mut self, object: Obj<'_>, size: u64) -> &[Range<usize>] {
        self.found.clear();
        let (address, size) = (object.address(), size as usize);
        let block = self.block_at(address);
        let own = match is_in_one_piece(object) {
            true => size,
            false => (own_size(object) as usize).min(size),
        };
        let before = before(object);
        let start = address - before;
        let whole = if block > 0 { size.min(block) } else { own };
        self.found.push(start..start + whole);
        if size > whole {
            self.find_tables(object, before, size - own);
        }
        &self.found
    }

    /// Adds the memory to which the words of an object point, if it is not that of objects.
    fn find_tables(&mut self, object: Obj<'_>, before: usize, bytes: usize) {
        let words = basic_size(object).min(MOST_WORDS * WORD) / WORD;
        // The words before an object that are not those of the collector.
        let first = before.saturating_sub(COLLECTOR_HEADER) / WORD;
        for at in 0..first + words {
            let offset = match at.checked_sub(first) {
                Some(word) if word < 2 => continue,
                Some(word) => (word * WORD) as isize,
                None => (at * WORD) as isize - before as isize,
            };
            // SAFETY: the words are in the struct of the object, or before it.
            let target = unsafe { object.as_ptr().byte_offset(offset).cast::<usize>().read() };
            if let Some(table) = self.table_at(target, bytes) {
                self.found.push(table);
            }
        }
    }

    fn table_at(&mut self, address: usize, bytes: usize) -> Option<Range<usize>> {
        let mapping = self.state.mapping_at(address)?;
        if mapping.kind != MappingKind::Anonymous || self.is_object(address) {
            return None;
        }
        let size = match self.block_at(address) {
            0 => bytes,
            block => block,
        };
        Some(address..(address + size).min(mapping.range.end))
    }

    fn is_object(&self, address: usize) -> bool {
        let objects = self.objects;
        let found = objects.binary_search_by_key(&address, |object| object.as_ptr() as usize);
        found.is_ok()
    }

    fn block_at(&mut self, address: usize) -> usize {
        let arenas: Option<&Arenas> = self.state.arenas.as_ref();
        arenas.map_or(0, |arenas| block_at(arenas, &mut self.near, address))
    }
}

/// The bytes before an object that belong to it.
fn before(object: Obj<'_>) -> usize {
    own_size(object) as usize - basic_size(object)
}
