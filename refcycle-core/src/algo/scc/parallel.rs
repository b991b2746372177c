//! Sweeps on several threads.

use core::ops::{ControlFlow, Range};

use rayon::prelude::*;

use super::sweeps::{Alone, BLOCK, Sweeper};
use crate::Watch;
use crate::watch::Meter;

/// All threads of the current pool. The caller's watch is asked between two of its turns,
/// on the caller's thread.
pub(super) struct Pool;

/// The blocks of a turn: tens of milliseconds.
const TURN: usize = 128;

impl Sweeper for Pool {
    fn sweep<W: Watch>(
        words: usize,
        job: impl Fn(Range<usize>) -> usize + Sync,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, usize> {
        if words <= BLOCK {
            return Alone::sweep(words, job, meter);
        }
        let mut sum = 0;
        for first in (0..words).step_by(BLOCK * TURN) {
            let last = words.min(first + BLOCK * TURN);
            let blocks = (first..last).into_par_iter().step_by(BLOCK);
            sum += blocks
                .map(|start| job(start..last.min(start + BLOCK)))
                .sum::<usize>();
            meter.steps((last - first) * usize::BITS as usize)?;
        }
        ControlFlow::Continue(sum)
    }
}
