//! The pages that a forked process no longer shares with another one.

use std::ops::Range;

use super::mappings::{Mapping, MappingKind};
use crate::heap::pages::{open_pages, page_size, see_pages};

/// Pages in main memory that only this process has, of memory without a name.
pub(crate) struct PrivatePages {
    /// Ranges of addresses, ascending, each with the number of pages before it.
    ranges: Vec<(Range<usize>, usize)>,
    /// The number of pages.
    pub(crate) count: usize,
    /// What the system reported before as the private bytes of the same mappings.
    pub(crate) in_mappings: u64,
    /// The size of a page.
    pub(crate) size: usize,
}

impl PrivatePages {
    /// Reads `/proc/self/pagemap`; `None` if the system does not let this process do so.
    pub(super) fn read(mappings: &[Mapping]) -> Option<Self> {
        let mut pages = Self {
            ranges: Vec::new(),
            count: 0,
            in_mappings: 0,
            size: page_size(),
        };
        let states = open_pages().ok()?;
        let is_data = |mapping: &&Mapping| {
            mapping.kind == MappingKind::Anonymous && mapping.resident > 0 && mapping.is_writable
        };
        for mapping in mappings.iter().filter(is_data) {
            let add = |address, state| {
                if is_private(state) {
                    pages.add(address);
                }
            };
            see_pages(&states, &mapping.range, add).ok()?;
            pages.in_mappings += mapping.private_dirty;
        }
        Some(pages)
    }

    /// The bytes of all these pages.
    pub(crate) fn bytes(&self) -> u64 {
        (self.count * self.size) as u64
    }

    /// Ranges of these pages, ascending, each with the number of its first page.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (&Range<usize>, usize)> {
        self.ranges.iter().map(|(range, first)| (range, *first))
    }

    fn add(&mut self, page: usize) {
        match self.ranges.last_mut() {
            Some((last, _)) if last.end == page => last.end += self.size,
            _ => self.ranges.push((page..page + self.size, self.count)),
        }
        self.count += 1;
    }

    /// Calls `see` with the number of each of these pages on which the range has bytes, and how
    /// many.
    pub(crate) fn for_each(&self, range: &Range<usize>, mut see: impl FnMut(usize, usize)) {
        let after = self
            .ranges
            .partition_point(|(known, _)| known.end <= range.start);
        for (known, before) in &self.ranges[after..] {
            if known.start >= range.end {
                break;
            }
            let mut at = known.start.max(range.start);
            let end = known.end.min(range.end);
            while at < end {
                let number = (at - known.start) / self.size;
                let next = known.start + (number + 1) * self.size;
                see(before + number, next.min(end) - at);
                at = next;
            }
        }
    }
}

/// Whether a page is in main memory, belongs to no file, and to no other process.
fn is_private(state: u64) -> bool {
    const PRESENT: u64 = 1 << 63;
    const OF_FILE: u64 = 1 << 61;
    const EXCLUSIVE: u64 = 1 << 56;
    state & (PRESENT | OF_FILE | EXCLUSIVE) == PRESENT | EXCLUSIVE
}
