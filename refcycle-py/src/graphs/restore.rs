//! Restores graphs from copies and pickles.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyType;
use refcycle_core::{CsrBuilder, VertexId};

use super::annotated_graph::invalid;
use super::base::wrap;
use super::directed_graph::{DirectedGraph, Hashables};
use super::object_graph::{LiveObjects, ObjectGraph};
use super::reduce::NumberedEdge;
use crate::engine::{EdgeNames, Engine, GraphKind};
use crate::interrupt::Checkpoint;

/// Restores the graph that `__reduce__` described.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_restore", signature = (class_, vertices, edges, /))]
pub(crate) fn restore_graph(
    class_: &Bound<'_, PyType>,
    vertices: Vec<Py<PyAny>>,
    edges: &Bound<'_, PyAny>,
) -> PyResult<Py<PyAny>> {
    let py = class_.py();
    let kind: Box<dyn GraphKind> = if class_.is_subclass_of::<ObjectGraph>()? {
        Box::new(LiveObjects)
    } else if class_.is_subclass_of::<DirectedGraph>()? {
        Box::new(Hashables)
    } else {
        return Err(PyTypeError::new_err(
            "class_ must be a subclass of ObjectGraph or DirectedGraph",
        ));
    };
    let mut checkpoint = Checkpoint::new();
    let edges: PyResult<Vec<NumberedEdge>> = edges
        .try_iter()?
        .map(|edge| {
            checkpoint.step(py)?;
            edge?.extract()
        })
        .collect();
    let edges = edges?;
    let mut builder = CsrBuilder::with_capacity(vertices.len(), edges.len());
    for &(_, tail, head) in &edges {
        let (tail, head) = (VertexId::new(tail), VertexId::new(head));
        builder.add_edge(tail, head).map_err(invalid)?;
    }
    let (graph, order) = builder.build_with_order().map_err(invalid)?;
    let numbers = order.iter().map(|&place| edges[place as usize].0);
    let names = EdgeNames::Kept(numbers.collect());
    wrap(py, Engine::new(kind, vertices.into(), graph, names))
}
