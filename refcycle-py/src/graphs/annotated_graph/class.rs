//! The class, and the kind of its vertices.

use std::sync::Arc;

use pyo3::prelude::*;
use refcycle_core::{Edge, EdgeId, VertexId};
use refcycle_dot::Annotator;
use refcycle_dot::names::{ObjectName, ReferenceName};

use crate::engine::{Engine, GraphKind};
use crate::graphs::annotated_parts::{AnnotatedEdge, AnnotatedVertex};
use crate::graphs::base::{GraphBase, object_of};
use crate::heap::Measured;
use crate::interrupt::Checkpoint;
use crate::outputs::named::{self, build_error};

/// A graph whose vertices are `AnnotatedVertex`es and whose edges are `AnnotatedEdge`s: names
/// and numbers, which keep no object alive. It can be written and read as JSON.
#[pyclass(extends = GraphBase, subclass, module = "refcycle.annotated_graph")]
pub(crate) struct AnnotatedGraph;

/// `AnnotatedVertex`es, and `AnnotatedEdge`s between them.
pub(super) struct AnnotatedParts;

impl GraphKind for AnnotatedParts {
    fn of_part(&self, _py: Python<'_>) -> Box<dyn GraphKind> {
        Box::new(Self)
    }

    fn wrap(&self, py: Python<'_>, engine: Engine) -> PyResult<Py<PyAny>> {
        object_of(py, engine, AnnotatedGraph)
    }

    fn label(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        let vertex = engine.object(py, v)?.cast_into::<AnnotatedVertex>()?;
        Ok(vertex.borrow().long_name(py))
    }

    fn holder_name(
        &self,
        py: Python<'_>,
        engine: &Engine,
        v: VertexId,
    ) -> PyResult<ObjectName<String>> {
        let vertex = engine.object(py, v)?.cast_into::<AnnotatedVertex>()?;
        Ok(vertex.borrow().object_name(py))
    }

    fn group(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        let vertex = engine.object(py, v)?.cast_into::<AnnotatedVertex>()?;
        Ok(vertex.borrow().class(py))
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
        let name = |edge: &Edge| {
            let edge = engine.edge_name(py, edge.id)?;
            Ok(edge.cast::<AnnotatedEdge>()?.borrow().reference_name(py))
        };
        edges.iter().map(name).collect()
    }

    fn named(
        &self,
        py: Python<'_>,
        engine: &Engine,
    ) -> PyResult<Arc<refcycle_dot::AnnotatedGraph>> {
        to_named(py, engine).map(Arc::new)
    }

    fn key<'py>(
        &self,
        py: Python<'py>,
        engine: &Engine,
        v: VertexId,
    ) -> PyResult<Bound<'py, PyAny>> {
        let vertex = engine.object(py, v)?.cast_into::<AnnotatedVertex>()?;
        Ok(vertex.borrow().id(py).into_any())
    }
}

/// Our graph for the Python graph.
fn to_named(py: Python<'_>, engine: &Engine) -> PyResult<refcycle_dot::AnnotatedGraph> {
    let graph = named::shared_graph(engine);
    let counts = (engine.vertex_count(), engine.edge_count());
    named::ask_for_names(counts.0, counts.1)?;
    let mut checkpoint = Checkpoint::of(counts.0 + counts.1);
    let mut annotator = Annotator::with_capacity(counts.0, counts.1);
    for vertex in engine.objects() {
        checkpoint.step(py)?;
        let vertex = vertex.bind(py).cast::<AnnotatedVertex>()?;
        vertex.borrow().annotate(py, &mut annotator)?;
    }
    for edge in (0..counts.1).map(EdgeId::from_index) {
        checkpoint.step(py)?;
        let edge = engine.edge_name(py, edge)?;
        let edge = edge.cast::<AnnotatedEdge>()?;
        edge.borrow().annotate(py, &mut annotator)?;
    }
    annotator.finish(graph).map_err(build_error)
}
