//! The giant component first, where there is one.
//!
//! In a graph of which one component holds a good part, two searches by sweeps find that
//! component at a fraction of what a depth-first search costs, which jumps from row to row.
//!
//! Whether there is one is asked of the depth-first search itself: it is left after a small
//! part of the vertices. What it has closed stays closed. A stretch of the path on which every
//! vertex reaches every other is a part of the component, from which the sweeps start; and
//! where there is no such stretch the search just goes on, and nothing was lost.
//!
//! The sweeps need not find the whole component. What they found is to the depth-first search
//! that follows one vertex that is on its path already: it searches from what that reaches,
//! which adds what is missing, and closes it; only then it goes on to the rest. So the
//! components come in the same order as without sweeps, whatever the sweeps found.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::dfs::ResumableDfs;
use super::state::UNSEEN;
use super::sweeps::{AtomicMarks, Sweeper, follow, pull, push};
use crate::watch::Meter;
use crate::{Rows, Watch};

/// Below so many edges everything is in a cache, and nothing can be gained.
const FEW_EDGES: usize = 1 << 18;
/// So many vertices or edges are looked at to tell what kind of graph it is.
const SAMPLE: usize = 1 << 10;
/// The depth-first search is left after one vertex in so many, but not after so few that
/// chance decides what it has seen.
const TRIAL_SHARE: usize = 256;
const SHORTEST_TRIAL: usize = 1 << 12;
/// So many take some tens of milliseconds.
const LONGEST_TRIAL: usize = 1 << 20;
/// A sweep that finds no more than one vertex in so many was the last.
const FEW_FOUND: usize = 64;
const MOST_SWEEPS: usize = 16;

/// Whether it is worthwhile to look for a giant component.
pub(super) fn is_likely(rows: Rows<'_>) -> bool {
    let (vertices, edges) = (rows.offsets().len() - 1, rows.heads().len());
    // A giant component of a random graph with fewer edges is small.
    edges >= FEW_EDGES && edges / 2 >= vertices && !is_local(rows)
}

/// Whether most edges join vertices with near ids: a depth-first search then finds most of
/// what it reads in a cache, and a component may be many steps wide. Heaps and grids are so.
fn is_local(rows: Rows<'_>) -> bool {
    let vertices = rows.offsets().len() - 1;
    let near = (vertices / 64) as u32;
    let (mut local, mut all) = (0, 0);
    for v in sample(vertices) {
        if let Some(&w) = rows.row(v).first() {
            all += 1;
            local += usize::from(w.abs_diff(v) <= near);
        }
    }
    2 * local >= all
}

/// Some numbers below `bound`, which is not zero, spread over all.
fn sample(bound: usize) -> impl Iterator<Item = u32> {
    // Odd, so that it does not keep step with a pattern of the ids.
    let step = (bound / SAMPLE) | 1;
    (0..bound).step_by(step).map(|v| v as u32)
}

/// Is asked when the trial is over, and passes on what the caller's watch says.
struct Trial<'m, 'w, W> {
    meter: &'m mut Meter<'w, W>,
    vertices: usize,
}

impl<W: Watch> Watch for Trial<'_, '_, W> {
    /// `None` when the trial is over.
    type Stop = Option<W::Stop>;

    fn check(&mut self) -> ControlFlow<Self::Stop> {
        if let ControlFlow::Break(stop) = self.meter.steps(self.vertices) {
            return ControlFlow::Break(Some(stop));
        }
        ControlFlow::Break(None)
    }
}

/// Finds the giant component, and all that it reaches, if there is one, and returns whether
/// there is. The walk is then to be continued; nothing is open when there is one.
pub(super) fn search<S: Sweeper, W: Watch>(
    walk: &mut ResumableDfs<'_>,
    sure: bool,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    let rows = walk.rows;
    let bound = rows.offsets().len() - 1;
    let hub = sample(bound).max_by_key(|&v| rows.range(v).len());
    let Some(hub) = hub else {
        return ControlFlow::Continue(false);
    };
    // One to start with, and one at least that is left on the path.
    let least = (bound / 8).min(SHORTEST_TRIAL);
    let vertices = 2 + (bound / TRIAL_SHARE).clamp(least, LONGEST_TRIAL);
    let mut trial = Trial { meter, vertices };
    let mut start = Some(hub);
    let over = walk.search(&mut Meter::every(vertices as u32, &mut trial), |_| {
        start.take()
    });
    match over {
        ControlFlow::Break(None) => {}
        ControlFlow::Break(Some(stop)) => return ControlFlow::Break(stop),
        ControlFlow::Continue(()) => return ControlFlow::Continue(false),
    }
    let core = core(walk);
    if core.is_empty() || !sure && core.len() < vertices / 4 {
        return ControlFlow::Continue(false);
    }

    let reached = AtomicMarks::new(bound);
    let giant = AtomicMarks::new(bound);
    for v in core {
        reached.insert(v);
        giant.insert(v);
    }
    walk.forget_path();
    reach::<S, W>(rows, &reached, meter)?;
    for _ in 0..MOST_SWEEPS {
        if pull::<S, W>(rows, &giant, Some(&reached), meter)? <= bound / FEW_FOUND {
            break;
        }
    }
    walk.search.open_together(giant.vertices());
    let mut roots = reached.vertices();
    walk.search(meter, |state| roots.find(|&v| state[v as usize] == UNSEEN))?;
    walk.search.close_together(giant.vertices());
    ControlFlow::Continue(true)
}

/// The longest stretch of the path on which every vertex reaches every other, by the edges
/// that have been followed.
fn core(walk: &ResumableDfs<'_>) -> Vec<u32> {
    let path = walk.path();
    let mut longest = 0..0;
    let mut end = path.len();
    let mut low = u32::MAX;
    for (at, frame) in path.iter().enumerate().rev() {
        low = low.min(frame.low);
        // Nothing from here on reaches what is before.
        if low == walk.search.state()[frame.vertex as usize] {
            if end - at > longest.len() {
                longest = at..end;
            }
            (end, low) = (at, u32::MAX);
        }
    }
    path[longest].iter().map(|frame| frame.vertex).collect()
}

/// Marks all that the marked vertices reach.
fn reach<S: Sweeper, W: Watch>(
    rows: Rows<'_>,
    reached: &AtomicMarks,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let bound = rows.offsets().len() - 1;
    let done = AtomicMarks::new(bound);
    if let Some(back) = rows.reversed() {
        loop {
            done.copy(reached);
            if pull::<S, W>(back, reached, None, meter)? <= bound / FEW_FOUND {
                break;
            }
        }
    } else {
        while push::<S, W>(rows, reached, &done, meter)? > bound / FEW_FOUND {}
    }
    follow(rows, reached, &done, meter)
}
