//! What two files of one process do not have in common.

use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::VertexId;
use refcycle_dot::dump::{Difference, HeapDump};

use super::base::{GraphBase, wrap};
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::{self, Checkpoint};

/// Some objects of a `LoadedGraph`, as numbers. The graph of them is made when it is asked
/// for.
#[pyclass(frozen, module = "refcycle._refcycle")]
pub(crate) struct SavedObjectSet {
    graph: Py<GraphBase>,
    vertices: Vec<VertexId>,
}

impl SavedObjectSet {
    /// The objects, ascending, if they are vertices of this graph.
    pub(super) fn vertices_in(&self, graph: &Bound<'_, PyAny>) -> Option<&[VertexId]> {
        self.graph.is(graph).then_some(&self.vertices)
    }
}

#[crate::border::guarded]
#[pymethods]
impl SavedObjectSet {
    fn __len__(&self) -> usize {
        self.vertices.len()
    }

    /// Returns the graph of these objects, as `full_subgraph` does.
    fn graph(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let graph = self.graph.borrow(py);
        wrap(py, graph.engine.induced(py, self.vertices.clone())?)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.graph)
    }
}

/// Returns the objects that only the earlier and only the later of two graphs from files have: none
/// of their type is at their address in the other file.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_compare_files")]
pub(crate) fn compare_files(
    before: &Bound<'_, GraphBase>,
    after: &Bound<'_, GraphBase>,
) -> PyResult<(SavedObjectSet, SavedObjectSet)> {
    let py = before.py();
    let found = {
        let (one, other) = (before.borrow(), after.borrow());
        if [&one, &other]
            .iter()
            .any(|graph| !graph.engine.kind().is_from_file())
        {
            return Err(PyTypeError::new_err("both graphs must be from files"));
        }
        difference(py, &one.engine, &other.engine)?
    };
    let set = |graph: &Bound<'_, GraphBase>, places: Vec<u32>| SavedObjectSet {
        graph: graph.clone().unbind(),
        vertices: places.into_iter().map(VertexId::new).collect(),
    };
    Ok((set(before, found.gone), set(after, found.new)))
}

fn difference(py: Python<'_>, before: &Engine, after: &Engine) -> PyResult<Difference> {
    let count = before.vertex_count() + after.vertex_count();
    memory::ask((Difference::BYTES_AN_OBJECT + size_of::<VertexId>()) * count)?;
    let all = |engine: &Engine| (0..engine.vertex_count() as u32).collect();
    match (Saved::of(py, before)?, Saved::of(py, after)?) {
        (Some(one), Some(other)) => interrupt::run(py, count, |signals| {
            let one = (&*one.dump, &one.vertices[..]);
            let other = (&*other.dump, &other.vertices[..]);
            Difference::of(one, other, signals)
        }),
        // A graph without vertices has no file.
        _ => Ok(Difference {
            gone: all(before),
            new: all(after),
        }),
    }
}

/// The objects of a graph in their file.
struct Saved {
    dump: Arc<HeapDump>,
    vertices: Vec<VertexId>,
}

impl Saved {
    fn of(py: Python<'_>, engine: &Engine) -> PyResult<Option<Self>> {
        let mut checkpoint = Checkpoint::new();
        let mut vertices = Vec::with_capacity(engine.vertex_count());
        for v in engine.vertices() {
            checkpoint.step(py)?;
            vertices.push(engine.saved(py, v).vertex());
        }
        Ok(engine.dump(py).map(|dump| Self {
            dump: Arc::clone(dump),
            vertices,
        }))
    }
}
