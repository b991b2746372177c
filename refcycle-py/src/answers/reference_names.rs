//! The names of references along a path.

use pyo3::prelude::*;
use refcycle_core::{IDirectedGraph, Successors, VertexId};
use refcycle_dot::names::ReferenceName;

use crate::annotate::{Values, names_of};
use crate::engine::Engine;
use crate::heap::{Measured, paused};

/// The names of references along a path.
pub(super) struct ReferenceNames<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    measured: Measured,
}

impl<'e, 'py> ReferenceNames<'e, 'py> {
    pub(super) fn new(py: Python<'py>, engine: &'e Engine) -> Self {
        Self {
            py,
            engine,
            measured: Measured::default(),
        }
    }

    /// How each vertex refers to the next one, and on a cycle the last to the first.
    pub(super) fn along(
        &mut self,
        path: &[VertexId],
        is_cycle: bool,
    ) -> PyResult<Vec<Vec<ReferenceName<String>>>> {
        let next = path.iter().skip(1).chain(path.first().filter(|_| is_cycle));
        path.iter()
            .zip(next)
            .map(|(&tail, &head)| self.between(tail, head))
            .collect()
    }

    /// Measures the structs of an object's type.
    pub(super) fn measure(&mut self, v: VertexId) -> PyResult<()> {
        self.measured.see(self.py, self.engine.objects(), v.index())
    }

    /// The names of the references from one object to another.
    pub(super) fn between(
        &mut self,
        tail: VertexId,
        head: VertexId,
    ) -> PyResult<Vec<ReferenceName<String>>> {
        let graph = self.engine.graph().expect("there is a reference");
        let count = graph
            .successors(tail)
            .filter(|&found| found == head)
            .count();
        if self.engine.kind().is_from_file() {
            let edges = graph.out_edges(tail).filter(|edge| edge.head == head);
            let names = edges.map(|edge| self.engine.saved_reference(self.py, tail, edge.id));
            return Ok(names.flatten().map(|name| name.owned()).collect());
        }
        let objects = self.engine.objects();
        self.measured.see(self.py, objects, tail.index())?;
        Ok(paused(self.py, |heap| {
            let heads = std::iter::repeat_n(heap.see(&objects[head.index()]), count);
            let names = names_of(heap.see(&objects[tail.index()]), heads, Values::Shown);
            names.into_iter().flatten().collect()
        }))
    }
}
