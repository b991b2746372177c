//! Parts of a graph as separate graphs.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_core::views::Subgraph;

use super::memory_needs;
use super::objects::Objects;
use super::searches::ask;
use super::{EdgeNames, Engine};
use crate::heap::{Held, SLICE, Turns};
use crate::interrupt::{self, Checkpoint};

impl Engine {
    /// The subgraph of these vertices and all edges between them.
    pub(crate) fn induced(&self, py: Python<'_>, vertices: Vec<VertexId>) -> PyResult<Self> {
        /// So many vertices say how large the others are.
        const SOME: usize = 1000;

        let graph = &*self.any_graph();
        let some = vertices.iter().take(SOME);
        let edges: usize = some.map(|&v| graph.out_degree(v)).sum();
        let subgraph = interrupt::run(py, vertices.len() + edges, |_| {
            ask(memory_needs::subgraph(graph, &vertices))?;
            ControlFlow::Continue(Subgraph::induced(graph, vertices))
        })?;
        self.subgraph(py, subgraph)
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
            _ => EdgeNames::Kept(interrupt::run(py, edges.len(), |_| {
                let numbers = edges.iter().map(|&edge| self.edge_number(edge));
                ControlFlow::Continue(numbers.collect())
            })?),
        };
        let mut part = Self::new(self.kind().of_part(py), objects, graph, names);
        part.counts = interrupt::run(py, vertices.len(), |_| {
            ControlFlow::Continue(self.counts_of(&vertices))
        })?;
        if let (Some(part), Some(body)) = (&mut part.body, &self.body) {
            part.origin = body.origin.clone();
        }
        Ok(part)
    }

    pub(crate) fn hold(&self, py: Python<'_>, vertices: &[VertexId]) -> PyResult<Held> {
        let mut checkpoint = Checkpoint::new();
        let mut objects = Vec::with_capacity(vertices.len());
        for &v in vertices {
            checkpoint.step(py)?;
            objects.push(self.object(py, v)?.unbind());
        }
        Ok(objects.into())
    }

    /// Releases the objects of a graph that is not needed any more, and lets other threads run in
    /// between.
    pub(crate) fn release(mut self, py: Python<'_>) {
        let Objects::Held(objects) = std::mem::take(&mut self.objects) else {
            return;
        };
        let mut turns = Turns::default();
        let mut objects = objects.into_owned();
        while !objects.is_empty() {
            objects.truncate(objects.len().saturating_sub(SLICE));
            if !objects.is_empty() {
                turns.give(py);
            }
        }
    }
}
