//! Names for objects and references, in Python.

use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::annotate::named_references;
use crate::modules;

/// What an object is, in one or two short lines.
///
/// Runs no code of the object's.
#[pyfunction]
pub(crate) fn object_annotation(obj: &Bound<'_, PyAny>) -> String {
    crate::graphs::annotation_of(obj)
}

/// The names of an object's references: a mapping from each object that it refers to,
/// by identity, to a list of names.
///
/// Runs no code of the object's, and creates nothing in it.
#[pyfunction]
pub(crate) fn annotated_references<'py>(obj: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = obj.py();
    let references = modules::attribute(py, "refcycle.key_transform_dict", "KeyTransformDict")?
        .call1((
            modules::attribute(py, "builtins", "id")?,
            modules::attribute(py, "builtins", "list")?,
        ))?;
    for (target, name) in named_references(py, obj)? {
        references
            .get_item(target)?
            .cast::<PyList>()?
            .append(name)?;
    }
    Ok(references)
}
