//! Builds an [`AnnotatedGraph`] from vertices and edges in any order.

use refcycle_core::{CsrBuilder, Error, MAX_EDGES, MAX_VERTICES, VertexId};

use super::error::BuildError;
use super::graph::AnnotatedGraph;
use super::ids::{edge_table, vertex_table};
use super::order::EdgeOrder;
use crate::names::{NameId, NamesBuilder, ObjectName, ReferenceName};

/// Collects annotated vertices and edges. An edge may come before its vertices:
/// [`build`](Self::build) checks once that everything is consistent.
///
/// # Complexity
/// O(log vertices) time per edge, in [`build`](Self::build). Memory until then: 12 bytes per
/// vertex, 28 per edge, and each distinct annotation once.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, BuildError};
///
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "list[1]");
/// builder.edge(0, 1, 2, Some("item[0]"));
/// let error = builder.build().unwrap_err();
/// assert_eq!(error, BuildError::NoSuchVertex { id: 2, edge: 0, index: 0, end: "head" });
/// ```
#[derive(Clone, Debug, Default)]
pub struct AnnotatedGraphBuilder {
    pub(crate) names: NamesBuilder,
    vertices: Vec<u64>,
    vertex_names: Vec<NameId>,
    edges: Vec<u64>,
    edge_names: Vec<NameId>,
    tails: Vec<u64>,
    heads: Vec<u64>,
}

impl AnnotatedGraph {
    /// Creates a builder to which you can add vertices and edges in any order.
    pub fn builder() -> AnnotatedGraphBuilder {
        AnnotatedGraphBuilder::default()
    }
}

impl AnnotatedGraphBuilder {
    /// Adds a vertex. [`ObjectName::parse`] turns the annotation into its name.
    pub fn vertex(&mut self, id: u64, annotation: &str) {
        let name = self.names.parse_object(annotation);
        self.push_vertex(id, name);
    }

    /// Adds an edge from the vertex with the id `tail` to the vertex with the id `head`.
    /// [`ReferenceName::parse`] turns the annotation into its name.
    pub fn edge(&mut self, id: u64, tail: u64, head: u64, annotation: Option<&str>) {
        let name = annotation.map_or(NameId::NONE, |text| self.names.parse_reference(text));
        self.push_edge(id, tail, head, name);
    }

    /// Adds a vertex with a name.
    pub fn named_vertex<T: AsRef<str>>(&mut self, id: u64, name: &ObjectName<T>) {
        let name = self.names.object(name.borrowed());
        self.push_vertex(id, name);
    }

    /// Adds an edge like [`edge`](Self::edge), but with a name.
    pub fn named_edge<T: AsRef<str>>(
        &mut self,
        id: u64,
        tail: u64,
        head: u64,
        name: Option<&ReferenceName<T>>,
    ) {
        let name = name.map_or(NameId::NONE, |name| self.names.reference(name.borrowed()));
        self.push_edge(id, tail, head, name);
    }

    pub(crate) fn push_vertex(&mut self, id: u64, name: NameId) {
        self.vertices.push(id);
        self.vertex_names.push(name);
    }

    pub(crate) fn push_edge(&mut self, id: u64, tail: u64, head: u64, name: NameId) {
        self.edges.push(id);
        self.tails.push(tail);
        self.heads.push(head);
        self.edge_names.push(name);
    }

    /// Builds the graph.
    ///
    /// # Errors
    /// [`BuildError`]: the first inconsistency; vertices are checked before edges.
    pub fn build(self) -> Result<AnnotatedGraph, BuildError> {
        if self.vertices.len() > MAX_VERTICES {
            let count = self.vertices.len();
            return Err(Error::too_many_vertices(count).into());
        }
        if self.edges.len() > MAX_EDGES {
            let count = self.edges.len();
            return Err(Error::too_many_edges(count).into());
        }
        let names = self.names.finish().ok_or(BuildError::TooManyAnnotations)?;
        let vertex_ids = vertex_table(self.vertices)?;

        let mut csr = CsrBuilder::with_capacity(vertex_ids.as_slice().len(), self.edges.len());
        let mut known_tail = None;
        for (index, (&tail, &head)) in self.tails.iter().zip(&self.heads).enumerate() {
            let find = |id, end| {
                let edge = self.edges[index];
                let missing = BuildError::NoSuchVertex {
                    id,
                    edge,
                    index,
                    end,
                };
                vertex_ids.find(id).map(VertexId::new).ok_or(missing)
            };
            // Most edges arrive grouped by tail.
            let from = match known_tail {
                Some((id, v)) if id == tail => v,
                _ => find(tail, "tail")?,
            };
            known_tail = Some((tail, from));
            csr.add_edge(from, find(head, "head")?)?;
        }
        drop((self.tails, self.heads));

        let (graph, order) = csr.build_with_order()?;
        Ok(AnnotatedGraph {
            graph: graph.into(),
            vertex_ids,
            vertex_names: self.vertex_names.into(),
            edge_ids: edge_table(self.edges)?,
            edge_names: self.edge_names.into(),
            order: EdgeOrder::new(order),
            names,
        })
    }
}
