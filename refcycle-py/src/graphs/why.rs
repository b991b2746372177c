//! Why an object is alive, as a Python object.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;
use refcycle_core::VertexId;

use super::base::wrap;
use super::object_graph::{ObjectGraph, graph_between};
use crate::answers::{self, NamedPath, Taken};
use crate::engine::Engine;
use crate::modules;

/// What `ObjectGraph.why` returns.
pub(crate) fn why<'py>(
    graph: &Bound<'py, ObjectGraph>,
    object: &Bound<'py, PyAny>,
    limit: usize,
    taken: Taken,
) -> PyResult<Bound<'py, PyAny>> {
    let py = graph.py();
    if limit == 0 {
        return Err(PyValueError::new_err("limit must be at least 1, but is 0"));
    }
    let base = graph.as_super().borrow();
    let mut engine = base.engine();
    let alone;
    if taken == Taken::InThisCall && engine.find(object)?.is_none() {
        // Nothing leads to it but the arguments of the call.
        alone = graph_between(py, std::iter::once(Ok(object.clone())))?;
        engine = &alone;
    }
    let found = answers::why(py, engine, engine.vertex(object)?, limit, taken)?;
    let chains = PyList::empty(py);
    for (
        holder,
        NamedPath {
            vertices,
            references,
        },
    ) in found.chains
    {
        chains.append((holder, objects(py, engine, &vertices)?, references))?;
    }
    let cycle = (
        objects(py, engine, &found.cycle.vertices)?,
        found.cycle.references,
    );
    let part = wrap(py, found.part)?;
    modules::attribute(py, "refcycle.liveness", "_told")?.call1((
        part,
        object,
        chains,
        found.more,
        found.only_caller,
        cycle,
    ))
}

fn objects<'py>(
    py: Python<'py>,
    engine: &Engine,
    vertices: &[VertexId],
) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, vertices.iter().map(|v| &engine.objects()[v.index()]))
}
