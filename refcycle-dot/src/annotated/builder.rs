//! Making an [`AnnotatedGraph`] of vertices and edges in any order.

use refcycle_core::{CsrBuilder, Error, MAX_EDGES, MAX_VERTICES, VertexId};

use super::ids::ExternalIds;
use super::order::EdgeOrder;
use super::strings::{Interner, StringId};
use super::{AnnotatedGraph, BuildError};

/// Collects annotated vertices and edges. An edge may come before its vertices: whether
/// everything fits together is asked once, by [`build`](Self::build).
///
/// # Complexity
/// O(log vertices) time an edge, at the end. Holds 12 bytes a vertex and 28 an edge
/// while it collects, beside each different annotation once.
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
    pub(crate) strings: Interner,
    vertices: Vec<u64>,
    vertex_annotations: Vec<StringId>,
    edges: Vec<u64>,
    edge_annotations: Vec<StringId>,
    tails: Vec<u64>,
    heads: Vec<u64>,
}

impl AnnotatedGraphBuilder {
    /// Adds a vertex.
    pub fn vertex(&mut self, id: u64, annotation: &str) {
        let annotation = self.strings.intern(annotation);
        self.push_vertex(id, annotation);
    }

    /// Adds an edge from the vertex with the id `tail` to that with the id `head`.
    pub fn edge(&mut self, id: u64, tail: u64, head: u64, annotation: Option<&str>) {
        let annotation = annotation.map_or(StringId::NONE, |text| self.strings.intern(text));
        self.push_edge(id, tail, head, annotation);
    }

    pub(crate) fn push_vertex(&mut self, id: u64, annotation: StringId) {
        self.vertices.push(id);
        self.vertex_annotations.push(annotation);
    }

    pub(crate) fn push_edge(&mut self, id: u64, tail: u64, head: u64, annotation: StringId) {
        self.edges.push(id);
        self.tails.push(tail);
        self.heads.push(head);
        self.edge_annotations.push(annotation);
    }

    /// Makes the graph.
    ///
    /// # Errors
    /// [`BuildError`]: the first thing that is wrong, vertices before edges.
    pub fn build(self) -> Result<AnnotatedGraph, BuildError> {
        if self.vertices.len() > MAX_VERTICES {
            let count = self.vertices.len();
            return Err(Error::too_many_vertices(count).into());
        }
        if self.edges.len() > MAX_EDGES {
            let count = self.edges.len();
            return Err(Error::too_many_edges(count).into());
        }
        let strings = self
            .strings
            .finish()
            .ok_or(BuildError::TooManyAnnotations)?;
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
            // Edges mostly come grouped by tail.
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
            graph,
            vertex_ids,
            vertex_annotations: self.vertex_annotations.into(),
            edge_ids: edge_table(self.edges)?,
            edge_annotations: self.edge_annotations.into(),
            order: EdgeOrder::new(order),
            strings,
        })
    }
}

pub(super) fn vertex_table(ids: Vec<u64>) -> Result<ExternalIds, BuildError> {
    ExternalIds::new(ids).map_err(|found| BuildError::DuplicateVertex {
        id: found.id,
        index: found.index,
    })
}

pub(super) fn edge_table(ids: Vec<u64>) -> Result<ExternalIds, BuildError> {
    ExternalIds::new(ids).map_err(|found| BuildError::DuplicateEdge {
        id: found.id,
        index: found.index,
    })
}
