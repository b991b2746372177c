//! Where each component starts in the members, in little more than a bit per component.

use alloc::vec;
use alloc::vec::Vec;

/// The starts of components, if most have a single vertex.
///
/// Component `c` starts at `c` plus the number of extra vertices, beyond one each, of the
/// components before it. Only components of several vertices have a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Starts {
    /// The number of components.
    len: usize,
    /// One bit per component: whether it has several vertices.
    several: Vec<u64>,
    /// The number of such components before each word.
    rank: Vec<u32>,
    /// The number of extra vertices of the first 0, 1, 2, ... of them.
    beyond: Vec<u32>,
}

const BITS: usize = u64::BITS as usize;

impl Starts {
    /// No components yet, with room for `bound`.
    pub(super) fn new(bound: usize) -> Self {
        Self {
            len: 0,
            several: vec![0; bound.div_ceil(BITS)],
            rank: Vec::new(),
            beyond: vec![0],
        }
    }

    /// Notes that component `number`, which is higher than all noted before, has `others` extra
    /// vertices.
    #[inline]
    pub(super) fn note(&mut self, number: usize, others: u32) {
        self.several[number / BITS] |= 1 << (number % BITS);
        let before = self.beyond[self.beyond.len() - 1];
        self.beyond.push(before + others);
    }

    /// Finishes with `len` components.
    pub(super) fn finish(mut self, len: usize) -> Self {
        self.len = len;
        self.several.truncate(len.div_ceil(BITS));
        self.several.shrink_to_fit();
        self.beyond.shrink_to_fit();
        let mut before = 0;
        self.rank = Vec::with_capacity(self.several.len());
        for word in &self.several {
            self.rank.push(before);
            before += word.count_ones();
        }
        self
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The positions of a component's vertices.
    ///
    /// # Panics
    /// If there is no such component.
    #[inline]
    pub(super) fn range(&self, number: u32) -> core::ops::Range<usize> {
        let number = number as usize;
        assert!(number < self.len, "there is no component {number}");
        let (word, bit) = (self.several[number / BITS], number % BITS);
        let before = (word & ((1 << bit) - 1)).count_ones();
        let rank = (self.rank[number / BITS] + before) as usize;
        let start = number + self.beyond[rank] as usize;
        let end = number + 1 + self.beyond[rank + (word >> bit & 1) as usize] as usize;
        start..end
    }
}
