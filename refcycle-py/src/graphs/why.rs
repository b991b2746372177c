//! Why an object is alive, as a Python object.

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::base::wrap;
use crate::answers::{Chain, Garbage, Liveness, NamedPath};
use crate::engine::{Engine, allocated_at};
use crate::provided::{Provided, provided};

/// The result of `ObjectGraph.why`.
pub(super) fn told<'py>(
    engine: &Engine,
    object: &Bound<'py, PyAny>,
    found: Liveness,
) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    let chains = PyList::empty(py);
    for Chain {
        holder,
        kind,
        path,
        signature,
    } in found.chains
    {
        chains.append((holder, told_path(py, engine, path)?, signature, kind))?;
    }
    let garbage = found
        .garbage
        .map(|garbage| told_garbage(py, engine, garbage));
    let otherwise = found.otherwise.map(|found| told(engine, object, *found));
    let part = wrap(py, found.part)?;
    provided(py, Provided::Answer)?.call1((
        part,
        found.name,
        chains,
        found.more,
        found.only_caller,
        found.unexplained,
        garbage.transpose()?,
        otherwise.transpose()?,
        allocated_at(object),
    ))
}

/// The nearest cycle, the graph of all cycles, and what a collection does.
fn told_garbage<'py>(
    py: Python<'py>,
    engine: &Engine,
    garbage: Garbage,
) -> PyResult<Bound<'py, PyAny>> {
    let cycle = told_path(py, engine, garbage.cycle)?;
    let cycles = wrap(py, garbage.cycles)?;
    let outlook = garbage
        .outlook
        .map(|(outlook, revives)| (outlook.word(), revives));
    let told = (cycle, cycles, outlook, garbage.observers);
    Ok(told.into_pyobject(py)?.into_any())
}

/// The objects of a path, their names, and those of the references.
fn told_path<'py>(
    py: Python<'py>,
    engine: &Engine,
    path: NamedPath,
) -> PyResult<Bound<'py, PyAny>> {
    let objects = engine.list(py, path.vertices.iter().copied())?;
    let told = (objects, path.names, path.references);
    Ok(told.into_pyobject(py)?.into_any())
}
