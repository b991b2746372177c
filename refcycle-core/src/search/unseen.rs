//! Marks the vertices of a row, and collects those that were not marked.

use alloc::vec::Vec;

use fixedbitset::FixedBitSet;

use crate::VertexId;

const ROOM: usize = 1024;
const BITS: usize = usize::BITS as usize;

/// Collects unmarked vertices without a branch for each: on heaps, about half of the vertices are
/// marked, and a branch would often be mispredicted.
pub(super) struct Unseen<'a> {
    words: &'a mut [usize],
    gathered: [VertexId; ROOM],
    count: usize,
}

impl<'a> Unseen<'a> {
    pub(super) fn new(seen: &'a mut FixedBitSet) -> Self {
        Self {
            words: seen.as_mut_slice(),
            gathered: [VertexId::default(); ROOM],
            count: 0,
        }
    }

    /// Marks the vertices of a row, and appends those that were not marked, at the latest with
    /// [`flush`](Self::flush).
    #[inline]
    pub(super) fn take(&mut self, row: &[u32], order: &mut Vec<VertexId>) {
        if row.len() > ROOM - self.count {
            self.flush(order);
        }
        for piece in row.chunks(ROOM) {
            self.take_piece(piece);
            if row.len() > ROOM {
                self.flush(order);
            }
        }
    }

    /// A piece of a row that fits into the buffer.
    #[inline]
    fn take_piece(&mut self, piece: &[u32]) {
        let mut count = self.count;
        for &w in piece {
            let (word, bit) = (&mut self.words[w as usize / BITS], 1 << (w as usize % BITS));
            let new = *word & bit == 0;
            *word |= bit;
            self.gathered[count] = w.into();
            count += usize::from(new);
        }
        self.count = count;
    }

    /// Appends the collected vertices.
    pub(super) fn flush(&mut self, order: &mut Vec<VertexId>) {
        order.extend_from_slice(&self.gathered[..self.count]);
        self.count = 0;
    }
}
