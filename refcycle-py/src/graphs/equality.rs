//! Vertices that are told apart by equality.

use pyo3::prelude::*;
use pyo3::types::PySet;

/// An empty set.
pub(super) fn vertex_set(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    Ok(PySet::empty(py)?.into_any())
}
