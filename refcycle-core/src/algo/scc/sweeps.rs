//! Reachability by sweeps over all vertices in the order of their ids.
//!
//! A sweep reads the rows one after the other, and later rows use the marks of earlier ones. If
//! most of a graph can be reached in a few steps, a few sweeps find most of it, and a vertex is
//! done at its first edge to or from a marked vertex.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::{ControlFlow, Range};

use crate::watch::Meter;
use crate::{Rows, Watch};

const BITS: usize = usize::BITS as usize;

/// The number of words in a block, which is swept without checking a watch.
const BLOCK: usize = 256;

/// One bit per vertex.
pub(super) struct Marks(Vec<usize>);

impl Marks {
    pub(super) fn new(bound: usize) -> Self {
        Self(vec![0; bound.div_ceil(BITS)])
    }

    #[inline]
    pub(super) fn contains(&self, v: u32) -> bool {
        self.0[v as usize / BITS] >> (v as usize % BITS) & 1 != 0
    }

    /// Marks `v`; `false` if it is already marked.
    #[inline]
    pub(super) fn insert(&mut self, v: u32) -> bool {
        let (word, bit) = (&mut self.0[v as usize / BITS], 1 << (v as usize % BITS));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// The marked vertices, ascending.
    pub(super) fn vertices(&self) -> impl Iterator<Item = u32> {
        let words = self.0.iter().enumerate();
        words.flat_map(|(at, &word)| vertices_of(at, word))
    }

    /// The number of marked vertices.
    pub(super) fn count(&self) -> usize {
        let words = self.0.iter();
        words.map(|word| word.count_ones() as usize).sum()
    }

    /// Replaces the marks by those of another set.
    pub(super) fn copy(&mut self, other: &Self) {
        self.0.copy_from_slice(&other.0);
    }
}

/// The vertices of the bits of a word, descending.
fn vertices_down(at: usize, mut word: usize) -> impl Iterator<Item = u32> {
    core::iter::from_fn(move || {
        let bit = word.checked_ilog2()?;
        word ^= 1 << bit;
        Some((at * BITS) as u32 + bit)
    })
}

/// The vertices of the bits of a word.
fn vertices_of(at: usize, mut word: usize) -> impl Iterator<Item = u32> {
    core::iter::from_fn(move || {
        if word == 0 {
            return None;
        }
        let v = (at * BITS) as u32 + word.trailing_zeros();
        word &= word - 1;
        Some(v)
    })
}

/// The order in which a sweep visits the vertices. If the edges of a graph mostly go to higher ids,
/// or mostly to lower ones, one of the two orders finds whole paths in one sweep.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
}

impl Order {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// Visits all blocks of `words` words.
fn sweep<W: Watch>(
    words: usize,
    order: Order,
    meter: &mut Meter<'_, W>,
    mut block: impl FnMut(Range<usize>),
) -> ControlFlow<W::Stop> {
    let blocks = words.div_ceil(BLOCK);
    for turn in 0..blocks {
        let start = BLOCK
            * match order {
                Order::Ascending => turn,
                Order::Descending => blocks - 1 - turn,
            };
        let end = words.min(start + BLOCK);
        block(start..end);
        meter.steps((end - start) * BITS)?;
    }
    ControlFlow::Continue(())
}

/// Marks each vertex of `within` that has an edge to a marked vertex, and returns how many are
/// new.
pub(super) fn pull<W: Watch>(
    rows: Rows<'_>,
    marks: &mut Marks,
    within: Option<&Marks>,
    order: Order,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, usize> {
    let words = marks.0.len();
    let mut pull = Pull {
        rows,
        marks,
        within,
    };
    let mut found = 0;
    sweep(words, order, meter, |words| match order {
        Order::Ascending => {
            for at in words {
                found += pull.word(at, vertices_of(at, pull.left(at)));
            }
        }
        Order::Descending => {
            for at in words.rev() {
                found += pull.word(at, vertices_down(at, pull.left(at)));
            }
        }
    })?;
    ControlFlow::Continue(found)
}

struct Pull<'a> {
    rows: Rows<'a>,
    marks: &'a mut Marks,
    within: Option<&'a Marks>,
}

impl Pull<'_> {
    /// Visits the vertices of a word that may be found.
    #[inline(always)]
    fn word(&mut self, at: usize, vertices: impl Iterator<Item = u32>) -> usize {
        let mut found = 0;
        for v in vertices {
            if self.rows.row(v).iter().any(|&w| self.marks.contains(w)) {
                // Immediately: the next vertices may have edges to this one.
                self.marks.0[at] |= 1 << (v as usize % BITS);
                found += 1;
            }
        }
        found
    }

    /// The vertices of a word that may be found.
    #[inline(always)]
    fn left(&self, at: usize) -> usize {
        let bound = self.rows.offsets().len() - 1;
        let all = usize::MAX >> (BITS - (bound - at * BITS).min(BITS));
        all & !self.marks.0[at] & self.within.map_or(usize::MAX, |set| set.0[at])
    }
}

/// For each marked vertex that is not in `done`: marks the heads of its edges and adds it to
/// `done`. Returns how many marks are new.
pub(super) fn push<W: Watch>(
    rows: Rows<'_>,
    marks: &mut Marks,
    done: &mut Marks,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, usize> {
    let before = marks.count();
    sweep(marks.0.len(), Order::Ascending, meter, |words| {
        let (marks, done) = (&mut *marks.0, &mut *done.0);
        for at in words {
            loop {
                let left = marks[at] & !done[at];
                if left == 0 {
                    break;
                }
                done[at] |= left;
                for v in vertices_of(at, left) {
                    for &w in rows.row(v) {
                        let (word, bit) = (&mut marks[w as usize / BITS], 1 << (w as usize % BITS));
                        // Most are marked already, and a store takes longer than a test.
                        if *word & bit == 0 {
                            *word |= bit;
                        }
                    }
                }
            }
        }
    })?;
    ControlFlow::Continue(marks.count() - before)
}

/// Marks all vertices reached from the marked vertices that are not in `done`, one by one. Returns
/// whether this took no more than `limit` edges; otherwise some are not followed.
pub(super) fn follow<W: Watch>(
    rows: Rows<'_>,
    marks: &mut Marks,
    done: &Marks,
    mut limit: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    let words = marks.0.iter().zip(&done.0).enumerate();
    let mut pending: Vec<u32> = words
        .flat_map(|(at, (&marked, &done))| vertices_of(at, marked & !done))
        .collect();
    while let Some(v) = pending.pop() {
        meter.step()?;
        let row = rows.row(v);
        if row.len() > limit {
            return ControlFlow::Continue(false);
        }
        limit -= row.len();
        pending.extend(row.iter().filter(|&&w| marks.insert(w)));
    }
    ControlFlow::Continue(true)
}
