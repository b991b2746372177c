//! Vertices that only the top dominates, found before the search.
//!
//! An edge from the top to such a vertex changes no dominator, so it may be added; then no other
//! edge to the vertex matters. So the search may begin a branch at each of these vertices, and
//! ignore all edges to them. In a heap, most edges go to such vertices.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::sentinels::{BRANCH, UNSEEN};
use crate::watch::Meter;
use crate::{Successors, VertexId, Watch};

/// The search follows the edges of this many vertices, or of one in [`SHARE`] of all vertices if
/// that is more.
const LEAST: usize = 16;
const SHARE: usize = 64;

/// A breadth-first search that names each vertex after the branch from which it is first reached.
/// A vertex that is then reached from another branch is a branch itself.
pub(super) struct Branches<'a> {
    /// By vertex id: [`UNSEEN`], [`BRANCH`], or [`name`] of the branch that reached it.
    pub(super) state: &'a mut [u32],
    /// The vertices reached.
    pub(super) queue: &'a mut Vec<VertexId>,
}

/// The name of a branch. There are fewer ids than states.
fn name(branch: VertexId) -> u32 {
    branch.number() + 1
}

impl Branches<'_> {
    /// Adds a successor of the top.
    pub(super) fn put<W: Watch>(
        &mut self,
        v: VertexId,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let state = &mut self.state[v.index()];
        if *state != BRANCH {
            meter.step()?;
            *state = BRANCH;
            self.queue.push(v);
        }
        ControlFlow::Continue(())
    }

    /// Finds more branches. Afterwards all other vertices are unseen, and the queue is empty.
    pub(super) fn find<G: Successors + ?Sized, W: Watch>(
        mut self,
        graph: &G,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let most = LEAST.max(graph.vertex_count() / SHARE);
        for place in 0..most {
            let Some(&v) = self.queue.get(place) else {
                break;
            };
            self.follow(graph, v, meter)?;
        }
        for v in self.queue.drain(..) {
            let state = &mut self.state[v.index()];
            if *state != BRANCH {
                *state = UNSEEN;
            }
        }
        ControlFlow::Continue(())
    }

    fn follow<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        v: VertexId,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        // All edges of a vertex belong to one branch, so that paths from two branches have no
        // vertex in common.
        let from = match self.state[v.index()] {
            BRANCH => name(v),
            branch => branch,
        };
        for w in graph.successors(v) {
            let state = &mut self.state[w.index()];
            if *state == UNSEEN {
                meter.step()?;
                *state = from;
                self.queue.push(w);
            } else if *state != from {
                *state = BRANCH;
            }
        }
        ControlFlow::Continue(())
    }
}
