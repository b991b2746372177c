//! How far everything is from the vertex that a picture is about.

use std::cmp::Reverse;

use refcycle_core::algo::Reached;
use refcycle_core::{IDirectedGraph, VertexId, Vertices};

use crate::AnnotatedGraph;

/// The length of a shortest path from each vertex to the target, if there is one.
pub(super) struct Distances(Vec<Option<usize>>);

impl Distances {
    pub(super) fn to(graph: &AnnotatedGraph, target: VertexId) -> Self {
        let mut distances = vec![None; graph.vertex_bound()];
        let reached = graph.ancestors(target, None);
        for (v, depth) in reached.iter().flat_map(Reached::with_depths) {
            distances[v.index()] = Some(depth);
        }
        Self(distances)
    }

    /// The vertices, farthest first; those that do not reach the target come last. The
    /// layout starts from this order.
    pub(super) fn farthest_first(&self, graph: &AnnotatedGraph) -> Vec<VertexId> {
        let mut order: Vec<_> = graph.vertices().collect();
        order.sort_by_key(|v| Reverse(self.0[v.index()]));
        order
    }

    /// Whether an edge leads to a vertex that is farther from the target.
    pub(super) fn leads_away(&self, tail: VertexId, head: VertexId) -> bool {
        matches!((self.0[tail.index()], self.0[head.index()]), (Some(from), Some(to)) if to > from)
    }

    /// Whether an edge is on a shortest path to the target.
    pub(super) fn leads_on(&self, tail: VertexId, head: VertexId) -> bool {
        matches!((self.0[tail.index()], self.0[head.index()]), (Some(from), Some(to)) if to < from)
    }
}
