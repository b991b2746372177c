//! The number of references to objects, and how many of them come from outside the graph.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::{EdgeId, IDirectedGraph, VertexId};

use super::{Body, EdgeNames, Engine};
use crate::heap::UNKNOWN;
use crate::heap::memory;

impl Engine {
    /// The reference count of a vertex, without our own references; `None` if it is not known.
    pub(crate) fn reference_count(&self, v: VertexId) -> Option<u32> {
        let count = self.counts.get(v.index()).copied();
        count.filter(|&count| count != UNKNOWN)
    }

    /// The reference counts of the vertices, [`UNKNOWN`] if one is not known; empty if none is.
    pub(crate) fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// Whether an edge is not included in any reference count.
    pub(crate) fn is_edge_uncounted(&self, edge: EdgeId) -> bool {
        let body = self.body.as_deref();
        body.is_some_and(|body| self.is_uncounted(body, edge.index()))
    }

    /// For each vertex, the number of references from outside the graph; `None` if it is not
    /// known.
    pub(crate) fn external_references(
        &self,
        py: Python<'_>,
    ) -> PyResult<impl ExactSizeIterator<Item = Option<u32>> + use<>> {
        memory::ask(4 * self.vertex_count())?;
        let outside = self.run(py, |_| ControlFlow::Continue(self.outside()))?;
        let outside = outside.into_iter();
        Ok(outside.map(|count| (count != UNKNOWN).then_some(count)))
    }

    /// For each vertex, the number of references from outside the graph, or [`UNKNOWN`].
    fn outside(&self) -> Vec<u32> {
        let mut inside = vec![0u32; self.vertex_count()];
        if let Some(body) = self.body.as_deref() {
            for &head in body.graph.heads() {
                inside[head as usize] += 1;
            }
            let uncounted = body.origin.as_deref().map(|origin| &*origin.uncounted);
            match (&body.edges, uncounted.unwrap_or_default()) {
                (_, []) => {}
                (EdgeNames::Numbers, uncounted) => {
                    for &edge in uncounted {
                        inside[body.graph.heads()[edge as usize] as usize] -= 1;
                    }
                }
                _ => {
                    for (edge, &head) in body.graph.heads().iter().enumerate() {
                        if self.is_uncounted(body, edge) {
                            inside[head as usize] -= 1;
                        }
                    }
                }
            }
        }
        // Without counts, the graph was not read from a heap.
        let counts = self.counts.iter().copied();
        let counts = counts.chain(std::iter::repeat(UNKNOWN));
        for (inside, count) in inside.iter_mut().zip(counts) {
            let outside = count.checked_sub(*inside).filter(|_| count != UNKNOWN);
            *inside = outside.unwrap_or(UNKNOWN);
        }
        inside
    }

    /// The vertices with references from outside the graph, and those whose count is unknown.
    pub(crate) fn held_from_outside(&self, py: Python<'_>) -> PyResult<Vec<VertexId>> {
        memory::ask(4 * self.vertex_count())?;
        self.run(py, |_| {
            let outside = self.outside();
            let held = outside.iter().enumerate().filter(|&(_, &count)| count != 0);
            ControlFlow::Continue(held.map(|(v, _)| VertexId::from_index(v)).collect())
        })
    }

    /// Bytes of the array of vertices.
    pub(crate) fn vertices_memory(&self) -> usize {
        let range = self.objects.memory();
        range.end as usize - range.start as usize
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
    pub(crate) fn external_references_of(
        &self,
        py: Python<'_>,
        v: VertexId,
    ) -> PyResult<Option<u32>> {
        let Some(count) = self.reference_count(v) else {
            return Ok(None);
        };
        let Some(body) = self.body.as_deref() else {
            return Ok(Some(count));
        };
        self.ask_for_in_edges(py)?;
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
