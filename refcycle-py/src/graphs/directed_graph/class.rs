//! The class, and the kind of its vertices.

use std::sync::Arc;

use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_dot::AnnotatedGraph;

use crate::engine::{Engine, GraphKind};
use crate::graphs::base::{GraphBase, object_of};
use crate::outputs::named;

/// A graph of hashable objects, compared by equality.
///
/// Create one with `from_out_edges` or `from_edge_pairs`. Edges are numbered in the order in
/// which they are given.
#[pyclass(extends = GraphBase, subclass, module = "refcycle.directed_graph")]
pub(crate) struct DirectedGraph;

/// Hashable objects, compared by equality and shown as their `str()`.
pub(in crate::graphs) struct Hashables;

impl GraphKind for Hashables {
    fn of_part(&self, _py: Python<'_>) -> Box<dyn GraphKind> {
        Box::new(Self)
    }

    fn wrap(&self, py: Python<'_>, engine: Engine) -> PyResult<Py<PyAny>> {
        object_of(py, engine, DirectedGraph)
    }

    fn label(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> PyResult<String> {
        named::str_of(py, &engine.objects()[v.index()])
    }

    fn named(&self, py: Python<'_>, engine: &Engine) -> PyResult<Arc<AnnotatedGraph>> {
        named::of_texts(py, engine).map(Arc::new)
    }
}
