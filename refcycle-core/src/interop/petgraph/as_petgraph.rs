//! Graphs of this crate as petgraph graphs.

use core::ops::Range;

use fixedbitset::FixedBitSet;
use petgraph::Directed;
use petgraph::Direction::{self, Incoming, Outgoing};
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::{
    Data, EdgeCount, EdgeIndexable, EdgeRef, GetAdjacencyMatrix, GraphBase, GraphProp, GraphRef,
    IntoEdgeReferences, IntoEdges, IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected,
    IntoNodeIdentifiers, IntoNodeReferences, NodeCompactIndexable, NodeCount, NodeIndexable,
    Visitable,
};

use crate::{DenseVertices, Edge, IDirectedGraph, Predecessors, Successors, VertexId, Vertices};

/// A reference to a graph of this crate that implements petgraph's traits. Vertices and edges
/// have no weight: `()`. A reference to an edge is an [`Edge`], which has the ids of the graph.
///
/// # Example
/// ```
/// use petgraph::visit::Dfs;
/// use refcycle_core::CsrGraph;
/// use refcycle_core::interop::petgraph::AsPetgraph;
///
/// let graph = CsrGraph::from_edges(3, [(0, 2), (2, 1)])?;
/// let graph = AsPetgraph::new(&graph);
/// let mut dfs = Dfs::new(graph, 0.into());
/// assert_eq!(dfs.next(graph), Some(0.into()));
/// assert_eq!(dfs.next(graph), Some(2.into()));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Debug)]
pub struct AsPetgraph<'g, G: ?Sized>(&'g G);

impl<'g, G: ?Sized> AsPetgraph<'g, G> {
    /// Wraps a reference to a graph.
    pub fn new(graph: &'g G) -> Self {
        Self(graph)
    }
}

impl<G: ?Sized> Clone for AsPetgraph<'_, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<G: ?Sized> Copy for AsPetgraph<'_, G> {}

fn vertex(id: NodeIndex) -> VertexId {
    VertexId::from_index(id.index())
}

fn node(v: VertexId) -> NodeIndex {
    NodeIndex::new(v.index())
}

static NO_WEIGHT: () = ();

impl<G: ?Sized> GraphBase for AsPetgraph<'_, G> {
    type NodeId = NodeIndex;
    type EdgeId = EdgeIndex;
}

impl<G: ?Sized> GraphRef for AsPetgraph<'_, G> {}

impl<G: ?Sized> GraphProp for AsPetgraph<'_, G> {
    type EdgeType = Directed;
}

impl<G: ?Sized> Data for AsPetgraph<'_, G> {
    type NodeWeight = ();
    type EdgeWeight = ();
}

impl<G: Vertices + ?Sized> NodeCount for AsPetgraph<'_, G> {
    fn node_count(&self) -> usize {
        self.0.vertex_count()
    }
}

impl<G: Vertices + ?Sized> NodeIndexable for AsPetgraph<'_, G> {
    fn node_bound(&self) -> usize {
        self.0.vertex_bound()
    }

    fn to_index(&self, id: NodeIndex) -> usize {
        id.index()
    }

    fn from_index(&self, index: usize) -> NodeIndex {
        NodeIndex::new(index)
    }
}

impl<G: DenseVertices + ?Sized> NodeCompactIndexable for AsPetgraph<'_, G> {}

impl<G: IDirectedGraph + ?Sized> EdgeCount for AsPetgraph<'_, G> {
    fn edge_count(&self) -> usize {
        self.0.edge_count()
    }
}

impl<G: IDirectedGraph + ?Sized> EdgeIndexable for AsPetgraph<'_, G> {
    fn edge_bound(&self) -> usize {
        self.0.edge_bound()
    }

    fn to_index(&self, id: EdgeIndex) -> usize {
        id.index()
    }

    fn from_index(&self, index: usize) -> EdgeIndex {
        EdgeIndex::new(index)
    }
}

impl<G: Vertices + ?Sized> Visitable for AsPetgraph<'_, G> {
    type Map = FixedBitSet;

    fn visit_map(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.0.vertex_bound())
    }

    fn reset_map(&self, map: &mut FixedBitSet) {
        map.clear();
        map.grow(self.0.vertex_bound());
    }
}

/// The matrix has one bit for each pair of vertices below the bound, so it is for small graphs.
/// `is_isomorphic` needs it.
impl<G: Successors + ?Sized> GetAdjacencyMatrix for AsPetgraph<'_, G> {
    type AdjMatrix = FixedBitSet;

    fn adjacency_matrix(&self) -> FixedBitSet {
        let bound = self.0.vertex_bound();
        let mut matrix = FixedBitSet::with_capacity(bound * bound);
        for v in self.0.vertices() {
            for head in self.0.successors(v) {
                matrix.insert(v.index() * bound + head.index());
            }
        }
        matrix
    }

    fn is_adjacent(&self, matrix: &FixedBitSet, a: NodeIndex, b: NodeIndex) -> bool {
        matrix.contains(a.index() * self.0.vertex_bound() + b.index())
    }
}

impl<'g, G: Vertices + ?Sized> IntoNodeIdentifiers for AsPetgraph<'g, G> {
    type NodeIdentifiers = NodeIds<Ids<'g, G>>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        NodeIds(Ids::of(self.0))
    }
}

