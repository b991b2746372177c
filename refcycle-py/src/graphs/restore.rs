//! Copies and pickles of graphs whose edges are numbers.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyType};
use refcycle_core::{CsrBuilder, IDirectedGraph, VertexId};

use super::annotated_graph::invalid;
use super::base::wrap;
use super::kinds::{Hashables, LiveObjects};
use super::{DirectedGraph, ObjectGraph};
use crate::engine::{EdgeNames, Engine, GraphKind};
use crate::memory;
use crate::modules;

/// The number of an edge, and the places of its tail and its head among the vertices.
type NumberedEdge = (u32, u32, u32);

/// What `__reduce__` returns: a function and its arguments.
pub(super) type Reduced<'py> = (
    Bound<'py, PyAny>,
    (Bound<'py, PyType>, Bound<'py, PyList>, Vec<NumberedEdge>),
);

pub(super) fn reduce<'py>(graph: &Bound<'py, PyAny>, engine: &Engine) -> PyResult<Reduced<'py>> {
    let py = graph.py();
    // An array that grows, and a tuple of three numbers for each edge.
    memory::ask(8 * engine.objects().len() + 250 * engine.edge_count())?;
    let edges = engine
        .graph()
        .into_iter()
        .flat_map(IDirectedGraph::references);
    let edges = edges.map(|edge| {
        let number = engine.edge_number(edge.id);
        (number, edge.tail.number(), edge.head.number())
    });
    let restore = modules::attribute(py, "refcycle._refcycle", "_restore")?;
    let vertices = PyList::new(py, engine.objects())?;
    Ok((restore, (graph.get_type(), vertices, edges.collect())))
}

/// Makes a graph again of what its `__reduce__` returned.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_restore", signature = (class_, vertices, edges, /))]
pub(crate) fn restore_graph(
    class_: &Bound<'_, PyType>,
    vertices: Vec<Py<PyAny>>,
    edges: Vec<NumberedEdge>,
) -> PyResult<Py<PyAny>> {
    let py = class_.py();
    let kind: Box<dyn GraphKind> = if class_.is_subclass_of::<ObjectGraph>()? {
        Box::new(LiveObjects)
    } else if class_.is_subclass_of::<DirectedGraph>()? {
        Box::new(Hashables)
    } else {
        return Err(PyTypeError::new_err("this is not a class of graphs"));
    };
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
