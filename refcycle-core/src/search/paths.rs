//! Shortest ways of at least one edge.

use alloc::vec::Vec;
use core::ops::{ControlFlow, Range};

use super::batch::{self, Batch};
use crate::marks::Marks;
use crate::watch::Meter;
use crate::{Rows, Successors, VertexId, Watch};

/// A search from one end of the way.
#[derive(Debug, Default)]
pub(crate) struct Side {
    marks: Marks,
    /// The vertices found, nearest first.
    found: Vec<VertexId>,
    /// The position of the one from which each was found.
    from: Vec<u32>,
    /// The last of them, all equally far, whose edges have not been looked at.
    front: Range<usize>,
}

impl Side {
    /// For a single search.
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            marks: Marks::new(bound),
            ..Self::default()
        }
    }

    /// Begins a search at `v` of a graph.
    pub(crate) fn begin(&mut self, bound: usize, v: VertexId) {
        self.marks.reset(bound, &self.found);
        self.found.clear();
        self.from.clear();
        self.add(v, 0);
        self.front = 0..1;
    }

    #[inline]
    fn add(&mut self, v: VertexId, from: usize) {
        if self.marks.insert(v) {
            self.found.push(v);
            self.from.push(from as u32);
        }
    }

    fn end_generation(&mut self) {
        self.front = self.front.end..self.found.len();
    }

    /// The vertices from the one at this position back to the end.
    fn trace(&self, mut position: usize, path: &mut Vec<VertexId>) {
        path.push(self.found[position]);
        while position != 0 {
            position = self.from[position] as usize;
            path.push(self.found[position]);
        }
    }

    /// Where a vertex is among the last found.
    fn position(&self, v: VertexId) -> usize {
        let front = self.found[self.front.clone()].iter();
        self.front.start + front.take_while(|&&w| w != v).count()
    }

    pub(crate) fn memory(&self) -> usize {
        self.marks.memory() + 4 * (self.found.capacity() + self.from.capacity())
    }

    /// Looks at the edges of the last found, until one leads to a vertex of which `goal` is
    /// true: that, and the position of the one before it.
    fn expand<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        rows: Option<Rows<'_>>,
        goal: impl Fn(VertexId) -> bool,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Option<(usize, VertexId)>> {
        if let Some(rows) = rows
            && self.front.len() >= batch::LEAST
        {
            return self.expand_rows(rows, goal, meter);
        }
        for position in self.front.clone() {
            let mut edges = 0;
            for w in graph.successors(self.found[position]) {
                if goal(w) {
                    return ControlFlow::Continue(Some((position, w)));
                }
                edges += 1;
                self.add(w, position);
            }
            meter.steps(edges.max(1))?;
        }
        self.end_generation();
        ControlFlow::Continue(None)
    }

    fn expand_rows<W: Watch>(
        &mut self,
        rows: Rows<'_>,
        goal: impl Fn(VertexId) -> bool,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Option<(usize, VertexId)>> {
        let mut batch = Batch::new();
        let mut position = self.front.start;
        while position < self.front.end {
            let (ranges, edges) = batch.load(rows, &self.found[position..self.front.end]);
            for &(start, end) in ranges {
                for w in rows.heads()[start..end].iter().copied().map(VertexId::new) {
                    if goal(w) {
                        return ControlFlow::Continue(Some((position, w)));
                    }
                    self.add(w, position);
                }
                position += 1;
            }
            meter.steps(edges.max(ranges.len()))?;
        }
        self.end_generation();
        ControlFlow::Continue(None)
    }
}

/// Puts into `path` a shortest way of at least one edge from where `side` began to `end`,
/// which is left out; `false` when there is none.
pub(crate) fn from_the_start<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    side: &mut Side,
    end: VertexId,
    path: &mut Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    match graph.rows() {
        Some(rows) => one_way(&rows, Some(rows), side, end, path, meter),
        None => one_way(graph, None, side, end, path, meter),
    }
}

fn one_way<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    rows: Option<Rows<'_>>,
    side: &mut Side,
    end: VertexId,
    path: &mut Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    while !side.front.is_empty() {
        if let Some((position, _)) = side.expand(graph, rows, |w| w == end, meter)? {
            side.trace(position, path);
            path.reverse();
            return ControlFlow::Continue(true);
        }
    }
    ControlFlow::Continue(false)
}

/// Puts into `path` a shortest way of at least one edge from where `forward` began to where
/// `backward` began, both included; `false` when there is none. `turned` is the graph with its
/// edges turned round.
///
/// Before each generation the two searches have no vertex in common (but the one at which both
/// began), so that any edge from one to the other closes a shortest way, and ends in the
/// other's last generation.
pub(crate) fn from_both_ends<F: Successors + ?Sized, B: Successors + ?Sized, W: Watch>(
    graph: &F,
    turned: &B,
    forward: &mut Side,
    backward: &mut Side,
    path: &mut Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    match (graph.rows(), turned.rows()) {
        (Some(rows), Some(back)) => {
            let both = (Some(rows), Some(back));
            two_ways(&rows, &back, both, forward, backward, path, meter)
        }
        _ => two_ways(graph, turned, (None, None), forward, backward, path, meter),
    }
}

fn two_ways<F: Successors + ?Sized, B: Successors + ?Sized, W: Watch>(
    graph: &F,
    turned: &B,
    (rows, back): (Option<Rows<'_>>, Option<Rows<'_>>),
    forward: &mut Side,
    backward: &mut Side,
    path: &mut Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    while !forward.front.is_empty() && !backward.front.is_empty() {
        let (before, after) = if forward.front.len() <= backward.front.len() {
            let goal = |w| backward.marks.contains(w);
            match forward.expand(graph, rows, goal, meter)? {
                Some((position, w)) => (position, backward.position(w)),
                None => continue,
            }
        } else {
            let goal = |w| forward.marks.contains(w);
            match backward.expand(turned, back, goal, meter)? {
                Some((position, w)) => (forward.position(w), position),
                None => continue,
            }
        };
        forward.trace(before, path);
        path.reverse();
        backward.trace(after, path);
        return ControlFlow::Continue(true);
    }
    ControlFlow::Continue(false)
}
