//! Random walks that find out whether a set of vertices is in the middle of a graph.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::sweeps::Marks;
use crate::watch::Meter;
use crate::{Rows, Watch};

/// The number of vertices from which walks start.
const WALKS: usize = 1 << 6;
/// A walk takes at most this share of the number of edges in steps.
const STEPS_SHARE: usize = 32 * 2 * WALKS;
/// All walks together take no more steps than this share of the number of edges. A step jumps, so
/// it costs as much as several edges that are read one after the other.
const ALL_STEPS_SHARE: usize = 128;
/// From this number of walks on, the trial ends if too few of them have met the set.
const FIRST_WALKS: usize = 8;
/// A walk takes no more steps: all of them take some tens of milliseconds.
const MOST_STEPS: usize = 1 << 12;
/// A vertex from which so many others are found backward, but not all of its ancestors, is probably
/// reached from everywhere.
const MANY: usize = 128;
/// The share of the walks that must meet the set, in percent.
const OFTEN: usize = 60;

/// Walks from a sample of the vertices that have edges.
///
/// The share of the walks that meet the set estimates how many vertices reach it within a few
/// steps. If most do and also have many ancestors, sweeps find the component of the set at a
/// fraction of the cost of a depth-first search. If a component is wide, as that of a grid, a walk
/// rarely meets the set, and sweeps would need many rounds.
pub(super) struct Walks<'a> {
    rows: Rows<'a>,
    set: &'a Marks,
    state: u64,
}

impl<'a> Walks<'a> {
    pub(super) fn new(rows: Rows<'a>, set: &'a Marks) -> Self {
        Self {
            rows,
            set,
            state: 1,
        }
    }

    /// Whether walks from most vertices meet the set, and these vertices have many ancestors, as
    /// far as backward rows exist. If so, returns the least number of vertices that the set must
    /// reach, or else it is not in the middle.
    pub(super) fn meet_often<W: Watch>(
        mut self,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Option<usize>> {
        let (vertices, edges) = (self.rows.offsets().len() - 1, self.rows.heads().len());
        let steps = (edges / STEPS_SHARE).min(MOST_STEPS);
        let mut left = edges / ALL_STEPS_SHARE;
        let (mut met, mut all) = (0, 0);
        for _ in 0..WALKS {
            let v = self.below(vertices) as u32;
            if self.rows.row(v).is_empty() {
                continue;
            }
            all += 1;
            let most = steps.min(left);
            let taken = self.steps_to_set(v, most);
            left -= taken.unwrap_or(most);
            meter.steps(taken.unwrap_or(most))?;
            let ancestors = |back| has_many_ancestors(back, v, steps.min(4 * MANY));
            met += usize::from(taken.is_some() && self.rows.reversed().is_none_or(ancestors));
            // Half of what is expected, as below.
            if left == 0 || all >= FIRST_WALKS && 200 * met < OFTEN * all {
                return ControlFlow::Continue(None);
            }
        }
        // Half of what is expected: it is a small sample.
        let least = vertices / (200 * WALKS) * (OFTEN * all);
        ControlFlow::Continue((100 * met >= OFTEN * all).then_some(least))
    }

    /// The number of steps after which a walk meets the set; `None` if it does not. It starts again
    /// where it can go no further.
    fn steps_to_set(&mut self, start: u32, steps: usize) -> Option<usize> {
        let mut v = start;
        for step in 0..steps {
            if self.set.contains(v) {
                return Some(step);
            }
            let row = self.rows.row(v);
            v = match row.len() {
                0 => start,
                len => row[self.below(len)],
            };
        }
        None
    }

    /// A pseudo-random number, the same in each run.
    fn below(&mut self, bound: usize) -> usize {
        self.state = self
            .state
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(1);
        (((self.state >> 33) * bound as u64) >> 31) as usize
    }
}

/// Whether a search backward, which follows at most `steps` edges, finds many vertices.
fn has_many_ancestors(back: Rows<'_>, v: u32, steps: usize) -> bool {
    let mut found = Vec::with_capacity(MANY);
    found.push(v);
    let (mut next, mut left) = (0, steps);
    while let Some(&v) = found.get(next) {
        for &w in back.row(v) {
            if left == 0 || found.len() == MANY {
                return true;
            }
            left -= 1;
            if !found.contains(&w) {
                found.push(w);
            }
        }
        next += 1;
    }
    false
}
