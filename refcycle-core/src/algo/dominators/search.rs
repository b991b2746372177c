//! The depth-first search under the dominators: numbers the vertices, settles the edges
//! that it can, and leaves the others for later.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::later::{END, Later, LaterEdges};
use crate::traits::check_vertex;
use crate::watch::Meter;
use crate::{Error, Rows, Successors, VertexId, Watch};

/// The number of the virtual root, above every start.
pub(super) const ROOT: u32 = 0;

/// What is known of a vertex, by its number in preorder. Each field is first one thing, then
/// another; they lie side by side because they are used together.
#[derive(Clone, Copy, Default)]
pub(super) struct Node {
    /// The parent in the search tree; later a higher ancestor.
    pub(super) ancestor: u32,
    /// The lowest number from which a settled edge comes; later the lowest semidominator on
    /// the path that `ancestor` skips.
    pub(super) semi: u32,
    /// While the search is below the vertex, its next edge, which is not 0, or else 0; then
    /// the first vertex whose semidominator it is; later the vertex to which `semi` belongs.
    pub(super) label: u32,
    /// The last edge left for later; then the next vertex with the same semidominator; at
    /// last the immediate dominator.
    pub(super) idom: u32,
}

/// A depth-first search from all starts, as if an edge went to each from the virtual root.
pub(super) struct Search {
    /// The number of each vertex id, [`ROOT`] where it is not reached.
    pub(super) number: Vec<u32>,
    /// The vertices in preorder, after one that stands for the root.
    pub(super) vertices: Vec<VertexId>,
    pub(super) nodes: Vec<Node>,
    pub(super) later: LaterEdges,
    /// What dominates everything: the only start, or the virtual root. No semidominator of
    /// a vertex below it is lower.
    pub(super) top: u32,
    /// The child of `top` below which the search is.
    branch: u32,
}

impl Search {
    pub(super) fn run<G: Successors + ?Sized, W: Watch>(
        graph: &G,
        starts: impl IntoIterator<Item = VertexId>,
        meter: &mut Meter<'_, W>,
    ) -> Result<ControlFlow<W::Stop, Self>, Error> {
        let mut starts = starts.into_iter();
        let first = starts.next().ok_or_else(Error::no_start)?;
        check_vertex(graph, first)?;
        let mut search = Self::new(graph);
        match starts.next() {
            None => {
                search.top = search.discover(first, ROOT);
                for w in graph.successors(first) {
                    if let ControlFlow::Break(stop) = search.branch(graph, w, meter) {
                        return Ok(ControlFlow::Break(stop));
                    }
                }
            }
            Some(second) => {
                for start in [first, second].into_iter().chain(starts) {
                    check_vertex(graph, start)?;
                    if let ControlFlow::Break(stop) = search.branch(graph, start, meter) {
                        return Ok(ControlFlow::Break(stop));
                    }
                }
            }
        }
        Ok(ControlFlow::Continue(search))
    }

    fn new<G: Successors + ?Sized>(graph: &G) -> Self {
        let capacity = graph.vertex_count() + 1;
        let mut search = Self {
            number: vec![ROOT; graph.vertex_bound()],
            vertices: Vec::with_capacity(capacity),
            nodes: Vec::with_capacity(capacity),
            later: LaterEdges::default(),
            top: ROOT,
            branch: ROOT,
        };
        search.vertices.push(VertexId::default());
        search.nodes.push(Node::default());
        search
    }

    /// Follows an edge from the top.
    fn branch<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        start: VertexId,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let seen = self.number[start.index()];
        if seen != ROOT {
            self.comes_from_top(seen);
            return ControlFlow::Continue(());
        }
        self.branch = self.nodes.len() as u32;
        match graph.rows() {
            Some(rows) => self.walk_rows(rows, start, meter),
            None => self.walk(graph, start, meter),
        }
    }

    #[inline]
    fn discover(&mut self, v: VertexId, parent: u32) -> u32 {
        let number = self.nodes.len() as u32;
        self.number[v.index()] = number;
        self.vertices.push(v);
        self.nodes.push(Node {
            ancestor: parent,
            semi: parent,
            label: 0,
            idom: END,
        });
        number
    }

    #[inline]
    fn comes_from_top(&mut self, head: u32) {
        let semi = &mut self.nodes[head as usize].semi;
        *semi = self.top.min(*semi);
    }

    /// An edge to a vertex that has been seen before.
    #[inline]
    fn follow_again(&mut self, tail: u32, head: u32) {
        let node = &mut self.nodes[head as usize];
        if head > tail {
            // A forward edge: `tail` is an ancestor.
            node.semi = node.semi.min(tail);
        } else if head < self.branch {
            // The numbers on the way from the top to `tail` are all above `head`.
            self.comes_from_top(head);
        } else if head != tail && node.semi > self.top {
            let last = node.idom;
            self.leave_for_later(tail, head, last);
        }
    }

    fn leave_for_later(&mut self, tail: u32, head: u32, last: u32) {
        // Of two tails on one path of the tree the lower one speaks for both.
        if last != END {
            let other = self.later.get(last).tail;
            if other >= tail {
                return;
            }
            let other_is_above = self.nodes[other as usize].label != 0;
            if other_is_above {
                return self.later.set_tail(last, tail);
            }
        }
        self.nodes[head as usize].idom = self.later.push(Later { tail, next: last });
    }

    fn walk_rows<W: Watch>(
        &mut self,
        rows: Rows<'_>,
        start: VertexId,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        let heads = rows.heads();
        meter.step()?;
        let mut v = self.discover(start, self.top);
        let mut edges = rows.range(start.number());
        loop {
            for e in &mut edges {
                let w = heads[e];
                let seen = self.number[w as usize];
                if seen != ROOT {
                    self.follow_again(v, seen);
                    continue;
                }
                meter.step()?;
                let child = self.discover(w.into(), v);
                let row = rows.range(w);
                if !row.is_empty() {
                    self.nodes[v as usize].label = e as u32 + 1;
                    v = child;
                    edges = row;
                    break;
                }
            }
            if edges.is_empty() {
                let Some(parent) = self.leave(v) else {
                    return ControlFlow::Continue(());
                };
                v = parent;
                let row = rows.range(self.vertices[v as usize].number());
                edges = self.nodes[v as usize].label as usize..row.end;
            }
        }
    }

    fn walk<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        start: VertexId,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop> {
        meter.step()?;
        let mut v = self.discover(start, self.top);
        let mut stack = vec![graph.successors(start)];
        while let Some(successors) = stack.last_mut() {
            let Some(w) = successors.next() else {
                stack.pop();
                v = self.leave(v).unwrap_or(v);
                continue;
            };
            let seen = self.number[w.index()];
            if seen != ROOT {
                self.follow_again(v, seen);
                continue;
            }
            meter.step()?;
            self.nodes[v as usize].label = 1;
            v = self.discover(w, v);
            stack.push(graph.successors(w));
        }
        ControlFlow::Continue(())
    }

    /// Goes back from a vertex to its parent, unless that is the top.
    #[inline]
    fn leave(&mut self, v: u32) -> Option<u32> {
        let node = &mut self.nodes[v as usize];
        node.label = 0;
        let parent = node.ancestor;
        (parent != self.top).then_some(parent)
    }
}
