//! A graph without some of its vertices.

use crate::lengths::check_length;
use crate::{Edge, Error, IDirectedGraph, Predecessors, Successors, VertexId, VertexSet, Vertices};

/// A view of a graph that shows only the vertices in a mask, and the edges between them. Vertex
/// and edge ids are the same, so the ids have holes. Vertices in the mask that are not in the
/// graph are ignored.
///
/// # Cost
/// Listing and counting the vertices iterates over the mask. Counting the edges visits all edges
/// that leave the mask's vertices. Everything else costs the same as for the graph itself, plus a
/// test of one bit per edge.
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, VertexId, VertexSet};
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 0)])?;
/// let mask = VertexSet::from_vertices(3, [0, 1].map(VertexId::new));
/// assert_eq!(graph.masked(&mask)?.edge_count(), 1);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Masked<'g, G: ?Sized> {
    graph: &'g G,
    mask: &'g VertexSet,
}

impl<'g, G: ?Sized> Masked<'g, G> {
    /// The view through a mask that has a bit for each vertex id.
    pub(crate) fn checked(graph: &'g G, mask: &'g VertexSet) -> Result<Self, Error>
    where
        G: Vertices,
    {
        check_length("vertex ids in the mask", mask.bound(), graph.vertex_bound())?;
        Ok(Self::new(graph, mask))
    }

    /// The view of `graph` through `mask`, which may have another bound: vertices beyond it are
    /// hidden. [`Algorithms::masked`](crate::Algorithms::masked) returns an error for such a mask.
    pub fn new(graph: &'g G, mask: &'g VertexSet) -> Self {
        Self { graph, mask }
    }
}

impl<G: ?Sized> Clone for Masked<'_, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<G: ?Sized> Copy for Masked<'_, G> {}

impl<G: Vertices + ?Sized> Vertices for Masked<'_, G> {
    fn vertex_bound(&self) -> usize {
        self.graph.vertex_bound().min(self.mask.bound())
    }

    fn contains_vertex(&self, v: VertexId) -> bool {
        self.mask.contains(v) && self.graph.contains_vertex(v)
    }

    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        let visible = self.mask.iter();
        visible.filter(|&v| self.graph.contains_vertex(v))
    }
}

impl<G: Successors + ?Sized> Successors for Masked<'_, G> {
    type Successors<'a>
        = MaskedVertices<'a, G::Successors<'a>>
    where
        Self: 'a;

    #[inline]
    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        MaskedVertices {
            all: self.mask.contains(v).then(|| self.graph.successors(v)),
            mask: self.mask,
        }
    }
}

impl<G: Predecessors + ?Sized> Predecessors for Masked<'_, G> {
    type Predecessors<'a>
        = MaskedVertices<'a, G::Predecessors<'a>>
    where
        Self: 'a;

    #[inline]
    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_> {
        MaskedVertices {
            all: self.mask.contains(v).then(|| self.graph.predecessors(v)),
            mask: self.mask,
        }
    }
}

impl<G: IDirectedGraph + ?Sized> IDirectedGraph for Masked<'_, G> {
    type OutEdges<'a>
        = MaskedEdges<'a, G::OutEdges<'a>>
    where
        Self: 'a;
    type InEdges<'a>
        = MaskedEdges<'a, G::InEdges<'a>>
    where
        Self: 'a;

    fn edge_bound(&self) -> usize {
        self.graph.edge_bound()
    }

    fn edge_count(&self) -> usize {
        self.vertices().map(|v| self.successors(v).count()).sum()
    }

    fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_> {
        MaskedEdges {
            all: self.graph.out_edges(v),
            mask: self.mask,
        }
    }

    fn in_edges(&self, v: VertexId) -> Self::InEdges<'_> {
        MaskedEdges {
            all: self.graph.in_edges(v),
            mask: self.mask,
        }
    }
}

/// The neighbours of a vertex that are in a mask.
#[derive(Clone, Debug)]
pub struct MaskedVertices<'g, I> {
    /// Empty for a vertex that is itself hidden.
    all: Option<I>,
    mask: &'g VertexSet,
}

impl<I: Iterator<Item = VertexId>> Iterator for MaskedVertices<'_, I> {
    type Item = VertexId;

    #[inline]
    fn next(&mut self) -> Option<VertexId> {
        self.all.as_mut()?.find(|&v| self.mask.contains(v))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (
            0,
            self.all.as_ref().map_or(Some(0), |all| all.size_hint().1),
        )
    }
}

/// The edges of a vertex whose ends are both in a mask.
#[derive(Clone, Debug)]
pub struct MaskedEdges<'g, I> {
    all: I,
    mask: &'g VertexSet,
}

impl<I: Iterator<Item = Edge>> Iterator for MaskedEdges<'_, I> {
    type Item = Edge;

    #[inline]
    fn next(&mut self) -> Option<Edge> {
        self.all
            .find(|edge| self.mask.contains(edge.head) && self.mask.contains(edge.tail))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.all.size_hint().1)
    }
}
