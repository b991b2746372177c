//! A compact graph of some vertices of another.

use crate::graphs::{CsrGraph, InEdges, OutEdges, Rows, VertexRange};
use crate::marks::LocalIndex;
use crate::{DenseVertices, EdgeId, IDirectedGraph, Predecessors, Successors, VertexId, Vertices};

/// Some vertices of a parent graph with all edges between them, renumbered from 0. It
/// borrows nothing, and remembers the parent's ids.
///
/// # Memory
/// 8 bytes a vertex and 8 an edge, whatever the size of the parent.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, IDirectedGraph, VertexId, Vertices};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (2, 3), (3, 2)])?;
/// let pair = graph.full_subgraph([3, 2].map(VertexId::new));
/// assert_eq!((pair.vertex_count(), pair.edge_count()), (2, 2));
/// assert_eq!(pair.parent_vertex(VertexId::new(0)), VertexId::new(3));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Subgraph {
    graph: CsrGraph,
    parent_vertices: Box<[VertexId]>,
    parent_edges: Box<[EdgeId]>,
}

impl Subgraph {
    /// The subgraph induced by these vertices, which keep their order; one that comes
    /// again is left out.
    ///
    /// # Complexity
    /// O(vertices + the edges that leave them) time. Scratch: a hash table of the
    /// vertices, or 4 bytes a vertex of the parent when they are a good part of it.
    ///
    /// # Panics
    /// May panic when one is not a vertex of `parent`.
    pub fn induced<G: IDirectedGraph + ?Sized>(
        parent: &G,
        vertices: impl IntoIterator<Item = VertexId>,
    ) -> Self {
        let mut parent_vertices: Vec<_> = vertices.into_iter().collect();
        let index = LocalIndex::number(parent.vertex_bound(), &mut parent_vertices);
        let mut offsets = Vec::with_capacity(parent_vertices.len() + 1);
        let mut heads = Vec::new();
        let mut parent_edges = Vec::new();
        offsets.push(0);
        for &v in &parent_vertices {
            for edge in parent.out_edges(v) {
                if let Some(head) = index.get(edge.head) {
                    heads.push(head);
                    parent_edges.push(edge.id);
                }
            }
            offsets.push(heads.len() as u32);
        }
        Self::from_parts(offsets, heads, parent_vertices, parent_edges)
    }

    /// The same subgraph as [`induced`](Self::induced), with the edges of a vertex by
    /// ascending id of the parent's, found by the edges that enter the vertices: for the
    /// few ancestors of something, among which are vertices with millions of children.
    ///
    /// # Complexity
    /// O(vertices + the edges that enter them + e log e) time, where e is the number of
    /// edges in the answer.
    ///
    /// # Panics
    /// May panic when one is not a vertex of `parent`.
    pub fn induced_backward<G: IDirectedGraph + ?Sized>(
        parent: &G,
        vertices: impl IntoIterator<Item = VertexId>,
    ) -> Self {
        let mut parent_vertices: Vec<_> = vertices.into_iter().collect();
        let index = LocalIndex::number(parent.vertex_bound(), &mut parent_vertices);
        let mut edges = Vec::new();
        for (head, &v) in parent_vertices.iter().enumerate() {
            for edge in parent.in_edges(v) {
                if let Some(tail) = index.get(edge.tail) {
                    edges.push((tail, edge.id, head as u32));
                }
            }
        }
        edges.sort_unstable();
        let mut offsets = vec![0; parent_vertices.len() + 1];
        for &(tail, ..) in &edges {
            offsets[tail as usize + 1] += 1;
        }
        for v in 1..offsets.len() {
            offsets[v] += offsets[v - 1];
        }
        let heads = edges.iter().map(|&(.., head)| head).collect();
        let parent_edges = edges.iter().map(|&(_, id, _)| id).collect();
        Self::from_parts(offsets, heads, parent_vertices, parent_edges)
    }

    /// Assembles a subgraph whose parts are known to fit together.
    pub(crate) fn from_parts(
        offsets: Vec<u32>,
        heads: Vec<u32>,
        parent_vertices: Vec<VertexId>,
        parent_edges: Vec<EdgeId>,
    ) -> Self {
        Self {
            graph: CsrGraph::from_parts(offsets, heads)
                .expect("a part of a well-formed graph is well-formed"),
            parent_vertices: parent_vertices.into(),
            parent_edges: parent_edges.into(),
        }
    }

    /// The graph by itself, numbered from 0.
    pub fn graph(&self) -> &CsrGraph {
        &self.graph
    }

    /// What the parent calls vertex `v`.
    ///
    /// # Panics
    /// When `v` is not a vertex of this graph.
    pub fn parent_vertex(&self, v: VertexId) -> VertexId {
        self.parent_vertices[v.index()]
    }

    /// What the parent calls edge `e`.
    ///
    /// # Panics
    /// When `e` is not an edge of this graph.
    pub fn parent_edge(&self, e: EdgeId) -> EdgeId {
        self.parent_edges[e.index()]
    }

    /// The parent's ids of all vertices, in the order of this graph's.
    pub fn parent_vertices(&self) -> &[VertexId] {
        &self.parent_vertices
    }

    /// The parent's ids of all edges, in the order of this graph's.
    pub fn parent_edges(&self) -> &[EdgeId] {
        &self.parent_edges
    }

    /// Takes the graph apart: itself, the parent's vertex ids, the parent's edge ids.
    pub fn into_parts(self) -> (CsrGraph, Box<[VertexId]>, Box<[EdgeId]>) {
        (self.graph, self.parent_vertices, self.parent_edges)
    }
}

impl Vertices for Subgraph {
    type Vertices<'a> = VertexRange;

    fn vertex_bound(&self) -> usize {
        self.graph.vertex_bound()
    }

    fn vertex_count(&self) -> usize {
        self.graph.vertex_count()
    }

    fn contains_vertex(&self, v: VertexId) -> bool {
        self.graph.contains_vertex(v)
    }

    fn vertices(&self) -> VertexRange {
        self.graph.vertices()
    }
}

impl DenseVertices for Subgraph {}

impl Successors for Subgraph {
    type Successors<'a> = <CsrGraph as Successors>::Successors<'a>;

    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        self.graph.successors(v)
    }

    fn rows(&self) -> Option<Rows<'_>> {
        self.graph.rows()
    }
}

impl Predecessors for Subgraph {
    type Predecessors<'a> = <CsrGraph as Predecessors>::Predecessors<'a>;

    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_> {
        self.graph.predecessors(v)
    }

    fn back_rows(&self) -> Option<Rows<'_>> {
        self.graph.back_rows()
    }
}

impl IDirectedGraph for Subgraph {
    type OutEdges<'a> = OutEdges<'a>;
    type InEdges<'a> = InEdges<'a>;

    fn edge_bound(&self) -> usize {
        self.graph.edge_bound()
    }

    fn edge_count(&self) -> usize {
        self.graph.edge_count()
    }

    fn out_edges(&self, v: VertexId) -> OutEdges<'_> {
        self.graph.out_edges(v)
    }

    fn in_edges(&self, v: VertexId) -> InEdges<'_> {
        self.graph.in_edges(v)
    }
}
