//! petgraph graphs as graphs of this crate.

use petgraph::Directed;
use petgraph::Direction::{Incoming, Outgoing};
use petgraph::visit::{
    EdgeCount, EdgeIndexable, EdgeRef, GraphProp, IntoEdgesDirected, IntoNeighbors,
    IntoNeighborsDirected, IntoNodeIdentifiers, NodeCompactIndexable, NodeIndexable,
};

use crate::offsets::check_vertex_count;
use crate::{
    DenseVertices, Edge, EdgeId, Error, IDirectedGraph, Predecessors, Successors, VertexId,
    VertexSet, Vertices,
};

/// A petgraph graph as a graph of this crate: `FromPetgraph::new(&graph)`.
///
/// `Graph`, `StableGraph` with its holes, and `GraphMap` know their edges in both directions and
/// are an [`IDirectedGraph`]. `Csr` and others that know only their successors have the algorithms
/// that need only these; [`CsrGraph::from_successors`](crate::CsrGraph::from_successors) makes a
/// copy that can run everything.
#[derive(Clone, Debug)]
pub struct FromPetgraph<G> {
    graph: G,
    /// The vertices that exist: petgraph has no common test for a removed vertex.
    vertices: VertexSet,
}

impl<G> FromPetgraph<G>
where
    G: IntoNodeIdentifiers + NodeIndexable + GraphProp<EdgeType = Directed>,
{
    /// Wraps a reference to a petgraph graph. Takes O(vertices) time and one bit per
    /// vertex.
    ///
    /// # Panics
    /// If the graph has more vertices than [`MAX_VERTICES`](crate::MAX_VERTICES), which
    /// is possible only with an index type of 64 bits.
    pub fn new(graph: G) -> Self {
        Self::try_new(graph).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same as [`new`](Self::new) for a graph that may have too many vertices.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices).
    pub fn try_new(graph: G) -> Result<Self, Error> {
        let bound = graph.node_bound();
        check_vertex_count(bound)?;
        let ids = graph.node_identifiers();
        let vertices = ids.map(|id| VertexId::from_index(graph.to_index(id)));
        Ok(Self {
            graph,
            vertices: VertexSet::from_vertices(bound, vertices),
        })
    }

    /// The node id of a vertex in petgraph.
    ///
    /// # Panics
    /// If `v` is not a vertex.
    pub fn node_id(&self, v: VertexId) -> G::NodeId {
        assert!(self.vertices.contains(v), "vertex {v} is not in the graph");
        self.graph.from_index(v.index())
    }
}

impl<G: IntoNodeIdentifiers + NodeIndexable> Vertices for FromPetgraph<G> {
    fn vertex_bound(&self) -> usize {
        self.vertices.bound()
    }

    fn vertex_count(&self) -> usize {
        self.vertices.len()
    }

    fn contains_vertex(&self, v: VertexId) -> bool {
        self.vertices.contains(v)
    }

    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.vertices.iter()
    }
}

impl<G: IntoNodeIdentifiers + NodeCompactIndexable> DenseVertices for FromPetgraph<G> {}

impl<G> Successors for FromPetgraph<G>
where
    G: IntoNodeIdentifiers + IntoNeighbors + NodeIndexable,
{
    type Successors<'a>
        = PetgraphVertices<G, G::Neighbors>
    where
        Self: 'a;

    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        PetgraphVertices {
            graph: self.graph,
            ids: self.graph.neighbors(self.graph.from_index(v.index())),
        }
    }
}

impl<G> Predecessors for FromPetgraph<G>
where
    G: IntoNodeIdentifiers + IntoNeighborsDirected + NodeIndexable,
{
    type Predecessors<'a>
        = PetgraphVertices<G, G::NeighborsDirected>
    where
        Self: 'a;

    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_> {
        let id = NodeIndexable::from_index(&self.graph, v.index());
        PetgraphVertices {
            graph: self.graph,
            ids: self.graph.neighbors_directed(id, Incoming),
        }
    }
}

impl<G> IDirectedGraph for FromPetgraph<G>
where
    G: IntoNodeIdentifiers + IntoEdgesDirected + NodeIndexable + EdgeIndexable + EdgeCount,
{
    type OutEdges<'a>
        = PetgraphEdges<G, G::EdgesDirected>
    where
        Self: 'a;
    type InEdges<'a>
        = PetgraphEdges<G, G::EdgesDirected>
    where
        Self: 'a;

    fn edge_bound(&self) -> usize {
        self.graph.edge_bound()
    }

    fn edge_count(&self) -> usize {
        self.graph.edge_count()
    }

    fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_> {
        let id = NodeIndexable::from_index(&self.graph, v.index());
        PetgraphEdges {
            graph: self.graph,
            edges: self.graph.edges_directed(id, Outgoing),
        }
    }

    fn in_edges(&self, v: VertexId) -> Self::InEdges<'_> {
        let id = NodeIndexable::from_index(&self.graph, v.index());
        PetgraphEdges {
            graph: self.graph,
            edges: self.graph.edges_directed(id, Incoming),
        }
    }
}

/// Neighbours of a vertex of a petgraph graph.
#[derive(Clone, Debug)]
pub struct PetgraphVertices<G, I> {
    graph: G,
    ids: I,
}

impl<G: NodeIndexable, I: Iterator<Item = G::NodeId>> Iterator for PetgraphVertices<G, I> {
    type Item = VertexId;

    #[inline]
    fn next(&mut self) -> Option<VertexId> {
        let id = self.ids.next()?;
        Some(VertexId::from_index(self.graph.to_index(id)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ids.size_hint()
    }
}

/// Edges of a vertex of a petgraph graph.
#[derive(Clone, Debug)]
pub struct PetgraphEdges<G, I> {
    graph: G,
    edges: I,
}

impl<G, I> Iterator for PetgraphEdges<G, I>
where
    G: NodeIndexable + EdgeIndexable,
    I: Iterator,
    I::Item: EdgeRef<NodeId = G::NodeId, EdgeId = G::EdgeId>,
{
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        let edge = self.edges.next()?;
        let vertex = |id| VertexId::from_index(NodeIndexable::to_index(&self.graph, id));
        Some(Edge {
            id: EdgeId::from_index(EdgeIndexable::to_index(&self.graph, edge.id())),
            tail: vertex(edge.source()),
            head: vertex(edge.target()),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.edges.size_hint()
    }
}
