//! A number for each vertex, as a Python object.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::interrupt::Checkpoint;
use crate::modules;

/// How many numbers are copied at once.
const PART: usize = 1 << 16;

/// The numbers as an `array.array` with type code `Q`.
pub(super) fn column<'py>(py: Python<'py>, numbers: &[u64]) -> PyResult<Bound<'py, PyAny>> {
    let column = modules::attribute(py, "array", "array")?.call1(("Q",))?;
    let mut checkpoint = Checkpoint::new();
    for (number, part) in numbers.chunks(PART).enumerate() {
        if number > 0 {
            checkpoint.turn(py)?;
        }
        let bytes = PyBytes::new_with(py, size_of_val(part), |bytes| {
            for (place, number) in bytes.chunks_exact_mut(size_of::<u64>()).zip(part) {
                place.copy_from_slice(&number.to_ne_bytes());
            }
            Ok(())
        })?;
        column.call_method1("frombytes", (bytes,))?;
    }
    Ok(column)
}
