//! Parts of a graph as separate graphs.

use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_core::views::Subgraph;

use super::memory_needs;
use super::{EdgeNames, Engine};
use crate::heap::Held;
use crate::heap::memory;

impl Engine {
    /// The subgraph of these vertices and all edges between them.
    pub(crate) fn induced(&self, py: Python<'_>, vertices: Vec<VertexId>) -> PyResult<Self> {
        let graph = &*self.any_graph();
        memory::ask(memory_needs::subgraph(graph, &vertices))?;
        self.subgraph(py, Subgraph::induced(graph, vertices))
    }

    /// A subgraph of the core's graph as a separate graph.
    pub(super) fn subgraph(&self, py: Python<'_>, subgraph: Subgraph) -> PyResult<Self> {
        let (graph, vertices, edges) = subgraph.into_parts();
        let objects = self.hold(py, &vertices)?;
        let names = match self.body.as_deref().map(|body| &body.edges) {
            Some(EdgeNames::Objects(_) | EdgeNames::OnDemand) => {
                let edges = edges.iter().map(|&edge| self.edge_name(py, edge));
                let edges: PyResult<_> = edges.map(|edge| edge.map(Bound::unbind)).collect();
                EdgeNames::Objects(edges?)
            }
            _ => EdgeNames::Kept(edges.iter().map(|&edge| self.edge_number(edge)).collect()),
        };
        let mut part = Self::new(self.kind().of_part(py), objects, graph, names);
        part.counts = self.counts_of(&vertices);
        if let (Some(part), Some(body)) = (&mut part.body, &self.body) {
            part.origin = body.origin.clone();
        }
        Ok(part)
    }

    pub(super) fn hold(&self, py: Python<'_>, vertices: &[VertexId]) -> PyResult<Held> {
        let objects = vertices.iter().map(|&v| self.object(py, v));
        objects.map(|object| object.map(Bound::unbind)).collect()
    }
}
