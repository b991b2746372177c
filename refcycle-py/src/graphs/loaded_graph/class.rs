//! The class, and the kind of its vertices.

use std::sync::Arc;

use pyo3::prelude::*;
use refcycle_core::{Edge, VertexId};
use refcycle_dot::AnnotatedGraph;
use refcycle_dot::names::ReferenceName;
use refcycle_dot::text::class_of;

use crate::engine::{Engine, GraphKind, HeldBuffer, SavedObject, saved_size};
use crate::graphs::base::GraphBase;
use crate::graphs::object_graph::ObjectGraph;
use crate::heap::Measured;
use crate::outputs::named;

/// A graph that was saved to a file: the result of `refcycle.load`.
///
/// Its vertices are `SavedObject`s. It supports the same queries as an `ObjectGraph`, with the
/// data of the file: labels, sizes, counts and holders are those of the moment when it was saved.
/// Parts of it are `LoadedGraph`s too.
#[pyclass(extends = ObjectGraph, subclass, module = "refcycle.loaded_graph")]
pub(crate) struct LoadedGraph;

/// Objects that are known from a file: `SavedObject`s.
pub(in crate::graphs) struct SavedObjects;

impl GraphKind for SavedObjects {
    fn of_part(&self, _py: Python<'_>) -> Box<dyn GraphKind> {
        Box::new(Self)
    }

    fn wrap(&self, py: Python<'_>, engine: Engine) -> PyResult<Py<PyAny>> {
        let base = PyClassInitializer::from(GraphBase::new(engine));
        let object_graph = base.add_subclass(ObjectGraph);
        Ok(Py::new(py, object_graph.add_subclass(LoadedGraph))?.into_any())
    }

    fn is_of_objects(&self) -> bool {
        true
    }

    fn is_from_file(&self) -> bool {
        true
    }

    fn label(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        let saved = engine.saved(py, v);
        Ok(saved.name().long().into_owned())
    }

    fn group(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        Ok(class_of(engine.saved(py, v).name()).to_owned())
    }

    fn groups_by_type(&self) -> bool {
        false
    }

    fn edge_names(
        &self,
        py: Python<'_>,
        engine: &Engine,
        _measured: &mut Measured,
        edges: &[Edge],
    ) -> PyResult<Vec<Option<ReferenceName<String>>>> {
        Ok(edges
            .iter()
            .map(|edge| engine.saved_reference(py, edge.tail, edge.id))
            .map(|name| name.map(|name| name.owned()))
            .collect())
    }

    fn named(&self, py: Python<'_>, engine: &Engine) -> PyResult<Arc<AnnotatedGraph>> {
        named::of_saved(py, engine).map(Arc::new)
    }

    fn key<'py>(
        &self,
        py: Python<'py>,
        engine: &Engine,
        v: VertexId,
    ) -> PyResult<Bound<'py, PyAny>> {
        let address = engine.saved(py, v).address();
        Ok(address.into_pyobject(py)?.into_any())
    }

    fn size(&self, py: Python<'_>, vertex: &Py<PyAny>) -> u64 {
        saved_size(SavedObject::of(py, vertex))
    }

    fn sizes(&self, py: Python<'_>, vertices: &[Py<PyAny>]) -> Vec<u64> {
        let sizes = vertices.iter().map(|vertex| self.size(py, vertex));
        sizes.collect()
    }

    fn type_name(&self, py: Python<'_>, vertex: &Py<PyAny>) -> String {
        SavedObject::of(py, vertex).short_type_name().to_owned()
    }

    fn type_key(&self, py: Python<'_>, vertex: &Py<PyAny>) -> usize {
        SavedObject::of(py, vertex).type_number()
    }

    fn buffers(&self, py: Python<'_>, engine: &Engine) -> PyResult<Vec<HeldBuffer>> {
        HeldBuffer::of_saved(py, engine)
    }
}
