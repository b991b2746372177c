//! A graph with every edge reversed.

use crate::{
    DenseVertices, Edge, IDirectedGraph, Predecessors, Rows, Successors, VertexId, Vertices,
};

/// A view of a graph with every edge reversed. Vertex and edge ids are the same.
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, CsrGraph, Successors, VertexId};
/// let graph = CsrGraph::from_edges(2, [(0, 1)])?;
/// assert!(graph.reversed().successors(VertexId::new(1)).eq([VertexId::new(0)]));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Reversed<'g, G: ?Sized>(&'g G);

impl<'g, G: ?Sized> Reversed<'g, G> {
    pub(crate) fn new(graph: &'g G) -> Self {
        Self(graph)
    }
}

impl<G: ?Sized> Clone for Reversed<'_, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<G: ?Sized> Copy for Reversed<'_, G> {}

impl<G: Vertices + ?Sized> Vertices for Reversed<'_, G> {
    fn vertex_bound(&self) -> usize {
        self.0.vertex_bound()
    }

    fn vertex_count(&self) -> usize {
        self.0.vertex_count()
    }

    fn contains_vertex(&self, v: VertexId) -> bool {
        self.0.contains_vertex(v)
    }

    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.0.vertices()
    }
}

impl<G: DenseVertices + ?Sized> DenseVertices for Reversed<'_, G> {}

impl<G: Predecessors + ?Sized> Successors for Reversed<'_, G> {
    type Successors<'a>
        = G::Predecessors<'a>
    where
        Self: 'a;

    #[inline]
    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        self.0.predecessors(v)
    }

    fn rows(&self) -> Option<Rows<'_>> {
        self.0.back_rows()
    }
}

impl<G: Successors + ?Sized> Predecessors for Reversed<'_, G> {
    type Predecessors<'a>
        = G::Successors<'a>
    where
        Self: 'a;

    #[inline]
    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_> {
        self.0.successors(v)
    }

    fn back_rows(&self) -> Option<Rows<'_>> {
        self.0.rows()
    }
}

impl<G: IDirectedGraph + ?Sized> IDirectedGraph for Reversed<'_, G> {
    type OutEdges<'a>
        = ReversedEdges<G::InEdges<'a>>
    where
        Self: 'a;
    type InEdges<'a>
        = ReversedEdges<G::OutEdges<'a>>
    where
        Self: 'a;

    fn edge_bound(&self) -> usize {
        self.0.edge_bound()
    }

    fn edge_count(&self) -> usize {
        self.0.edge_count()
    }

    fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_> {
        ReversedEdges(self.0.in_edges(v))
    }

    fn in_edges(&self, v: VertexId) -> Self::InEdges<'_> {
        ReversedEdges(self.0.out_edges(v))
    }
}

/// The edges of a [`Reversed`] graph.
#[derive(Clone, Debug)]
pub struct ReversedEdges<I>(I);

impl<I: Iterator<Item = Edge>> Iterator for ReversedEdges<I> {
    type Item = Edge;

    #[inline]
    fn next(&mut self) -> Option<Edge> {
        self.0.next().map(Edge::reversed)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
