//! The class, and the kind of its vertices.

use std::sync::Arc;

use pyo3::prelude::*;
use refcycle_core::{Edge, VertexId};
use refcycle_dot::AnnotatedGraph;
use refcycle_dot::names::ReferenceName;
use refcycle_dot::text::class_of;

use crate::annotate::{Values, names_of, object_name};
use crate::engine::{Engine, GraphKind, HeldBuffer, long_name_of};
use crate::graphs::base::{GraphBase, object_of};
use crate::heap::{Measured, paused};
use crate::outputs::named;

/// A graph whose vertices are objects, compared by identity, and whose edges are the references
/// between them.
///
/// `objects` is any iterable of objects; an object that occurs several times is one vertex.
#[pyclass(extends = GraphBase, subclass, module = "refcycle.object_graph")]
pub(crate) struct ObjectGraph;

/// Objects of this process, compared by identity.
pub(in crate::graphs) struct LiveObjects;

impl GraphKind for LiveObjects {
    fn of_part(&self, _py: Python<'_>) -> Box<dyn GraphKind> {
        Box::new(Self)
    }

    fn wrap(&self, py: Python<'_>, engine: Engine) -> PyResult<Py<PyAny>> {
        object_of(py, engine, ObjectGraph)
    }

    fn is_of_objects(&self) -> bool {
        true
    }

    fn label(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        Ok(long_name_of(engine.objects()[v.index()].bind(py)))
    }

    // The class in a name depends only on the type of the object.
    fn group(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        let object = &engine.objects()[v.index()];
        let name = paused(py, |heap| object_name(heap.see(object), Values::Shown));
        Ok(class_of(name.borrowed()).to_owned())
    }

    fn edge_names(
        &self,
        py: Python<'_>,
        engine: &Engine,
        measured: &mut Measured,
        edges: &[Edge],
    ) -> PyResult<Vec<Option<ReferenceName<String>>>> {
        let Some(first) = edges.first() else {
            return Ok(Vec::new());
        };
        let objects = engine.objects();
        measured.see(py, objects, first.tail.index())?;
        Ok(paused(py, |heap| {
            let object = |v: VertexId| heap.see(&objects[v.index()]);
            let heads = edges.iter().map(|edge| object(edge.head));
            names_of(object(first.tail), heads, Values::Shown)
        }))
    }

    fn named(&self, py: Python<'_>, engine: &Engine) -> PyResult<Arc<AnnotatedGraph>> {
        named::of_objects(py, engine).map(Arc::new)
    }

    fn key<'py>(
        &self,
        py: Python<'py>,
        engine: &Engine,
        v: VertexId,
    ) -> PyResult<Bound<'py, PyAny>> {
        let address = engine.objects()[v.index()].as_ptr() as u64;
        Ok(address.into_pyobject(py)?.into_any())
    }

    fn buffers(&self, py: Python<'_>, engine: &Engine) -> PyResult<Vec<HeldBuffer>> {
        HeldBuffer::of_objects(py, engine)
    }
}
