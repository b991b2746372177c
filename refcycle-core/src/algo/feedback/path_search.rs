//! Whether one vertex reaches another, by a bidirectional search.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::arcs::Arcs;
use crate::Watch;
use crate::watch::Meter;

/// The outcome of a search for a path.
pub(super) enum Outcome {
    /// There is a path; the search has its arcs.
    Found,
    /// No path: the forward search has found all vertices that the start reaches.
    ForwardExhausted,
    /// No path: the backward search has found all vertices that reach the end.
    BackwardExhausted,
    /// The search reached its limit.
    GaveUp,
}

/// One direction of the search.
struct HalfSearch {
    stamp: Vec<u32>,
    /// The arc by which each vertex was found, and the vertex from which it was found.
    found_by: Vec<(u32, u32)>,
    queue: Vec<u32>,
    done: usize,
    effort: usize,
}

impl HalfSearch {
    fn new(vertices: usize) -> Self {
        Self {
            stamp: vec![0; vertices],
            found_by: vec![(0, 0); vertices],
            queue: Vec::new(),
            done: 0,
            effort: 0,
        }
    }

    fn start(&mut self, v: u32, search: u32) {
        self.queue.clear();
        self.done = 0;
        self.effort = 0;
        self.stamp[v as usize] = search;
        self.queue.push(v);
    }

    /// Marks a vertex; `false` if it is already marked.
    fn find(&mut self, v: u32, by: (u32, u32), search: u32) -> bool {
        let new = core::mem::replace(&mut self.stamp[v as usize], search) != search;
        if new {
            self.found_by[v as usize] = by;
            self.queue.push(v);
        }
        new
    }
}

pub(super) struct PathSearch {
    search: u32,
    forward: HalfSearch,
    backward: HalfSearch,
    /// The arcs of the path that was found, in any order.
    pub(super) arcs: Vec<u32>,
}

impl PathSearch {
    pub(super) fn new(vertices: usize) -> Self {
        Self {
            search: 0,
            forward: HalfSearch::new(vertices),
            backward: HalfSearch::new(vertices),
            arcs: Vec::new(),
        }
    }

    /// The vertices found from the start, or from the end.
    pub(super) fn found(&self, forward: bool) -> &[u32] {
        if forward {
            &self.forward.queue
        } else {
            &self.backward.queue
        }
    }

    /// The number of arcs that the last search has read.
    pub(super) fn effort(&self) -> usize {
        self.forward.effort + self.backward.effort
    }

    /// Looks for a path from `start` to `end`, from both ends, until it has read more than `most`
    /// arcs. The path uses only arcs for which `may_enter` is true.
    pub(super) fn run<W: Watch>(
        &mut self,
        arcs: &Arcs,
        may_enter: impl Fn(u32, u32) -> bool,
        (start, end): (u32, u32),
        most: usize,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Outcome> {
        if self.search == u32::MAX {
            self.forward.stamp.fill(0);
            self.backward.stamp.fill(0);
            self.search = 0;
        }
        self.search += 1;
        let search = self.search;
        self.forward.start(start, search);
        self.backward.start(end, search);
        loop {
            meter.step()?;
            if self.effort() > most {
                return ControlFlow::Continue(Outcome::GaveUp);
            }
            // The direction that has read fewer arcs continues.
            if self.forward.effort <= self.backward.effort {
                let Some(&v) = self.forward.queue.get(self.forward.done) else {
                    return ControlFlow::Continue(Outcome::ForwardExhausted);
                };
                self.forward.done += 1;
                for (arc, w) in arcs.out(v) {
                    // A vertex may have most arcs of the graph.
                    if self.effort() > most {
                        return ControlFlow::Continue(Outcome::GaveUp);
                    }
                    self.forward.effort += 1;
                    if !may_enter(arc, w) {
                        continue;
                    }
                    if self.backward.stamp[w as usize] == search {
                        self.trace(start, end, (v, arc, w));
                        return ControlFlow::Continue(Outcome::Found);
                    }
                    self.forward.find(w, (arc, v), search);
                }
            } else {
                let Some(&v) = self.backward.queue.get(self.backward.done) else {
                    return ControlFlow::Continue(Outcome::BackwardExhausted);
                };
                self.backward.done += 1;
                for (arc, w) in arcs.into(v) {
                    if self.effort() > most {
                        return ControlFlow::Continue(Outcome::GaveUp);
                    }
                    self.backward.effort += 1;
                    if !may_enter(arc, w) {
                        continue;
                    }
                    if self.forward.stamp[w as usize] == search {
                        self.trace(start, end, (w, arc, v));
                        return ControlFlow::Continue(Outcome::Found);
                    }
                    self.backward.find(w, (arc, v), search);
                }
            }
        }
    }

    fn trace(&mut self, start: u32, end: u32, (mut tail, arc, mut head): (u32, u32, u32)) {
        self.arcs.clear();
        self.arcs.push(arc);
        while tail != start {
            let (arc, from) = self.forward.found_by[tail as usize];
            self.arcs.push(arc);
            tail = from;
        }
        while head != end {
            let (arc, to) = self.backward.found_by[head as usize];
            self.arcs.push(arc);
            head = to;
        }
    }
}
