//! A graph as lists of vertices and edges.

use std::collections::BTreeSet;

use refcycle_core::{CsrGraph, VertexId};

/// The vertices and edges of a graph, in lists. Tests use it for expected graphs, and oracles work
/// on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeList {
    /// A number above every vertex.
    pub bound: usize,
    /// The vertices. Renumbering keeps their positions.
    pub vertices: Vec<VertexId>,
    /// Tail and head of each edge.
    pub edges: Vec<(VertexId, VertexId)>,
}

impl EdgeList {
    /// The graph with the vertices `0..vertex_count`.
    pub fn dense(vertex_count: usize, edges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        Self {
            bound: vertex_count,
            vertices: (0..vertex_count).map(VertexId::from_index).collect(),
            edges: edges
                .into_iter()
                .map(|(t, h)| (t.into(), h.into()))
                .collect(),
        }
    }

    /// The same graph with other ids.
    pub fn renumbered(&self, bound: usize, name: impl Fn(VertexId) -> VertexId) -> Self {
        Self {
            bound,
            vertices: self.vertices.iter().map(|&v| name(v)).collect(),
            edges: self
                .edges
                .iter()
                .map(|&(t, h)| (name(t), name(h)))
                .collect(),
        }
    }

    /// The graph with every edge reversed.
    pub fn reversed(&self) -> Self {
        Self {
            edges: self.edges.iter().map(|&(t, h)| (h, t)).collect(),
            ..self.clone()
        }
    }

    /// The graph with parallel edges merged, for representations that cannot have them.
    pub fn merged(&self) -> Self {
        let mut seen = BTreeSet::new();
        Self {
            edges: (self.edges.iter().copied())
                .filter(|&edge| seen.insert(edge))
                .collect(),
            ..self.clone()
        }
    }

    /// The graph of some of the vertices.
    pub fn induced(&self, keep: impl Fn(VertexId) -> bool) -> Self {
        Self {
            bound: self.bound,
            vertices: self.vertices.iter().copied().filter(|&v| keep(v)).collect(),
            edges: (self.edges.iter().copied())
                .filter(|&(t, h)| keep(t) && keep(h))
                .collect(),
        }
    }

    /// The edges as numbers.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.edges.iter().map(|&(t, h)| (t.number(), h.number()))
    }

    /// Some numbers that are not vertices: those below the bound, and some above.
    pub fn strangers(&self) -> Vec<VertexId> {
        let vertices: BTreeSet<_> = self.vertices.iter().copied().collect();
        let beyond = [self.bound as u32, u32::MAX].map(VertexId::new);
        (0..self.bound)
            .map(VertexId::from_index)
            .filter(|v| !vertices.contains(v))
            .chain(beyond)
            .collect()
    }

    /// The heads of the edges that leave `v`, sorted.
    pub fn heads(&self, v: VertexId) -> Vec<VertexId> {
        let edges = self.edges.iter().filter(|&&(t, _)| t == v);
        sorted(edges.map(|&(_, h)| h))
    }

    /// The numbers below the bound that are not vertices, and one number beyond the bound.
    pub fn holes(&self) -> impl Iterator<Item = VertexId> {
        let vertices: BTreeSet<_> = self.vertices.iter().copied().collect();
        (0..=self.bound)
            .map(VertexId::from_index)
            .filter(move |v| !vertices.contains(v))
    }

    /// A CSR graph of it, whose vertices are all numbers below the bound.
    pub fn csr(&self) -> CsrGraph {
        CsrGraph::from_edges(self.bound, self.pairs()).expect("a list of edges is well-formed")
    }
}

/// The items in ascending order.
pub fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<_> = items.into_iter().collect();
    items.sort();
    items
}
