//! The class, and what its vertices are.

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Edge, EdgeId, IDirectedGraph, VertexId};
use refcycle_dot::text::kind_of;

use crate::engine::{Engine, GraphKind};
use crate::graphs::annotated_parts::{AnnotatedEdge, AnnotatedVertex};
use crate::graphs::base::GraphBase;
use crate::heap::Measured;
use crate::interrupt::Checkpoint;
use crate::outputs::named::{self, build_error};

/// A graph whose vertices are `AnnotatedVertex`es and whose edges are `AnnotatedEdge`s:
/// names and numbers, that keep no object alive. It can be written and read as JSON.
#[pyclass(extends = GraphBase, subclass, module = "refcycle.annotated_graph")]
pub(crate) struct AnnotatedGraph;

/// `AnnotatedVertex`es, and `AnnotatedEdge`s between them.
pub(in crate::graphs) struct AnnotatedParts;

impl GraphKind for AnnotatedParts {
    fn of_part(&self, _py: Python<'_>) -> Box<dyn GraphKind> {
        Box::new(Self)
    }

    fn wrap(&self, py: Python<'_>, engine: Engine) -> PyResult<Py<PyAny>> {
        let base = PyClassInitializer::from(GraphBase { engine });
        Ok(Py::new(py, base.add_subclass(AnnotatedGraph))?.into_any())
    }

    fn label(&self, py: Python<'_>, vertex: &Py<PyAny>) -> PyResult<String> {
        let vertex = vertex.bind(py).cast::<AnnotatedVertex>()?;
        Ok(vertex.borrow().label(py))
    }

    fn group(&self, py: Python<'_>, vertex: &Py<PyAny>) -> PyResult<String> {
        Ok(kind_of(&self.label(py, vertex)?).to_owned())
    }

    fn groups_by_type(&self) -> bool {
        false
    }

    fn edge_labels(
        &self,
        py: Python<'_>,
        engine: &Engine,
        _measured: &mut Measured,
        edges: &[Edge],
    ) -> PyResult<Vec<Option<String>>> {
        let label = |edge: &Edge| {
            let edge = engine.edge_name(py, edge.id)?;
            Ok(edge.cast::<AnnotatedEdge>()?.borrow().label(py))
        };
        edges.iter().map(label).collect()
    }

    fn named(&self, py: Python<'_>, engine: &Engine) -> PyResult<refcycle_dot::AnnotatedGraph> {
        to_named(py, engine)
    }

    fn key<'py>(
        &self,
        py: Python<'py>,
        engine: &Engine,
        v: VertexId,
    ) -> PyResult<Bound<'py, PyAny>> {
        let vertex = engine.object(py, v).cast_into::<AnnotatedVertex>()?;
        Ok(vertex.borrow().id(py).into_any())
    }
}

/// Our graph for the Python one.
fn to_named(py: Python<'_>, engine: &Engine) -> PyResult<refcycle_dot::AnnotatedGraph> {
    let empty = CsrGraph::default();
    let graph = engine.graph().unwrap_or(&empty);
    named::ask_for_names(graph, engine.objects().len())?;
    let mut checkpoint = Checkpoint::new();
    let vertices: PyResult<Vec<_>> = engine
        .objects()
        .iter()
        .map(|vertex| {
            checkpoint.step(py)?;
            vertex
                .bind(py)
                .cast::<AnnotatedVertex>()?
                .borrow()
                .parts(py)
        })
        .collect();
    let edges: PyResult<Vec<_>> = (0..graph.edge_count())
        .map(|edge| {
            checkpoint.step(py)?;
            let edge = engine.edge_name(py, EdgeId::from_index(edge))?;
            edge.cast::<AnnotatedEdge>()?.borrow().parts(py)
        })
        .collect();
    refcycle_dot::AnnotatedGraph::annotate(graph.clone(), vertices?, edges?).map_err(build_error)
}
