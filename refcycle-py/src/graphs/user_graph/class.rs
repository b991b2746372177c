//! The class, and the kind of its vertices.

use std::sync::Arc;

use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::VertexId;
use refcycle_dot::AnnotatedGraph;

use crate::engine::{Engine, GraphKind};
use crate::graphs::base::GraphBase;
use crate::outputs::named;

/// The vertices and edges of a graph of a user's class, for the algorithms.
///
/// It sees the graph as it is now. Queries return graphs of the user's class.
#[pyclass(extends = GraphBase, module = "refcycle._refcycle")]
pub(crate) struct UserGraph;

/// The vertices of a graph of a user's class, which creates the graphs of its parts. `None` after
/// the collector has cleared this.
pub(in crate::graphs) struct UserVertices(Option<Py<PyAny>>);

impl UserVertices {
    pub(in crate::graphs) fn of(graph: &Bound<'_, PyAny>) -> Self {
        Self(Some(graph.clone().unbind()))
    }
}

impl GraphKind for UserVertices {
    fn of_part(&self, py: Python<'_>) -> Box<dyn GraphKind> {
        Box::new(Self(self.0.as_ref().map(|graph| graph.clone_ref(py))))
    }

    fn wrap(&self, py: Python<'_>, engine: Engine) -> PyResult<Py<PyAny>> {
        let Some(graph) = &self.0 else {
            return Err(PyRuntimeError::new_err(
                "the garbage collector has cleared this graph",
            ));
        };
        let vertices = PyList::new(py, engine.objects())?;
        graph.call_method1(py, intern!(py, "full_subgraph"), (vertices,))
    }

    fn is_quiet(&self) -> bool {
        false
    }

    fn label(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        named::str_of(py, &engine.objects()[v.index()])
    }

    fn named(&self, py: Python<'_>, engine: &Engine) -> PyResult<Arc<AnnotatedGraph>> {
        named::of_texts(py, engine).map(Arc::new)
    }

    fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.0)
    }

    fn clear(&mut self) {
        self.0 = None;
    }
}
