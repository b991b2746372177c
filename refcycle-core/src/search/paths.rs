//! Shortest paths of at least one edge, forward and bidirectional.

use alloc::vec::Vec;
use core::ops::{ControlFlow, Range};

use super::batch::{self, Batch};
use crate::marks::Marks;
use crate::watch::Meter;
use crate::{Rows, Successors, VertexId, Watch};

/// The breadth-first tree of a search from one end of the path.
#[derive(Debug, Default)]
pub(crate) struct SearchTree {
    marks: Marks,
    /// The vertices found, nearest first.
    found: Vec<VertexId>,
    /// The position of the vertex from which each was found.
    parents: Vec<u32>,
    /// The last of them, all at the same distance, whose edges have not been followed.
    frontier: Range<usize>,
}

impl SearchTree {
    /// A tree for a single search.
    pub(crate) fn new() -> Self {
        Self {
            marks: Marks::undecided(),
            ..Self::default()
        }
    }

    /// Begins a search at `v`.
    pub(crate) fn begin(&mut self, bound: usize, v: VertexId) {
        self.marks.reset(bound, &self.found);
        self.found.clear();
        self.parents.clear();
        self.add(v, 0);
        self.frontier = 0..1;
    }

    #[inline]
    fn add(&mut self, v: VertexId, from: usize) {
        if self.marks.insert(v) {
            self.found.push(v);
            self.parents.push(from as u32);
        }
    }

    fn end_generation(&mut self) {
        self.frontier = self.frontier.end..self.found.len();
    }

    /// Appends the vertices from this position back to the start of the tree.
    fn trace(&self, mut position: usize, path: &mut Vec<VertexId>) {
        path.push(self.found[position]);
        while position != 0 {
            position = self.parents[position] as usize;
            path.push(self.found[position]);
        }
    }

    /// The position of a vertex of the frontier.
    fn position(&self, v: VertexId) -> usize {
        let frontier = self.found[self.frontier.clone()].iter();
        self.frontier.start + frontier.take_while(|&&w| w != v).count()
    }

    pub(crate) fn memory(&self) -> usize {
        self.marks.memory() + 4 * (self.found.capacity() + self.parents.capacity())
    }

    /// Follows the edges of the frontier until one leads to a vertex for which `goal` is true.
    /// Returns the position of the tail and that vertex.
    fn expand<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        rows: Option<Rows<'_>>,
        goal: impl Fn(VertexId) -> bool,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Option<(usize, VertexId)>> {
        if let Some(rows) = rows
            && self.frontier.len() >= batch::LEAST
        {
            return self.expand_rows(rows, goal, meter);
        }
        for position in self.frontier.clone() {
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
        let mut position = self.frontier.start;
        while position < self.frontier.end {
            let (ranges, edges) = batch.load(rows, &self.found[position..self.frontier.end]);
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

/// Puts into `path` a shortest path of at least one edge from the start of `tree` to `end`, which
/// is omitted; `false` if there is no path.
pub(crate) fn forward_path<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    tree: &mut SearchTree,
    end: VertexId,
    path: &mut Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    match graph.rows() {
        Some(rows) => forward_search(&rows, Some(rows), tree, end, path, meter),
        None => forward_search(graph, None, tree, end, path, meter),
    }
}

fn forward_search<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    rows: Option<Rows<'_>>,
    tree: &mut SearchTree,
    end: VertexId,
    path: &mut Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    while !tree.frontier.is_empty() {
        if let Some((position, _)) = tree.expand(graph, rows, |w| w == end, meter)? {
            tree.trace(position, path);
            path.reverse();
            return ControlFlow::Continue(true);
        }
    }
    ControlFlow::Continue(false)
}

/// Puts into `path` a shortest path of at least one edge from the start of `forward` to the start
/// of `backward`, both included; `false` if there is no path. `reversed` is the reversed graph.
///
/// Before each generation the two searches have no vertex in common, except a common start. So the
/// first edge from one to the other completes a shortest path, and ends in the other's frontier.
pub(crate) fn bidirectional_path<F: Successors + ?Sized, B: Successors + ?Sized, W: Watch>(
    graph: &F,
    reversed: &B,
    forward: &mut SearchTree,
    backward: &mut SearchTree,
    path: &mut Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    match (graph.rows(), reversed.rows()) {
        (Some(rows), Some(back)) => {
            let both = (Some(rows), Some(back));
            bidirectional_search(&rows, &back, both, forward, backward, path, meter)
        }
        _ => bidirectional_search(
            graph,
            reversed,
            (None, None),
            forward,
            backward,
            path,
            meter,
        ),
    }
}

fn bidirectional_search<F: Successors + ?Sized, B: Successors + ?Sized, W: Watch>(
    graph: &F,
    reversed: &B,
    (rows, back): (Option<Rows<'_>>, Option<Rows<'_>>),
    forward: &mut SearchTree,
    backward: &mut SearchTree,
    path: &mut Vec<VertexId>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    while !forward.frontier.is_empty() && !backward.frontier.is_empty() {
        let (before, after) = if forward.frontier.len() <= backward.frontier.len() {
            let goal = |w| backward.marks.contains(w);
            match forward.expand(graph, rows, goal, meter)? {
                Some((position, w)) => (position, backward.position(w)),
                None => continue,
            }
        } else {
            let goal = |w| forward.marks.contains(w);
            match backward.expand(reversed, back, goal, meter)? {
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
