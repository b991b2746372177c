//! Converts the addresses that objects show to the rows of a graph.
//!
//! The addresses are looked up many at a time, in a loop that does nothing else, so the processor
//! can wait for several parts of the table at once. Looking them up one by one, within the
//! traversals, took twice as long.

use std::collections::TryReserveError;

use super::address_index::AddressIndex;
use super::traversal::ReferentSink;

/// The maximum number of addresses that wait for the look-up: they stay in the first-level cache.
const PENDING: usize = 2048;

/// The rows of a graph under construction: one for each object, in the order of the index.
pub(super) struct Rows<'a> {
    index: &'a AddressIndex,
    offsets: Vec<u32>,
    heads: Vec<u32>,
    /// Addresses that were shown and not yet looked up.
    pending: Box<[usize; PENDING]>,
    shown: usize,
    /// The total number of addresses shown by the end of each of the last rows.
    ends: Vec<u32>,
    /// The edges that are not included in the reference count of their head.
    uncounted: Vec<u32>,
    /// The allocation error, if any: `finish` returns it.
    failed: Option<TryReserveError>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(index: &'a AddressIndex) -> Result<Self, TryReserveError> {
        let mut offsets = Vec::new();
        offsets.try_reserve_exact(index.len() + 1)?;
        offsets.push(0);
        let mut heads = Vec::new();
        // Heaps have two or three references per object; memory that is not written to is not used.
        heads.try_reserve(4 * index.len() + PENDING)?;
        Ok(Self {
            index,
            offsets,
            heads,
            pending: Box::new([0; PENDING]),
            shown: 0,
            ends: Vec::with_capacity(PENDING),
            uncounted: Vec::new(),
            failed: None,
        })
    }

    /// Ends the row of the current object.
    #[inline]
    pub(super) fn end_row(&mut self) {
        self.ends.push(self.shown as u32);
        if self.ends.len() == PENDING {
            self.look_up();
        }
    }

    #[cold]
    #[inline(never)]
    fn look_up(&mut self) {
        let mut found = [0; PENDING];
        // For each position, how many of the addresses before it were found.
        let mut before = [0u32; PENDING + 1];
        let mut count = 0usize;
        let shown = &self.pending[..self.shown];
        self.index.look_up_all(shown, |place, number, is_in| {
            // The mask does not change the value: the index is always in bounds.
            found[count & (PENDING - 1)] = number;
            count += usize::from(is_in);
            before[place + 1] = count as u32;
        });
        let start = self.heads.len();
        if let Err(error) = self.heads.try_reserve(count) {
            self.failed = Some(error);
            count = 0;
        }
        self.heads.extend_from_slice(&found[..count]);
        let ends = self.ends.iter();
        // Room for all offsets was made at the start.
        self.offsets
            .extend(ends.map(|&end| start as u32 + before[end as usize]));
        self.ends.clear();
        self.shown = 0;
    }

    /// All rows.
    pub(super) fn finish(mut self) -> Result<References, TryReserveError> {
        self.look_up();
        match self.failed {
            Some(error) => Err(error),
            None => Ok(References {
                offsets: self.offsets,
                heads: self.heads,
                uncounted: self.uncounted,
            }),
        }
    }
}

impl ReferentSink for Rows<'_> {
    #[inline]
    fn see(&mut self, address: usize) {
        if self.shown == PENDING {
            self.look_up();
        }
        self.pending[self.shown] = address;
        self.shown += 1;
    }

    fn see_uncounted(&mut self, address: usize) {
        self.look_up();
        if let Some(number) = self.index.get(address) {
            self.uncounted.push(self.heads.len() as u32);
            self.heads.push(number);
        }
    }

    fn has_seen(&mut self, address: usize) -> bool {
        let row_start = self.ends.last().map_or(0, |&end| end as usize);
        if self.pending[row_start..self.shown].contains(&address) {
            return true;
        }
        // The row may have started before the last look-up.
        if !self.ends.is_empty() {
            return false;
        }
        let start = self.offsets.last().map_or(0, |&start| start as usize);
        let row = self.heads.get(start..).unwrap_or_default();
        let number = self.index.get(address);
        number.is_some_and(|number| row.contains(&number))
    }
}

/// The rows of a graph.
#[derive(Default)]
pub(super) struct References {
    pub(super) offsets: Vec<u32>,
    pub(super) heads: Vec<u32>,
    /// The edges that are not included in the reference count of their head, ascending.
    pub(super) uncounted: Vec<u32>,
}
