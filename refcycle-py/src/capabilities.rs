//! What refcycle can see on this Python.

use pyo3::exceptions::PyRuntimeWarning;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::heap::layout;

/// Whether a feature is available on this Python and, if not, why. True if it is available.
#[pyclass(frozen, module = "refcycle._refcycle")]
pub(crate) struct Capability {
    /// Whether it is available.
    #[pyo3(get)]
    available: bool,
    /// Why it is not available; empty if it is.
    #[pyo3(get)]
    reason: &'static str,
}

#[crate::border::guarded]
#[pymethods]
impl Capability {
    fn __bool__(&self) -> bool {
        self.available
    }

    fn __repr__(&self) -> String {
        if self.available {
            "<Capability: available>".to_owned()
        } else {
            format!("<Capability: not available: {}>", self.reason)
        }
    }
}

/// Returns what refcycle can see on this Python, as a dict with a `Capability` for each
/// feature.
///
/// The keys are `frame_locals`, `frame_stacks` (of running frames), `generator_locals`,
/// `attribute_names` (of attributes that instances store inline), `attribute_sizes`, `dict_tables`
/// (without it dicts are read more slowly) and `frozen_objects`.
///
/// Features that depend on private structures of CPython are checked on known objects when
/// refcycle is imported; those that fail are not used. The environment variable
/// `REFCYCLE_DISTRUST` names features to switch off, separated by commas.
///
///     >>> import refcycle
///     >>> bool(refcycle.capabilities()["dict_tables"])
///     True
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn capabilities(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let found = PyDict::new(py);
    for (name, result) in layout::capabilities() {
        let capability = Capability {
            available: result.is_ok(),
            reason: result.err().unwrap_or_default(),
        };
        found.set_item(name, Py::new(py, capability)?)?;
    }
    Ok(found)
}

/// Warns of features that should be available on this version but are not, and of unknown names in
/// `REFCYCLE_DISTRUST`.
pub(crate) fn warn_of_what_is_missing(py: Python<'_>, unknown: &[String]) -> PyResult<()> {
    let missing: Vec<_> = layout::capabilities()
        .into_iter()
        .filter(|(name, result)| result.is_err() && *name != "frame_stacks")
        .map(|(name, _)| name)
        .collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        warn(
            py,
            &format!("not available in refcycle here: {missing}; see refcycle.capabilities()"),
        )?;
    }
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        warn(
            py,
            &format!("REFCYCLE_DISTRUST has unknown names: {unknown}; see refcycle.capabilities()"),
        )?;
    }
    Ok(())
}

fn warn(py: Python<'_>, message: &str) -> PyResult<()> {
    let warn = py.import("warnings")?.getattr("warn")?;
    warn.call1((message, py.get_type::<PyRuntimeWarning>()))?;
    Ok(())
}
