//! Address space that the Python part of refcycle sets aside.

use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;

use crate::heap::SetAside;

/// Address space for later: it has no pages, and is released with the object.
#[pyclass(frozen, module = "refcycle._refcycle", name = "_AddressSpace")]
pub(crate) struct AddressSpace {
    size: usize,
    _held: SetAside,
}

#[crate::border::guarded]
#[pymethods]
impl AddressSpace {
    #[new]
    #[pyo3(signature = (size, /))]
    fn new(size: usize) -> PyResult<Self> {
        let held = SetAside::new(size)
            .ok_or_else(|| PyMemoryError::new_err(format!("{size} bytes cannot be set aside")))?;
        Ok(Self { size, _held: held })
    }

    fn __len__(&self) -> usize {
        self.size
    }
}
