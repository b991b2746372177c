//! The sizes of the tables of containers when a snapshot was taken, to tell later which of them have
//! become larger.

use pyo3::prelude::*;

use super::Obj;
use super::sizes::TableMeasure;

/// The sizes of tables, by the addresses of their containers. Small ones are left out.
#[derive(Default)]
pub(crate) struct TableSizes {
    /// Ascending addresses, inverted: a search of the memory for an address does not find them.
    inverted: Vec<usize>,
    /// In words; of the largest tables, the most that there is room for.
    words: Vec<u32>,
}

const WORD: usize = size_of::<usize>();

impl TableSizes {
    /// Smaller tables are left out, so that few objects need memory for this.
    const LEAST: usize = 512;

    /// Adds the container with the next address.
    fn push(&mut self, address: usize, bytes: usize) -> Option<()> {
        self.inverted.try_reserve(1).ok()?;
        self.words.try_reserve(1).ok()?;
        self.inverted.push(!address);
        self.words
            .push((bytes / WORD).try_into().unwrap_or(u32::MAX));
        Some(())
    }

    /// The containers whose table is larger than in an earlier snapshot: the address, the bytes of the
    /// table, and how many of them are more, with an error of at most an eighth too many: what was left out
    /// there counts as empty if the table is large now, and otherwise as the largest that is left out.
    pub(crate) fn larger_than(&self, earlier: &Self) -> Vec<(usize, u64, u64)> {
        let mut before = earlier.each().peekable();
        self.each()
            .filter_map(|(address, bytes)| {
                while before.next_if(|&(other, _)| other < address).is_some() {}
                let known = before.next_if(|&(other, _)| other == address);
                let left_out = match bytes < 8 * Self::LEAST as u64 {
                    true => Self::LEAST as u64,
                    false => 0,
                };
                let more = bytes.saturating_sub(known.map_or(left_out, |(_, bytes)| bytes));
                (more > 0).then_some((address, bytes, more))
            })
            .collect()
    }

    fn each(&self) -> impl Iterator<Item = (usize, u64)> {
        let inverted = self.inverted.iter();
        inverted
            .zip(&self.words)
            .map(|(address, &words)| (!address, u64::from(words) * WORD as u64))
    }
}

/// Measures the tables of the objects of a snapshot, in the order of their addresses.
pub(super) struct TableScan {
    measure: TableMeasure,
    /// `None` if there is no memory for them.
    found: Option<TableSizes>,
}

impl TableScan {
    pub(super) fn new(py: Python<'_>) -> Self {
        Self {
            measure: TableMeasure::new(py),
            found: Some(TableSizes::default()),
        }
    }

    #[inline]
    pub(super) fn see(&mut self, object: Obj<'_>) {
        let bytes = self.measure.bytes(object);
        if bytes >= TableSizes::LEAST
            && let Some(found) = &mut self.found
            && found.push(object.address(), bytes).is_none()
        {
            self.found = None;
        }
    }

    pub(super) fn finish(self) -> Option<TableSizes> {
        let mut found = self.found?;
        found.inverted.shrink_to_fit();
        found.words.shrink_to_fit();
        Some(found)
    }
}
