//! Names for objects and references, in Python.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::annotate::named_references;

/// What an object is, in one or two short lines.
///
/// Runs no code of the object's.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn object_annotation(obj: &Bound<'_, PyAny>) -> String {
    crate::graphs::annotation_of(obj)
}

/// The names of an object's references: a mapping from each object that it refers to,
/// by identity, to a list of names.
///
/// Runs no code of the object's, and creates nothing in it.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn annotated_references<'py>(obj: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = obj.py();
    let builtins = py.import("builtins")?;
    let references = py
        .import("refcycle.key_transform_dict")?
        .getattr(intern!(py, "KeyTransformDict"))?
        .call1((
            builtins.getattr(intern!(py, "id"))?,
            builtins.getattr(intern!(py, "list"))?,
        ))?;
    for (target, name) in named_references(py, obj)? {
        references
            .get_item(target)?
            .cast::<PyList>()?
            .append(name)?;
    }
    Ok(references)
}
