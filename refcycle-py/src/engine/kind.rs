//! The parts of a graph class that are not in the engine.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::{Edge, EdgeId, VertexId};
use refcycle_dot::AnnotatedGraph;
use refcycle_dot::names::{ObjectName, ReferenceName};

use super::{Engine, HeldBuffer};
use crate::annotate::type_name_of;
use crate::heap::{Measured, paused, shallow_size, shallow_sizes};

/// What the vertices of a graph are, and how they are found, named and measured.
///
/// Each kind of graph has one implementation. The default methods do what most kinds need.
pub(crate) trait GraphKind: Send + Sync {
    /// The kind of a part of the graph.
    fn of_part(&self, py: Python<'_>) -> Box<dyn GraphKind>;

    /// The graph as an object of its Python class.
    fn wrap(&self, py: Python<'_>, engine: Engine) -> PyResult<Py<PyAny>>;

    /// Whether the vertices are objects of a heap, live or saved: compared by identity, with sizes
    /// and with references from outside.
    fn is_of_objects(&self) -> bool {
        false
    }

    /// Whether the vertices are `SavedObject`s, which are known only from their file.
    fn is_from_file(&self) -> bool {
        false
    }

    /// Whether a vertex can be shown without running user code.
    fn is_quiet(&self) -> bool {
        true
    }

    /// The vertices and edges, if they are created on demand.
    fn on_demand(&self) -> Option<&dyn OnDemand> {
        None
    }

    /// The name of a vertex in one line, for people.
    fn label(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String>;

    /// How vertices are grouped in a text or a table: by the name of their type, or by a part
    /// of their label.
    fn group(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        Ok(engine.type_name(py, v))
    }

    /// Whether vertices with the same [`type_key`](Self::type_key) are in one group.
    fn groups_by_type(&self) -> bool {
        true
    }

    /// The name of a vertex as the holder of references.
    fn holder_name(
        &self,
        py: Python<'_>,
        engine: &Engine,
        v: VertexId,
    ) -> PyResult<ObjectName<String>> {
        self.label(py, engine, v).map(ObjectName::Other)
    }

    /// The names of the edges that leave a vertex; `None` for those without a name.
    fn edge_names(
        &self,
        _py: Python<'_>,
        _engine: &Engine,
        _measured: &mut Measured,
        edges: &[Edge],
    ) -> PyResult<Vec<Option<ReferenceName<String>>>> {
        Ok(vec![None; edges.len()])
    }

    /// The whole graph with its labels.
    fn named(&self, py: Python<'_>, engine: &Engine) -> PyResult<Arc<AnnotatedGraph>>;

    /// The key of a vertex in a graph of another package.
    fn key<'py>(
        &self,
        py: Python<'py>,
        engine: &Engine,
        v: VertexId,
    ) -> PyResult<Bound<'py, PyAny>> {
        engine.object(py, v)
    }

    /// The bytes that a vertex itself uses.
    fn size(&self, py: Python<'_>, vertex: &Py<PyAny>) -> u64 {
        shallow_size(vertex.bind(py)) as u64
    }

    /// The bytes that each vertex itself uses.
    fn sizes(&self, py: Python<'_>, vertices: &[Py<PyAny>]) -> Vec<u64> {
        shallow_sizes(py, vertices)
    }

    /// The memory outside of Python's objects that the vertices use.
    fn buffers(&self, _py: Python<'_>, _engine: &Engine) -> PyResult<Vec<HeldBuffer>> {
        Ok(Vec::new())
    }

    /// The name of the type of a vertex, without module and enclosing classes.
    fn type_name(&self, py: Python<'_>, vertex: &Py<PyAny>) -> String {
        paused(py, |heap| type_name_of(heap.see(vertex)))
    }

    /// A number that vertices of one type share.
    fn type_key(&self, py: Python<'_>, vertex: &Py<PyAny>) -> usize {
        vertex.bind(py).get_type_ptr() as usize
    }

    /// Shows the references of the kind itself to the collector.
    fn traverse(&self, _visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }

    /// Releases the references of the kind itself.
    fn clear(&mut self) {}
}

/// Vertices and edges that become Python objects on demand.
pub(crate) trait OnDemand {
    /// The number of vertices.
    fn vertex_count(&self) -> usize;

    /// A vertex: the same object for as long as something holds it.
    fn vertex<'py>(&self, py: Python<'py>, v: VertexId) -> PyResult<Bound<'py, PyAny>>;

    /// An edge: the same object for as long as something holds it.
    fn edge<'py>(&self, py: Python<'py>, e: EdgeId) -> PyResult<Bound<'py, PyAny>>;

    /// The vertex that is equal to an object.
    fn find_vertex(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<VertexId>>;

    /// The edge that is equal to an object.
    fn find_edge(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<EdgeId>>;
}
