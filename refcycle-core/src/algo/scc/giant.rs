//! The strategy that finds the giant component first.
//!
//! If one component contains a large part of a graph, two searches by sweeps find it at a
//! fraction of the cost of a depth-first search, which jumps from row to row.
//!
//! The depth-first search itself finds out whether there is a giant component: it is interrupted
//! after a small part of the vertices. The components that it has closed stay closed. A stretch of
//! the path on which every vertex reaches every other is a part of the giant component, and the
//! sweeps start from it. If there is no such stretch, the search goes on and nothing is lost.
//!
//! The sweeps need not find the whole component. The depth-first search that follows treats what
//! they found as one vertex that is already on its path. It searches from the vertices that this
//! one reaches, which adds the missing vertices, and closes it; then it continues with the rest.
//! So the components are in the same order as without sweeps, whatever the sweeps found.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::dfs::ResumableDfs;
use super::state::UNSEEN;
use super::sweeps::{AtomicMarks, Sweeper, follow, pull, push};
use crate::watch::Meter;
use crate::{Rows, Watch};

/// With fewer edges, everything is in a cache and there is nothing to gain.
const FEW_EDGES: usize = 1 << 18;
/// The size of the sample that determines the kind of graph.
const SAMPLE: usize = 1 << 10;
/// The depth-first search is interrupted after this share of the vertices, but not after too few
/// vertices to be representative.
const TRIAL_SHARE: usize = 256;
const SHORTEST_TRIAL: usize = 1 << 12;
/// Visiting this many vertices takes some tens of milliseconds.
const LONGEST_TRIAL: usize = 1 << 20;
/// A sweep that finds at most this share of the vertices is the last.
const FEW_FOUND: usize = 64;
const MOST_SWEEPS: usize = 16;

/// Whether looking for a giant component is likely to pay off.
pub(super) fn is_likely(rows: Rows<'_>) -> bool {
    let (vertices, edges) = (rows.offsets().len() - 1, rows.heads().len());
    // A giant component of a random graph with fewer edges is small.
    edges >= FEW_EDGES && edges / 2 >= vertices && !is_local(rows)
}

/// Whether most edges join vertices with nearby ids: then most reads of a depth-first search hit a
/// cache, and a component may be many steps wide. Heaps and grids are like this.
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

/// Some numbers spread evenly below `bound`, which is not zero.
fn sample(bound: usize) -> impl Iterator<Item = u32> {
    // Odd, so that it is not in step with a pattern of the ids.
    let step = (bound / SAMPLE) | 1;
    (0..bound).step_by(step).map(|v| v as u32)
}

/// Counts the steps of the trial and checks the caller's watch.
struct Trial<'m, 'w, W> {
    meter: &'m mut Meter<'w, W>,
    vertices: usize,
}

impl<W: Watch> Watch for Trial<'_, '_, W> {
    /// `None` if the trial is over.
    type Stop = Option<W::Stop>;

    fn check(&mut self) -> ControlFlow<Self::Stop> {
        if let ControlFlow::Break(stop) = self.meter.steps(self.vertices) {
            return ControlFlow::Break(Some(stop));
        }
        ControlFlow::Break(None)
    }
}

/// Finds the giant component, if there is one, and everything that it reaches. Returns whether
/// there is one; if so, no component is open. The walk must be continued afterwards.
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
    // A vertex to start with, and at least one that stays on the path.
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
        // No vertex from here on reaches an earlier one.
        if low == walk.search.state()[frame.vertex as usize] {
            if end - at > longest.len() {
                longest = at..end;
            }
            (end, low) = (at, u32::MAX);
        }
    }
    path[longest].iter().map(|frame| frame.vertex).collect()
}

/// Marks everything that the marked vertices reach.
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
