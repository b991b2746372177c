//! A graph without the references from garbage to live objects.

use refcycle_core::{CsrGraph, Successors, VertexId, VertexSet, Vertices};

/// A view of a graph in which garbage does not hold live objects: the next collection frees it, and
/// frees nothing else.
pub(super) struct LiveApart<'g> {
    graph: &'g CsrGraph,
    live: &'g VertexSet,
}

impl<'g> LiveApart<'g> {
    /// `live` are the vertices that can be reached from outside; the others are garbage.
    pub(super) fn new(graph: &'g CsrGraph, live: &'g VertexSet) -> Self {
        Self { graph, live }
    }
}

impl Vertices for LiveApart<'_> {
    fn vertex_bound(&self) -> usize {
        self.graph.vertex_bound()
    }

    fn vertex_count(&self) -> usize {
        self.graph.vertex_count()
    }
}

impl Successors for LiveApart<'_> {
    type Successors<'a>
        = Held<'a>
    where
        Self: 'a;

    fn successors(&self, v: VertexId) -> Held<'_> {
        Held {
            all: self.graph.successors(v),
            hidden: (!self.live.contains(v)).then_some(self.live),
        }
    }
}

/// What a vertex holds.
pub(super) struct Held<'g> {
    all: <CsrGraph as Successors>::Successors<'g>,
    hidden: Option<&'g VertexSet>,
}

impl Iterator for Held<'_> {
    type Item = VertexId;

    fn next(&mut self) -> Option<VertexId> {
        match self.hidden {
            None => self.all.next(),
            Some(hidden) => self.all.find(|&v| !hidden.contains(v)),
        }
    }
}
