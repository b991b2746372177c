//! The graph.

use std::fmt;
use std::sync::Arc;

use refcycle_core::views::Subgraph;
use refcycle_core::{CsrGraph, Edge, EdgeId, IDirectedGraph, VertexId, Vertices};

use super::ids::{ExternalIds, edge_table, vertex_table};
use super::order::EdgeOrder;

use crate::names::{NameId, Names, NamesBuilder, ObjectName, ReferenceName};

/// A directed graph in which every vertex has an id and an annotation, and every edge has an id
/// and an optional annotation. It holds only numbers and text: the objects that the vertices stand
/// for may no longer exist.
///
/// The ids are any 64-bit numbers, such as addresses. No two vertices have the same id, and no two
/// edges. Internally, the vertices are dense [`VertexId`]s in the order in which they were given.
/// [`edges`](Self::edges) returns the edges in the order in which they were given.
///
/// # Memory
/// 20 bytes per vertex and 28 per edge (16 each if the ids ascend and the edges are given in the
/// order of their tails), and about 70 bytes for each distinct name, in addition to its
/// annotation. The backward direction of the [`CsrGraph`], if it is computed, needs additional
/// memory.
///
/// # Example
/// ```
/// use refcycle_core::IDirectedGraph;
/// use refcycle_dot::AnnotatedGraph;
///
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(4096, "list[1]");
/// builder.vertex(8192, "dict[0]");
/// builder.edge(0, 4096, 8192, Some("item[0]"));
/// let graph = builder.build()?;
///
/// let list = graph.find_vertex(4096).unwrap();
/// let edge = graph.out_edges(list).next().unwrap();
/// assert_eq!(graph.edge_annotation(edge.id), Some("item[0]"));
/// assert_eq!(graph.vertex_annotation(edge.head), "dict[0]");
/// # Ok::<(), refcycle_dot::BuildError>(())
/// ```
#[derive(Default)]
pub struct AnnotatedGraph {
    pub(super) graph: Arc<CsrGraph>,
    pub(super) vertex_ids: ExternalIds,
    pub(super) vertex_names: Box<[NameId]>,
    // The data of an edge is at the position at which the edge was given.
    pub(super) edge_ids: ExternalIds,
    pub(super) edge_names: Box<[NameId]>,
    pub(super) order: EdgeOrder,
    pub(super) names: Names,
}

impl AnnotatedGraph {
    /// The graph without its annotations.
    pub fn graph(&self) -> &CsrGraph {
        &self.graph
    }

    /// The graph without its annotations, as a shared reference that can outlive this graph.
    pub fn shared_graph(&self) -> Arc<CsrGraph> {
        Arc::clone(&self.graph)
    }

    /// The id of a vertex.
    ///
    /// # Panics
    /// If `v` is not a vertex of this graph.
    pub fn vertex_id(&self, v: VertexId) -> u64 {
        self.vertex_ids.get(v.index())
    }

    /// The annotation of a vertex.
    ///
    /// # Panics
    /// If `v` is not a vertex of this graph.
    pub fn vertex_annotation(&self, v: VertexId) -> &str {
        self.names.object_label(self.vertex_names[v.index()])
    }

    /// The name of a vertex.
    ///
    /// # Panics
    /// If `v` is not a vertex of this graph.
    pub fn object_name(&self, v: VertexId) -> ObjectName<&str> {
        self.names.object(self.vertex_names[v.index()])
    }

    /// The id of an edge.
    ///
    /// # Panics
    /// If `e` is not an edge of this graph.
    pub fn edge_id(&self, e: EdgeId) -> u64 {
        self.edge_ids.get(self.order.place(e))
    }

    /// The annotation of an edge, if it has one.
    ///
    /// # Panics
    /// If `e` is not an edge of this graph.
    pub fn edge_annotation(&self, e: EdgeId) -> Option<&str> {
        self.names
            .reference_label(self.edge_names[self.order.place(e)])
    }

    /// The name of an edge, if it has one.
    ///
    /// # Panics
    /// If `e` is not an edge of this graph.
    pub fn reference_name(&self, e: EdgeId) -> Option<ReferenceName<&str>> {
        self.names.reference(self.edge_names[self.order.place(e)])
    }

    /// The vertex with this id. O(log vertices) time.
    pub fn find_vertex(&self, id: u64) -> Option<VertexId> {
        self.vertex_ids.find(id).map(VertexId::new)
    }

    /// The edge with this id. O(log edges) time.
    pub fn find_edge(&self, id: u64) -> Option<EdgeId> {
        self.edge_ids
            .find(id)
            .map(|place| self.order.edge(place as usize))
    }

