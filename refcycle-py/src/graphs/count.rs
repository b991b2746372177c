//! The number of vertices of each class.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::interrupt::Checkpoint;
use crate::modules;

/// A `collections.Counter` of some keys.
pub(super) fn count<'py>(
    py: Python<'py>,
    keys: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Bound<'py, PyAny>> {
    let counter = modules::attribute(py, "collections", "Counter")?.call0()?;
    let dict = counter.cast::<PyDict>()?;
    let mut checkpoint = Checkpoint::of(keys.size_hint().0);
    for key in keys {
        checkpoint.step(py)?;
        let key = key?;
        let before = match dict.get_item(&key)? {
            Some(count) => count.extract()?,
            None => 0usize,
        };
        dict.set_item(key, before + 1)?;
    }
    Ok(counter)
}
