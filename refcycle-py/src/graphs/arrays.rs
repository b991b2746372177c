//! A number for each vertex, as a Python object.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::modules;

/// The numbers as an `array.array` with type code `Q`.
pub(super) fn column<'py>(py: Python<'py>, numbers: Vec<u64>) -> PyResult<Bound<'py, PyAny>> {
    let bytes = PyBytes::new_with(py, size_of_val(numbers.as_slice()), |bytes| {
        for (place, number) in bytes.chunks_exact_mut(size_of::<u64>()).zip(&numbers) {
            place.copy_from_slice(&number.to_ne_bytes());
        }
        Ok(())
    })?;
    drop(numbers); // before the next copy
    modules::attribute(py, "array", "array")?.call1(("Q", bytes))
}
