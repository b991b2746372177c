//! The class, and what its vertices are.

use std::sync::Arc;

use pyo3::prelude::*;
use refcycle_core::{Edge, VertexId};
use refcycle_dot::AnnotatedGraph;
use refcycle_dot::text::class_of;

use crate::annotate::{Values, names_of, object_annotation, object_name};
use crate::engine::{Engine, GraphKind};
use crate::graphs::base::{GraphBase, object_of};
use crate::heap::{Measured, paused};
use crate::outputs::named;

/// A graph whose vertices are objects, told apart by identity, and whose edges are the
/// references between them.
///
/// `objects` is any iterable of objects; one that comes again is one vertex.
#[pyclass(extends = GraphBase, subclass, module = "refcycle.object_graph")]
pub(crate) struct ObjectGraph;

/// Objects of this process, told apart by identity.
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
        let object = &engine.objects()[v.index()];
        Ok(paused(py, |heap| object_annotation(heap.see(object))))
    }

    // The class in a name depends on the type of the object alone.
    fn group(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        let object = &engine.objects()[v.index()];
        let name = paused(py, |heap| object_name(heap.see(object), Values::Shown));
        Ok(class_of(name.borrowed()).to_owned())
    }

    fn edge_labels(
        &self,
        py: Python<'_>,
        engine: &Engine,
        measured: &mut Measured,
        edges: &[Edge],
    ) -> PyResult<Vec<Option<String>>> {
        let Some(first) = edges.first() else {
            return Ok(Vec::new());
        };
        let objects = engine.objects();
        measured.see(py, objects, first.tail.index())?;
        Ok(paused(py, |heap| {
            let object = |v: VertexId| heap.see(&objects[v.index()]);
            let heads = edges.iter().map(|edge| object(edge.head));
            let names = names_of(object(first.tail), heads, Values::Shown).into_iter();
            names
                .map(|name| name.map(|name| name.to_string()))
                .collect()
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
}
