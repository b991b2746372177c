//! Names and numbers.

use pyo3::prelude::*;
use refcycle_core::{Edge, VertexId};
use refcycle_dot::text::kind_of;

use super::{AnnotatedGraph, to_named};
use crate::engine::{Engine, GraphKind};
use crate::graphs::annotated_parts::{AnnotatedEdge, AnnotatedVertex};
use crate::graphs::base::GraphBase;
use crate::heap::Measured;

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
