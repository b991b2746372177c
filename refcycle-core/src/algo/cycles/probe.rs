//! Bidirectional searches from one vertex: for a shortest cycle, and for the surroundings of all
//! short ones.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::ball::Ball;
use crate::Watch;
use crate::algo::cyclic_core::Core;
use crate::watch::Meter;

/// The result of a search for the shortest cycle through a vertex.
pub(super) enum Shortest {
    /// It has this many vertices, and the probe holds it.
    Is(u32),
    /// It has at least this many.
    AtLeast(u32),
    /// There is no cycle.
    None,
}

pub(super) struct Probe {
    ahead: Ball,
    /// The distances back to the root.
    pub(super) behind: Ball,
    /// Every vertex that is on a closed path through the root of at most this many vertices is in
    /// `behind`, after [`surround`](Self::surround).
    pub(super) covered: u32,
    /// The edge at which the two searches met.
    met: (u32, u32),
}

impl Probe {
    pub(super) fn new(vertices: usize) -> Self {
        Self {
            ahead: Ball::new(vertices),
            behind: Ball::new(vertices),
            covered: 0,
            met: (0, 0),
        }
    }

    /// Looks for cycles of at most `limit` vertices of rank `turn` or more. Continues with longer
    /// cycles, of up to `most` vertices, as long as that costs no more than the same again plus
    /// `spare`.
    pub(super) fn run<W: Watch>(
        &mut self,
        core: &Core,
        rank: &[u32],
        root: u32,
        (limit, most): (u32, u32),
        spare: usize,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Shortest> {
        let turn = rank[root as usize];
        self.ahead.start(root);
        self.behind.start(root);
        let mut budget = spare;
        loop {
            let (ahead, behind) = (self.ahead.radius(), self.behind.radius());
            // All cycles up to this length would have been found.
            let done = ahead + behind;
            let effort = self.ahead.effort + self.behind.effort;
            if done < limit {
                budget = effort.saturating_add(effort).saturating_add(spare);
            } else if done >= most || effort >= budget {
                return ControlFlow::Continue(Shortest::AtLeast(done + 1));
            }
            let (from, to) = (self.ahead.frontier(), self.behind.frontier());
            if from == 0 || to == 0 {
                return ControlFlow::Continue(Shortest::None);
            }
            let forward = from <= to;
            let (grown, other) = if forward {
                (&mut self.ahead, &self.behind)
            } else {
                (&mut self.behind, &self.ahead)
            };
            let row = |v| {
                if forward {
                    core.heads(v)
                } else {
                    core.tails(v)
                }
            };
            // Nothing is done with the vertices of the last level. The rank comes last, because each
            // look at a vertex waits for memory.
            let last = done + 1 >= most;
            let enter = |v, w: u32| {
                if other.distance(w).is_some() {
                    ControlFlow::Break((v, w))
                } else {
                    ControlFlow::Continue(!last && rank[w as usize] >= turn)
                }
            };
            if let Some((v, w)) = grown.grow(row, enter, meter)? {
                self.met = if forward { (v, w) } else { (w, v) };
                return ControlFlow::Continue(Shortest::Is(done + 1));
            }
        }
    }

    /// Finds the distance back to the root of every vertex of rank `turn` or more that is on a
    /// closed path through the root of at most `limit` vertices. Continues with longer paths as
    /// [`run`](Self::run) does.
    pub(super) fn surround<W: Watch>(
        &mut self,
        core: &Core,
        rank: &[u32],
        root: u32,
        (limit, most): (u32, u32),
        spare: usize,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let turn = rank[root as usize];
        let (ahead, behind) = (&mut self.ahead, &mut self.behind);
        ahead.start(root);
        behind.start(root);
        let may_enter = |_, w: u32| ControlFlow::<(), _>::Continue(rank[w as usize] >= turn);
        let mut budget = spare;
        self.covered = loop {
            let done = ahead.radius() + behind.radius();
            let effort = ahead.effort + behind.effort;
            if done < limit {
                budget = effort.saturating_add(effort).saturating_add(spare);
            } else if done >= most || effort >= budget {
                break done;
            }
            let (from, to) = (ahead.frontier(), behind.frontier());
            if from == 0 || to == 0 {
                break u32::MAX;
            }
            if from <= to {
                ahead.grow(|v| core.heads(v), may_enter, meter)?;
            } else {
                behind.grow(|v| core.tails(v), may_enter, meter)?;
            }
        };
        // The vertices still missing, and those after them on their shortest paths back, are all
        // among the vertices ahead.
        let row = |v| ahead.distance(v).map_or(&[][..], |_| core.tails(v));
        while behind.frontier() > 0 {
            let rest = self.covered - (behind.radius() + 1).min(self.covered);
            let may_enter = |_, w: u32| {
                let near = |distance| distance <= rest;
                ControlFlow::<(), _>::Continue(ahead.distance(w).is_some_and(near))
            };
            behind.grow(row, may_enter, meter)?;
        }
        ControlFlow::Continue(())
    }

    /// The cycle that was found, starting at its root.
    pub(super) fn cycle(&self, root: u32) -> Vec<u32> {
        let (mut v, mut w) = self.met;
        let mut cycle = Vec::new();
        while v != root {
            cycle.push(v);
            v = self.ahead.parent(v);
        }
        cycle.push(root);
        cycle.reverse();
        while w != root {
            cycle.push(w);
            w = self.behind.parent(w);
        }
        cycle
    }
}
