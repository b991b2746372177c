//! Where each component starts among the members, in little more than a bit per component.

use alloc::vec;
use alloc::vec::Vec;

/// The starts of components most of which have a single vertex.
///
/// Component `c` starts at place `c`, plus what the components before it have beyond one
/// vertex each. So only those of several vertices take a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Starts {
    /// How many components there are.
    len: usize,
    /// Of each component whether it has several vertices.
    several: Vec<u64>,
    /// How many such components come before those of each word.
    rank: Vec<u32>,
    /// What the first of them have beyond one vertex each, for none of them, one, two, ...
    beyond: Vec<u32>,
}

const BITS: usize = u64::BITS as usize;

impl Starts {
    /// Those of no components, and room for `bound` of them.
    pub(super) fn new(bound: usize) -> Self {
        Self {
            len: 0,
            several: vec![0; bound.div_ceil(BITS)],
            rank: Vec::new(),
            beyond: vec![0],
        }
    }

    /// Component `number`, which comes after all those noted before, has `others` vertices
    /// beyond one.
    #[inline]
    pub(super) fn note(&mut self, number: usize, others: u32) {
        self.several[number / BITS] |= 1 << (number % BITS);
        let before = self.beyond[self.beyond.len() - 1];
        self.beyond.push(before + others);
    }

    /// All of them, which are so many.
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

    /// The places of a component's vertices.
    ///
    /// # Panics
    /// When there is no such component.
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
