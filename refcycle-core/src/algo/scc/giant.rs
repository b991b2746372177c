//! The strategy that finds the giant component first.
//!
//! If one component contains a large part of a graph, two searches by sweeps find it at a
//! fraction of the cost of a depth-first search, which jumps from row to row.
//!
//! The depth-first search itself finds out whether there is a giant component: it is interrupted
//! after a small part of the vertices. The components that it has closed stay closed. A stretch of
//! the path on which every vertex reaches every other may be a part of the giant component. It is
//! if random walks from all over the graph soon meet it; then the sweeps start from it. Otherwise
//! the vertices on the path are forgotten, and the search goes on as a single pass: from the first
//! vertices on, whose rows may be in a better order than the path.
//!
//! The sweeps need not find the whole component. The depth-first search that follows treats what
//! they found as one vertex that is already on its path. It searches from the vertices that this
//! one reaches, which adds the missing vertices, and closes it; then it continues with the rest.
//! So the components are in a reverse topological order, whatever the sweeps found.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::dfs::ResumableDfs;
use super::state::UNSEEN;
use super::sweeps::{Marks, Order, follow, pull, push};
use super::walks::Walks;
use crate::algo::sample::sample;
use crate::watch::Meter;
use crate::{Rows, Watch};

/// With fewer edges, everything is in a cache and there is nothing to gain.
const FEW_EDGES: usize = 1 << 18;
/// The depth-first search is interrupted after this share of the vertices, but not after too few
/// vertices to be representative.
const TRIAL_SHARE: usize = 128;
const SHORTEST_TRIAL: usize = 1 << 12;
/// Visiting this many vertices takes some tens of milliseconds.
const LONGEST_TRIAL: usize = 1 << 20;
/// A core that is a smaller share of the vertices of the trial is not the middle of a giant.
const LEAST_CORE: usize = 4;
/// A sweep that finds at most this share of the vertices is the last.
const FEW_FOUND: usize = 64;
/// In each direction.
const MOST_SWEEPS: usize = 16;
/// If the core reaches so little that no more than this share of the edges must be read, this is
/// found without a sweep.
const FEW_REACHED: usize = 32;

/// Whether the graph is large enough, and has enough edges, for a giant component that is worth
/// a trial.
pub(super) fn is_possible(rows: Rows<'_>) -> bool {
    let (vertices, edges) = (rows.offsets().len() - 1, rows.heads().len());
    // A giant component of a random graph with fewer edges is small.
    edges >= FEW_EDGES && edges / 2 >= vertices
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

/// Finds the giant component, if there is one, and everything that it reaches. No component is open
/// afterwards. The walk must be continued.
// Inlined, it makes the single pass of crawls slower by a tenth.
#[inline(never)]
pub(super) fn search<W: Watch>(
    walk: &mut ResumableDfs<'_>,
    sure: bool,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    if !try_search(walk, sure, meter)? {
        walk.forget_path();
    }
    ControlFlow::Continue(())
}

/// [`search`]. Returns whether there is a giant component; if not, components may be open.
fn try_search<W: Watch>(
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
    if core.is_empty() || !sure && core.len() < vertices / LEAST_CORE {
        return ControlFlow::Continue(false);
    }
    let mut reached = Marks::new(bound);
    let mut giant = Marks::new(bound);
    for v in core {
        reached.insert(v);
        giant.insert(v);
    }
    let mut least = 0;
    if !sure {
        match Walks::new(rows, &giant).meet_often(meter)? {
            Some(enough) => least = enough,
            None => return ControlFlow::Continue(false),
        }
    }
    reach(rows, &mut reached, meter)?;
    if reached.count() < least {
        return ControlFlow::Continue(false);
    }
    walk.forget_path();
    // Backward along edges, most of which often go to higher ids.
    let mut order = Order::Descending;
    for _ in 0..MOST_SWEEPS {
        if pull(rows, &mut giant, Some(&reached), order, meter)? <= bound / FEW_FOUND {
            break;
        }
        order = order.other();
    }
    walk.search.open_together(giant.vertices());
    let mut roots = reached.vertices();
    walk.search(meter, |state| roots.find(|&v| state[v as usize] == UNSEEN))?;
    walk.search.close_together(giant.vertices());
    ControlFlow::Continue(true)
}

/// The longest stretch of the path on which every vertex reaches every other, by edges between
/// vertices that have been seen.
fn core(walk: &ResumableDfs<'_>) -> Vec<u32> {
    let (path, state) = (walk.path(), walk.search.state());
    let mut longest = 0..0;
    let mut end = path.len();
    let mut low = u32::MAX;
    for (at, frame) in path.iter().enumerate().rev() {
        low = low.min(frame.low);
        // A frame knows only the edges that have been followed. The states of vertices in closed
        // components are above all indices.
        for &w in walk.rows.row(frame.vertex) {
            match state[w as usize] {
                UNSEEN => {}
                seen => low = low.min(seen),
            }
        }
        // No vertex from here on reaches an earlier one.
        if low == state[frame.vertex as usize] {
            if end - at > longest.len() {
                longest = at..end;
            }
            (end, low) = (at, u32::MAX);
        }
    }
    path[longest].iter().map(|frame| frame.vertex).collect()
}

/// Marks everything that the marked vertices reach.
fn reach<W: Watch>(
    rows: Rows<'_>,
    reached: &mut Marks,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let bound = rows.offsets().len() - 1;
    let mut done = Marks::new(bound);
    let few = rows.heads().len() / FEW_REACHED;
    if follow(rows, reached, &done, few, meter)? {
        return ControlFlow::Continue(());
    }
    let mut order = Order::Ascending;
    for _ in 0..MOST_SWEEPS {
        let found = match rows.reversed() {
            Some(back) => {
                done.copy(reached);
                pull(back, reached, None, order, meter)?
            }
            None => push(rows, reached, &mut done, meter)?,
        };
        if found <= bound / FEW_FOUND {
            break;
        }
        order = order.other();
    }
    follow(rows, reached, &done, usize::MAX, meter)?;
    ControlFlow::Continue(())
}
