//! The paths from an object up to what holds it from outside, as a graph to search.

use refcycle_core::{CsrGraph, Predecessors, Successors, VertexId, VertexSet, Vertices};

use super::ignored::Ignored;

/// A reversed graph with an additional vertex, the outside, to which its roots lead.
pub(super) struct HolderView<'a> {
    pub(super) graph: &'a CsrGraph,
    /// The start of the search. A reference to it from outside is not a path.
    pub(super) start: VertexId,
    /// The vertices that are held from outside.
    pub(super) roots: &'a VertexSet,
    pub(super) ignored: &'a Ignored,
    /// References to the start that this search ignores, by their tails.
    pub(super) unseen: &'a [VertexId],
    /// The vertices that this search does not pass through, because their holders are known.
    pub(super) known: Option<&'a VertexSet>,
}

impl HolderView<'_> {
    /// The vertex that stands for everything outside the graph.
    pub(super) fn outside(&self) -> VertexId {
        VertexId::from_index(self.graph.vertex_count())
    }

    fn is_on_path(&self, tail: VertexId, head: VertexId) -> bool {
        let is_direct = head == self.start && self.ignored.is_imported(tail);
        !is_direct && self.is_seen(tail, head)
    }

    fn is_seen(&self, tail: VertexId, head: VertexId) -> bool {
        let is_known = self.known.is_some_and(|known| known.contains(tail));
        let is_unseen = head == self.start && self.unseen.contains(&tail);
        !is_known && !is_unseen && !self.ignored.has(tail, head)
    }

    /// The names of imported modules that refer to `v`, each once.
    pub(super) fn imported_holders(&self, v: VertexId) -> Vec<VertexId> {
        let holders = self.graph.predecessors(v);
        let imported = |&tail: &VertexId| self.ignored.is_imported(tail) && self.is_seen(tail, v);
        let mut holders: Vec<_> = holders.filter(imported).collect();
        holders.dedup();
        holders
    }
}

impl Vertices for HolderView<'_> {
    fn vertex_bound(&self) -> usize {
        self.graph.vertex_bound() + 1
    }

    fn vertex_count(&self) -> usize {
        self.graph.vertex_count() + 1
    }
}

impl Successors for HolderView<'_> {
    type Successors<'a>
        = Referrers<'a>
    where
        Self: 'a;

    fn successors(&self, v: VertexId) -> Referrers<'_> {
        let is_outside = v == self.outside();
        let leads_out = self.roots.contains(v) && v != self.start;
        Referrers {
            view: self,
            head: v,
            outside: (!is_outside && leads_out).then(|| self.outside()),
            all: (!is_outside).then(|| self.graph.predecessors(v)),
        }
    }
}

/// The outside, if it is a referrer, comes before the referrers in the graph. The names of an
/// imported module count as the outside too: each of them is a holder of its own.
pub(super) struct Referrers<'a> {
    view: &'a HolderView<'a>,
    head: VertexId,
    outside: Option<VertexId>,
    all: Option<<CsrGraph as Predecessors>::Predecessors<'a>>,
}

impl Iterator for Referrers<'_> {
    type Item = VertexId;

    fn next(&mut self) -> Option<VertexId> {
        if let Some(outside) = self.outside.take() {
            return Some(outside);
        }
        let (view, head) = (self.view, self.head);
        let found = self.all.as_mut()?.find(|&tail| view.is_on_path(tail, head));
        found.map(|tail| match view.ignored.is_imported(tail) {
            true => view.outside(),
            false => tail,
        })
    }
}