    /// The ids of all vertices, in the order in which they were given.
    pub fn vertex_ids(&self) -> &[u64] {
        self.vertex_ids.as_slice()
    }

    /// The ids of all edges, in the order in which they were given.
    pub fn edge_ids(&self) -> &[u64] {
        self.edge_ids.as_slice()
    }

    /// An edge with both its ends. O(log vertices) time.
    ///
    /// # Panics
    /// If `e` is not an edge of this graph.
    pub fn edge(&self, e: EdgeId) -> Edge {
        self.graph.edge(e)
    }

    /// The edges in the order in which they were given. O(log vertices) time per edge.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = Edge> + '_ {
        (0..self.graph.edge_count()).map(|place| self.graph.edge(self.order.edge(place)))
    }

    /// The subgraph of these vertices, in this order, and all edges between them. It shares
    /// nothing with this graph: ids and annotations are copied. Repeated vertices are ignored.
    ///
    /// # Complexity
    /// O(vertices + the edges that leave them) time, plus sorting the ids.
    ///
    /// # Panics
    /// If one of them is not a vertex of this graph.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{IDirectedGraph, VertexId, Vertices};
    /// use refcycle_dot::AnnotatedGraph;
    /// let mut builder = AnnotatedGraph::builder();
    /// for id in [10, 20, 30] {
    ///     builder.vertex(id, "list[1]");
    /// }
    /// builder.edge(0, 10, 30, None);
    /// builder.edge(1, 10, 20, None);
    /// let graph = builder.build()?;
    /// let part = graph.subgraph([30, 10].map(|id| graph.find_vertex(id).unwrap()));
    /// assert_eq!((part.vertex_ids(), part.edge_ids()), (&[30, 10][..], &[0][..]));
    /// # Ok::<(), refcycle_dot::BuildError>(())
    /// ```
    pub fn subgraph(&self, vertices: impl IntoIterator<Item = VertexId>) -> Self {
        let (graph, parent_vertices, parent_edges) =
            Subgraph::induced(&*self.graph, vertices).into_parts();
        let mut names = NamesBuilder::default();
        let vertex_names = parent_vertices
            .iter()
            .map(|&v| names.object(self.object_name(v)))
            .collect();
        let mut places: Vec<_> = (0u32..)
            .zip(&parent_edges)
            .map(|(e, &parent)| (self.order.place(parent), e))
            .collect();
        places.sort_unstable();
        let edge_names = places
            .iter()
            .map(
                |&(place, _)| match self.names.reference(self.edge_names[place]) {
                    Some(name) => names.reference(name),
                    None => NameId::NONE,
                },
            )
            .collect();
        let mut order = vec![0; places.len()];
        for (place, &(_, e)) in (0..).zip(&places) {
            order[e as usize] = place;
        }
        let vertex_ids = parent_vertices.iter().map(|&v| self.vertex_id(v)).collect();
        let edge_ids = places
            .iter()
            .map(|&(place, _)| self.edge_ids.get(place))
            .collect();
        const PART: &str = "a part of a well-formed graph is well-formed";
        Self {
            graph: Arc::new(graph),
            vertex_ids: vertex_table(vertex_ids).expect(PART),
            vertex_names,
            edge_ids: edge_table(edge_ids).expect(PART),
            edge_names,
            order: EdgeOrder::new(order),
            names: names.finish().expect(PART),
        }
    }

    /// The number of bytes in this graph's arrays and texts.
    pub fn memory(&self) -> usize {
        self.graph.memory()
            + self.vertex_ids.memory()
            + self.edge_ids.memory()
            + size_of_val(&*self.vertex_names)
            + size_of_val(&*self.edge_names)
            + self.order.memory()
            + self.names.memory()
    }
}

impl PartialEq for AnnotatedGraph {
    /// Whether the graphs have the same vertices and edges in the same order.
    fn eq(&self, other: &Self) -> bool {
        self.vertex_ids() == other.vertex_ids()
            && self.edge_ids() == other.edge_ids()
            && self
                .graph
                .vertices()
                .all(|v| self.vertex_annotation(v) == other.vertex_annotation(v))
            && self.edges().zip(other.edges()).all(|(mine, theirs)| {
                (mine.tail, mine.head) == (theirs.tail, theirs.head)
                    && self.edge_annotation(mine.id) == other.edge_annotation(theirs.id)
            })
    }
}

impl Eq for AnnotatedGraph {}

impl fmt::Debug for AnnotatedGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnnotatedGraph")
            .field("vertices", &self.graph.vertex_count())
            .field("edges", &self.graph.edge_count())
            .finish_non_exhaustive()
    }
}