impl<'g, G: Vertices + ?Sized> IntoNodeReferences for AsPetgraph<'g, G> {
    type NodeRef = (NodeIndex, &'static ());
    type NodeReferences = NodeRefs<Ids<'g, G>>;

    fn node_references(self) -> Self::NodeReferences {
        NodeRefs(Ids::of(self.0))
    }
}

impl<'g, G: Successors + ?Sized> IntoNeighbors for AsPetgraph<'g, G> {
    type Neighbors = NodeIds<G::Successors<'g>>;

    fn neighbors(self, id: NodeIndex) -> Self::Neighbors {
        NodeIds(self.0.successors(vertex(id)))
    }
}

impl<'g, G: Successors + Predecessors + ?Sized> IntoNeighborsDirected for AsPetgraph<'g, G> {
    type NeighborsDirected = Either<NodeIds<G::Successors<'g>>, NodeIds<G::Predecessors<'g>>>;

    fn neighbors_directed(self, id: NodeIndex, direction: Direction) -> Self::NeighborsDirected {
        match direction {
            Outgoing => Either::Out(NodeIds(self.0.successors(vertex(id)))),
            Incoming => Either::In(NodeIds(self.0.predecessors(vertex(id)))),
        }
    }
}

impl<'g, G: IDirectedGraph + ?Sized> IntoEdges for AsPetgraph<'g, G> {
    type Edges = G::OutEdges<'g>;

    fn edges(self, id: NodeIndex) -> Self::Edges {
        self.0.out_edges(vertex(id))
    }
}

impl<'g, G: IDirectedGraph + ?Sized> IntoEdgesDirected for AsPetgraph<'g, G> {
    type EdgesDirected = Either<G::OutEdges<'g>, G::InEdges<'g>>;

    fn edges_directed(self, id: NodeIndex, direction: Direction) -> Self::EdgesDirected {
        match direction {
            Outgoing => Either::Out(self.0.out_edges(vertex(id))),
            Incoming => Either::In(self.0.in_edges(vertex(id))),
        }
    }
}

impl<'g, G: IDirectedGraph + ?Sized> IntoEdgeReferences for AsPetgraph<'g, G> {
    type EdgeRef = Edge;
    type EdgeReferences = AllEdges<'g, G>;

    fn edge_references(self) -> Self::EdgeReferences {
        AllEdges {
            graph: self.0,
            vertices: Ids::of(self.0),
            edges: None,
        }
    }
}

/// What [`AsPetgraph`] gives as references to edges.
impl EdgeRef for Edge {
    type NodeId = NodeIndex;
    type EdgeId = EdgeIndex;
    type Weight = ();

    fn source(&self) -> NodeIndex {
        node(self.tail)
    }

    fn target(&self) -> NodeIndex {
        node(self.head)
    }

    fn weight(&self) -> &() {
        &NO_WEIGHT
    }

    fn id(&self) -> EdgeIndex {
        EdgeIndex::new(self.id.index())
    }
}

/// The vertices of a graph, ascending.
#[derive(Debug)]
pub struct Ids<'g, G: ?Sized> {
    graph: &'g G,
    rest: Range<u32>,
}

impl<'g, G: Vertices + ?Sized> Ids<'g, G> {
    fn of(graph: &'g G) -> Self {
        let rest = 0..graph.vertex_bound() as u32;
        Self { graph, rest }
    }
}

impl<G: ?Sized> Clone for Ids<'_, G> {
    fn clone(&self) -> Self {
        Self {
            graph: self.graph,
            rest: self.rest.clone(),
        }
    }
}

impl<G: Vertices + ?Sized> Iterator for Ids<'_, G> {
    type Item = VertexId;

    #[inline]
    fn next(&mut self) -> Option<VertexId> {
        let mut rest = self.rest.by_ref().map(VertexId::new);
        rest.find(|&v| self.graph.contains_vertex(v))
    }
}

/// The vertices as petgraph's node indices.
#[derive(Clone, Debug)]
pub struct NodeIds<I>(I);

/// The vertices as node references, without weights.
#[derive(Clone, Debug)]
pub struct NodeRefs<I>(I);

macro_rules! mapped_iterator {
    ($name:ident, $from:ty => $to:ty, $map:expr) => {
        impl<I: Iterator<Item = $from>> Iterator for $name<I> {
            type Item = $to;

            #[inline]
            fn next(&mut self) -> Option<$to> {
                self.0.next().map($map)
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }
    };
}

mapped_iterator!(NodeIds, VertexId => NodeIndex, node);
mapped_iterator!(NodeRefs, VertexId => (NodeIndex, &'static ()), |v| (node(v), &NO_WEIGHT));

/// One of two iterators, depending on the direction.
#[derive(Clone, Debug)]
pub enum Either<O, I> {
    /// Outgoing.
    Out(O),
    /// Incoming.
    In(I),
}

impl<T, O: Iterator<Item = T>, I: Iterator<Item = T>> Iterator for Either<O, I> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        match self {
            Self::Out(out) => out.next(),
            Self::In(incoming) => incoming.next(),
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Out(out) => out.size_hint(),
            Self::In(incoming) => incoming.size_hint(),
        }
    }
}

/// Every edge of a graph.
pub struct AllEdges<'g, G: IDirectedGraph + ?Sized + 'g> {
    graph: &'g G,
    vertices: Ids<'g, G>,
    edges: Option<G::OutEdges<'g>>,
}

impl<'g, G: IDirectedGraph + ?Sized> Iterator for AllEdges<'g, G> {
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        loop {
            if let Some(edge) = self.edges.as_mut().and_then(Iterator::next) {
                return Some(edge);
            }
            self.edges = Some(self.graph.out_edges(self.vertices.next()?));
        }
    }
}
