//! The number of references to objects, and how many of them come from outside the graph.

use pyo3::prelude::*;
use refcycle_core::{EdgeId, IDirectedGraph, VertexId};

use super::{Body, Engine};
use crate::heap::UNKNOWN;
use crate::heap::memory;

impl Engine {
    /// The reference count of a vertex, without our own references; `None` if it is not known.
    pub(crate) fn reference_count(&self, v: VertexId) -> Option<u32> {
        let count = self.counts.get(v.index()).copied();
        count.filter(|&count| count != UNKNOWN)
    }

    /// Whether an edge is not included in any reference count.
    pub(crate) fn is_edge_uncounted(&self, edge: EdgeId) -> bool {
        let body = self.body.as_deref();
        body.is_some_and(|body| self.is_uncounted(body, edge.index()))
    }

    /// For each vertex, the number of references from outside the graph; `None` if it is not
    /// known.
    pub(crate) fn external_references(&self) -> PyResult<Vec<Option<u32>>> {
        memory::ask(12 * self.vertex_count())?;
        // The graph was not read from a heap.
        if self.counts.is_empty() {
            return Ok(vec![None; self.vertex_count()]);
        }
        let mut inside = vec![0u32; self.vertex_count()];
        if let Some(body) = self.body.as_deref() {
            for &head in body.graph.heads() {
                inside[head as usize] += 1;
            }
            for (edge, &head) in body.graph.heads().iter().enumerate() {
                if self.is_uncounted(body, edge) {
                    inside[head as usize] -= 1;
                }
            }
        }
        let counts = self.counts.iter().zip(inside);
        let outside = counts.map(|(&count, inside)| {
            (count != UNKNOWN)
                .then(|| count.checked_sub(inside))
                .flatten()
        });
        Ok(outside.collect())
    }

    /// The vertices with references from outside the graph, and those whose count is unknown.
    pub(crate) fn held_from_outside(&self) -> PyResult<Vec<VertexId>> {
        let external = self.external_references()?.into_iter().enumerate();
        let held = external.filter(|&(_, count)| count != Some(0));
        Ok(held.map(|(v, _)| VertexId::from_index(v)).collect())
    }

    /// Bytes of the reference counts.
    pub(crate) fn counts_memory(&self) -> usize {
        size_of_val(&*self.counts)
    }

    /// Whether an edge, given by its own number, is not included in any reference count.
    fn is_uncounted(&self, body: &Body, edge: usize) -> bool {
        let Some(origin) = body.origin.as_deref() else {
            return false;
        };
        if origin.uncounted.is_empty() {
            return false;
        }
        let number = self.edge_number(EdgeId::from_index(edge));
        origin.uncounted.binary_search(&number).is_ok()
    }

    /// The number of references to a vertex from outside the graph; `None` if it is not known.
    pub(crate) fn external_references_of(&self, v: VertexId) -> PyResult<Option<u32>> {
        let Some(count) = self.reference_count(v) else {
            return Ok(None);
        };
        let Some(body) = self.body.as_deref() else {
            return Ok(Some(count));
        };
        self.ask_for_backward()?;
        let edges = body.graph.in_edges(v);
        let inside = edges.filter(|edge| !self.is_uncounted(body, edge.id.index()));
        Ok(count.checked_sub(inside.count() as u32))
    }

    pub(super) fn counts_of(&self, vertices: &[VertexId]) -> Box<[u32]> {
        if self.counts.is_empty() {
            return Box::default();
        }
        vertices.iter().map(|v| self.counts[v.index()]).collect()
    }
}
