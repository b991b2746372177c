//! Whether one vertex leads to another, asked from both sides at once.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::arcs::Arcs;
use crate::Watch;
use crate::watch::Meter;

/// A way from one vertex to another, or why there is none.
pub(super) enum Way {
    /// The search holds its arcs.
    Found,
    /// The vertices that the start reaches are all known, and the end is none of them.
    AheadKnown,
    /// The vertices that reach the end are all known, and the start is none of them.
    BehindKnown,
    /// The search was given up.
    Unknown,
}

/// One side of the search.
struct Side {
    stamp: Vec<u32>,
    /// By which arc each vertex was found, and from which vertex.
    found_by: Vec<(u32, u32)>,
    queue: Vec<u32>,
    done: usize,
    effort: usize,
}

impl Side {
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

    /// Marks a vertex; `false` when it was marked.
    fn find(&mut self, v: u32, by: (u32, u32), search: u32) -> bool {
        let new = core::mem::replace(&mut self.stamp[v as usize], search) != search;
        if new {
            self.found_by[v as usize] = by;
            self.queue.push(v);
        }
        new
    }
}

pub(super) struct Ways {
    search: u32,
    ahead: Side,
    behind: Side,
    /// The arcs of the way that was found, in any order.
    pub(super) arcs: Vec<u32>,
}

impl Ways {
    pub(super) fn new(vertices: usize) -> Self {
        Self {
            search: 0,
            ahead: Side::new(vertices),
            behind: Side::new(vertices),
            arcs: Vec::new(),
        }
    }

    /// The vertices found from the start, or from the end.
    pub(super) fn found(&self, ahead: bool) -> &[u32] {
        if ahead {
            &self.ahead.queue
        } else {
            &self.behind.queue
        }
    }

    /// How many arcs the last search looked at.
    pub(super) fn effort(&self) -> usize {
        self.ahead.effort + self.behind.effort
    }

    /// Looks for a way from `start` to `end` over the arcs by which a vertex may be
    /// entered, from either side, as long as it has looked at no more than `most`.
    pub(super) fn run<W: Watch>(
        &mut self,
        arcs: &Arcs,
        may_enter: impl Fn(u32, u32) -> bool,
        (start, end): (u32, u32),
        most: usize,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Way> {
        if self.search == u32::MAX {
            self.ahead.stamp.fill(0);
            self.behind.stamp.fill(0);
            self.search = 0;
        }
        self.search += 1;
        let search = self.search;
        self.ahead.start(start, search);
        self.behind.start(end, search);
        loop {
            meter.step()?;
            if self.effort() > most {
                return ControlFlow::Continue(Way::Unknown);
            }
            // The side that has had less to do goes on.
            if self.ahead.effort <= self.behind.effort {
                let Some(&v) = self.ahead.queue.get(self.ahead.done) else {
                    return ControlFlow::Continue(Way::AheadKnown);
                };
                self.ahead.done += 1;
                for (arc, w) in arcs.out(v) {
                    self.ahead.effort += 1;
                    if !may_enter(arc, w) {
                        continue;
                    }
                    if self.behind.stamp[w as usize] == search {
                        self.trace(start, end, (v, arc, w));
                        return ControlFlow::Continue(Way::Found);
                    }
                    self.ahead.find(w, (arc, v), search);
                }
            } else {
                let Some(&v) = self.behind.queue.get(self.behind.done) else {
                    return ControlFlow::Continue(Way::BehindKnown);
                };
                self.behind.done += 1;
                for (arc, w) in arcs.into(v) {
                    self.behind.effort += 1;
                    if !may_enter(arc, w) {
                        continue;
                    }
                    if self.ahead.stamp[w as usize] == search {
                        self.trace(start, end, (w, arc, v));
                        return ControlFlow::Continue(Way::Found);
                    }
                    self.behind.find(w, (arc, v), search);
                }
            }
        }
    }

    fn trace(&mut self, start: u32, end: u32, (mut tail, arc, mut head): (u32, u32, u32)) {
        self.arcs.clear();
        self.arcs.push(arc);
        while tail != start {
            let (arc, from) = self.ahead.found_by[tail as usize];
            self.arcs.push(arc);
            tail = from;
        }
        while head != end {
            let (arc, to) = self.behind.found_by[head as usize];
            self.arcs.push(arc);
            head = to;
        }
    }
}
