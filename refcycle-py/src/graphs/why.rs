//! Why an object is alive, as a Python object.

use pyo3::prelude::*;
use pyo3::types::PyList;
use refcycle_core::VertexId;

use super::base::wrap;
use crate::answers::{Liveness, NamedPath};
use crate::engine::Engine;
use crate::provided::{Provided, provided};

/// The result of `ObjectGraph.why`.
pub(super) fn told<'py>(
    engine: &Engine,
    object: &Bound<'py, PyAny>,
    found: Liveness,
) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    let chains = PyList::empty(py);
    for (holder, path) in found.chains {
        let NamedPath {
            vertices,
            names,
            references,
        } = path;
        let objects = objects(py, engine, &vertices)?;
        chains.append((holder, (objects, names, references)))?;
    }
    let NamedPath {
        vertices,
        names,
        references,
    } = found.cycle;
    let cycle = (objects(py, engine, &vertices)?, names, references);
    let part = wrap(py, found.part)?;
    provided(py, Provided::Answer)?.call1((
        part,
        found.name,
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
