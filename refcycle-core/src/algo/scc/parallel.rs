//! Sweeps on several threads, and single vertices that are closed without a depth-first search.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use rayon::prelude::*;

use super::dfs::ResumableDfs;
use super::state::UNSEEN;
use super::sweeps::{BLOCK, Job, SequentialSweeper, Sweeper};
use crate::watch::Meter;
use crate::{Rows, Watch};

/// All threads of the current pool. The caller's watch is checked between two turns, on the
/// caller's thread.
pub(super) struct RayonSweeper;

/// The number of blocks in a turn, which takes tens of milliseconds.
const TURN: usize = 128;

/// The number of stretches of a turn for each thread, so that work can be balanced.
const STRETCHES: usize = 4;

impl Sweeper for RayonSweeper {
    fn sweep<J: Job, W: Watch>(
        words: usize,
        job: &J,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, usize> {
        if words <= BLOCK {
            return SequentialSweeper::sweep(words, job, meter);
        }
        let shortest = TURN.div_ceil(STRETCHES * rayon::current_num_threads());
        let mut sum = 0;
        let turns = words.div_ceil(BLOCK * TURN);
        for turn in 0..turns {
            let turn = match job.descends() {
                true => turns - 1 - turn,
                false => turn,
            };
            let first = turn * BLOCK * TURN;
            let last = words.min(first + BLOCK * TURN);
            let blocks = (first..last).into_par_iter().step_by(BLOCK);
            sum += blocks
                .with_min_len(shortest)
                .fold(
                    || (None, 0),
                    |(local, found), start| {
                        let mut local = local.unwrap_or_else(|| job.begin());
                        let more = job.block(&mut local, start..last.min(start + BLOCK));
                        (Some(local), found + more)
                    },
                )
                .map(|(local, found)| found + local.map_or(0, |local| job.end(local)))
                .sum::<usize>();
            meter.steps((last - first) * usize::BITS as usize)?;
        }
        ControlFlow::Continue(sum)
    }
}

/// Closes the vertices that lead to no unseen vertex: each is a component. No component may be
/// open.
///
/// A giant component leaves many vertices that lead only to it.
pub(super) fn trim<W: Watch>(
    walk: &mut ResumableDfs<'_>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    /// The number of vertices that a thread takes at a time.
    const PIECE: usize = 1 << 14;

    fn ends(rows: Rows<'_>, state: &[u32], first: usize) -> Vec<u32> {
        let last = state.len().min(first + PIECE);
        let unseen = |v: u32| state[v as usize] == UNSEEN;
        let leads_on = |v: u32| rows.row(v).iter().any(|&w| unseen(w));
        let vertices = first as u32..last as u32;
        vertices.filter(|&v| unseen(v) && !leads_on(v)).collect()
    }

    let rows = walk.rows;
    let bound = walk.search.state().len();
    for first in (0..bound).step_by(PIECE * TURN) {
        let last = bound.min(first + PIECE * TURN);
        let state = walk.search.state();
        let pieces = (first..last).into_par_iter().step_by(PIECE);
        let found: Vec<_> = pieces.map(|first| ends(rows, state, first)).collect();
        walk.search.close_singles(found.into_iter().flatten());
        meter.steps(last - first)?;
    }
    ControlFlow::Continue(())
}
