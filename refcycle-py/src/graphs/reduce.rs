//! Copies and pickles of graphs whose edges are numbers.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyType};
use refcycle_core::Algorithms;

use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::Checkpoint;
use crate::modules;

/// The number of an edge, and the positions of its tail and its head among the vertices.
pub(super) type NumberedEdge = (u32, u32, u32);

/// What `__reduce__` returns: a function and its arguments.
pub(super) type Reduced<'py> = (
    Bound<'py, PyAny>,
    (Bound<'py, PyType>, Bound<'py, PyList>, Bound<'py, PyList>),
);

pub(super) fn reduce<'py>(graph: &Bound<'py, PyAny>, engine: &Engine) -> PyResult<Reduced<'py>> {
    let py = graph.py();
    // An array that grows, and a tuple of three numbers for each edge.
    memory::ask(8 * engine.objects().len() + 250 * engine.edge_count())?;
    let mut checkpoint = Checkpoint::of(engine.edge_count());
    let edges = engine.graph().into_iter().flat_map(Algorithms::edges);
    let edges: PyResult<Vec<_>> = edges
        .map(|edge| {
            checkpoint.step(py)?;
            let number = engine.edge_number(edge.id);
            let edge: NumberedEdge = (number, edge.tail.number(), edge.head.number());
            edge.into_pyobject(py)
        })
        .collect();
    let restore = modules::attribute(py, "refcycle._refcycle", "_restore")?;
    let vertices = PyList::new(py, engine.objects())?;
    Ok((
        restore,
        (graph.get_type(), vertices, PyList::new(py, edges?)?),
    ))
}
