//! Reachability by sweeps over all vertices in the order of their ids.
//!
//! A sweep reads the rows one after the other, and later rows use the marks of earlier ones. If
//! most of a graph can be reached in a few steps, a few sweeps find most of it, and a vertex is
//! done at its first edge to or from a marked vertex.

use alloc::vec::Vec;
use core::ops::{ControlFlow, Range};
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::watch::Meter;
use crate::{Rows, Watch};

const BITS: usize = usize::BITS as usize;

/// The number of words in a block, which is swept without checking a watch.
pub(super) const BLOCK: usize = 256;

/// Marks that several threads may set. Marks are never removed, so the order in which they become
/// visible does not matter.
pub(super) struct AtomicMarks(Vec<AtomicUsize>);

impl AtomicMarks {
    pub(super) fn new(bound: usize) -> Self {
        Self(
            (0..bound.div_ceil(BITS))
                .map(|_| AtomicUsize::new(0))
                .collect(),
        )
    }

    pub(super) fn words(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(super) fn word(&self, at: usize) -> usize {
        self.0[at].load(Ordering::Relaxed)
    }

    /// Call this only from the one thread that writes this word.
    #[inline]
    fn set_word(&self, at: usize, word: usize) {
        self.0[at].store(word, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn contains(&self, v: u32) -> bool {
        self.word(v as usize / BITS) >> (v as usize % BITS) & 1 != 0
    }

    /// Marks `v`; `false` if it is already marked.
    #[inline]
    pub(super) fn insert(&self, v: u32) -> bool {
        let (at, bit) = (v as usize / BITS, 1 << (v as usize % BITS));
        self.word(at) & bit == 0 && self.0[at].fetch_or(bit, Ordering::Relaxed) & bit == 0
    }

    /// The marked vertices, ascending.
    pub(super) fn vertices(&self) -> impl Iterator<Item = u32> {
        (0..self.words()).flat_map(|at| vertices_of(at, self.word(at)))
    }

    /// A copy, which one thread may change without slowing the others.
    fn to_words(&self) -> Vec<usize> {
        (0..self.words()).map(|at| self.word(at)).collect()
    }

    /// Adds the marks of a copy, and returns how many are new.
    fn merge(&self, copy: &[usize]) -> usize {
        let merge_word = |(at, &word): (usize, &usize)| {
            let more = word & !self.word(at);
            if more == 0 {
                return 0;
            }
            let old = self.0[at].fetch_or(more, Ordering::Relaxed);
            (more & !old).count_ones() as usize
        };
        copy.iter().enumerate().map(merge_word).sum()
    }

    /// The number of marked vertices.
    pub(super) fn count(&self) -> usize {
        let words = self.0.iter();
        words
            .map(|word| word.load(Ordering::Relaxed).count_ones() as usize)
            .sum()
    }

    /// Replaces the marks by those of another set.
    pub(super) fn copy(&self, other: &Self) {
        for at in 0..self.words() {
            self.set_word(at, other.word(at));
        }
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

/// The work of a sweep.
pub(super) trait Job: Sync {
    /// Whether the blocks are visited in descending order.
    fn descends(&self) -> bool {
        false
    }

    /// The data of each thread that goes through blocks.
    type Local: Send;

    fn begin(&self) -> Self::Local;

    /// Goes through a block of words, and returns how many vertices it found.
    fn block(&self, local: &mut Self::Local, words: Range<usize>) -> usize;

    /// Merges the thread's data, and returns how many vertices are new.
    fn end(&self, local: Self::Local) -> usize;
}

/// Runs a sweep, on one thread or several.
pub(super) trait Sweeper {
    /// Does a job for all blocks of `words` words, and returns the sum of its results.
    fn sweep<J: Job, W: Watch>(
        words: usize,
        job: &J,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, usize>;
}

/// One thread.
pub(super) struct SequentialSweeper;

impl Sweeper for SequentialSweeper {
    fn sweep<J: Job, W: Watch>(
        words: usize,
        job: &J,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, usize> {
        let mut local = job.begin();
        let mut sum = 0;
        let blocks = words.div_ceil(BLOCK);
        for turn in 0..blocks {
            let block = match job.descends() {
                true => blocks - 1 - turn,
                false => turn,
            };
            let start = block * BLOCK;
            let end = words.min(start + BLOCK);
            sum += job.block(&mut local, start..end);
            meter.steps((end - start) * BITS)?;
        }
        ControlFlow::Continue(sum + job.end(local))
    }
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

/// Marks each vertex of `within` that has an edge to a marked vertex, and returns how many are
/// new.
pub(super) fn pull<S: Sweeper, W: Watch>(
    rows: Rows<'_>,
    marks: &AtomicMarks,
    within: Option<&AtomicMarks>,
    order: Order,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, usize> {
    let job = Pull {
        rows,
        marks,
        within,
        order,
    };
    S::sweep(marks.words(), &job, meter)
}

struct Pull<'a> {
    rows: Rows<'a>,
    marks: &'a AtomicMarks,
    within: Option<&'a AtomicMarks>,
    order: Order,
}

impl Pull<'_> {
    /// Visits the vertices of a word that may be found.
    #[inline(always)]
    fn word(&self, at: usize, vertices: impl Iterator<Item = u32>) -> usize {
        let mut found = 0;
        for v in vertices {
            if self.rows.row(v).iter().any(|&w| self.marks.contains(w)) {
                // Immediately: the next vertices may have edges to this one.
                let word = self.marks.word(at) | 1 << (v as usize % BITS);
                self.marks.set_word(at, word);
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
        all & !self.marks.word(at) & self.within.map_or(usize::MAX, |set| set.word(at))
    }
}

impl Job for Pull<'_> {
    type Local = ();

    fn descends(&self) -> bool {
        self.order == Order::Descending
    }

    fn begin(&self) {}

    fn block(&self, (): &mut (), words: Range<usize>) -> usize {
        match self.order {
            Order::Ascending => words
                .map(|at| self.word(at, vertices_of(at, self.left(at))))
                .sum(),
            Order::Descending => words
                .rev()
                .map(|at| self.word(at, vertices_down(at, self.left(at))))
                .sum(),
        }
    }

    fn end(&self, (): ()) -> usize {
        0
    }
}

/// For each marked vertex that is not in `done`: marks the heads of its edges and adds it to
/// `done`. Returns how many marks are new.
pub(super) fn push<S: Sweeper, W: Watch>(
    rows: Rows<'_>,
    marks: &AtomicMarks,
    done: &AtomicMarks,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, usize> {
    S::sweep(marks.words(), &Push { rows, marks, done }, meter)
}

struct Push<'a> {
    rows: Rows<'a>,
    marks: &'a AtomicMarks,
    done: &'a AtomicMarks,
}

impl Job for Push<'_> {
    /// This thread's copy of the marks. Edges go anywhere, so threads that set marks in the same
    /// words would constantly wait for each other.
    type Local = Vec<usize>;

    fn begin(&self) -> Vec<usize> {
        self.marks.to_words()
    }

    fn block(&self, marks: &mut Vec<usize>, words: Range<usize>) -> usize {
        for at in words {
            loop {
                let old = self.done.word(at);
                let left = marks[at] & !old;
                if left == 0 {
                    break;
                }
                self.done.set_word(at, old | left);
                for v in vertices_of(at, left) {
                    for &w in self.rows.row(v) {
                        let (word, bit) = (&mut marks[w as usize / BITS], 1 << (w as usize % BITS));
                        if *word & bit == 0 {
                            *word |= bit;
                        }
                    }
                }
            }
        }
        0
    }

    fn end(&self, marks: Vec<usize>) -> usize {
        self.marks.merge(&marks)
    }
}

/// Marks all vertices reached from the marked vertices that are not in `done`, one by one. Returns
/// whether this took no more than `limit` edges; otherwise some are not followed.
pub(super) fn follow<W: Watch>(
    rows: Rows<'_>,
    marks: &AtomicMarks,
    done: &AtomicMarks,
    mut limit: usize,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    let mut pending: Vec<u32> = (0..marks.words())
        .flat_map(|at| vertices_of(at, marks.word(at) & !done.word(at)))
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
