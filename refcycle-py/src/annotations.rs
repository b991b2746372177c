//! Names for objects and references, in Python.

use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::annotate::{Values, named_references};
use crate::modules;

/// What an object is, in one or two short lines.
///
/// Runs no code of the object's.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn object_annotation(obj: &Bound<'_, PyAny>) -> String {
    crate::engine::annotation_of(obj)
}

/// The name of a frame's file as a redacted file shows it: its length, where it could be no
/// file of source.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn redacted_file(name: &Bound<'_, PyAny>) -> PyResult<String> {
    crate::annotate::redacted_file(name.py(), name)
}

/// The names of an object's references: a mapping from each object that it refers to,
/// by identity, to a list of names.
///
/// Runs no code of the object's, and creates nothing in it.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn annotated_references<'py>(obj: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = obj.py();
    let references = modules::attribute(py, "refcycle.key_transform_dict", "KeyTransformDict")?
        .call1((
            modules::attribute(py, "builtins", "id")?,
            modules::attribute(py, "builtins", "list")?,
        ))?;
    for (target, name) in named_references(py, obj, Values::Shown)? {
        references
            .get_item(target)?
            .cast::<PyList>()?
            .append(name)?;
    }
    Ok(references)
}
