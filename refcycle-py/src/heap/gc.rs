//! Functions of the module `gc` that have no C equivalent.
//!
//! They are held from the import of the library on: while the interpreter shuts down, modules can
//! no longer be imported, but a `__del__` may still look at the heap.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyModule, PyTuple};

struct Functions {
    get_objects: Py<PyAny>,
    get_freeze_count: Py<PyAny>,
    get_threshold: Py<PyAny>,
}

static FUNCTIONS: PyOnceLock<Functions> = PyOnceLock::new();

fn functions(py: Python<'_>) -> PyResult<&'static Functions> {
    FUNCTIONS.get_or_try_init(py, || {
        let gc = py.import("gc")?;
        Ok(Functions {
            get_objects: gc.getattr(intern!(py, "get_objects"))?.unbind(),
            get_freeze_count: gc.getattr(intern!(py, "get_freeze_count"))?.unbind(),
            get_threshold: gc.getattr(intern!(py, "get_threshold"))?.unbind(),
        })
    })
}

/// Called when the library is imported.
pub(crate) fn remember_functions(py: Python<'_>) -> PyResult<()> {
    functions(py).map(|_| ())
}

/// The module `gc`: each of its functions holds it.
pub(crate) fn collector_module(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    let function = functions(py)?.get_objects.bind(py);
    Ok(function
        .getattr(intern!(py, "__self__"))?
        .cast_into::<PyModule>()?)
}

/// `gc.get_objects()`.
pub(super) fn get_objects(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    functions(py)?.get_objects.bind(py).call0()
}

/// `gc.get_objects(generation)`.
pub(super) fn get_objects_of(py: Python<'_>, generation: u8) -> PyResult<Bound<'_, PyAny>> {
    functions(py)?.get_objects.bind(py).call1((generation,))
}

/// `gc.get_referrers(*objects)`.
pub(super) fn get_referrers<'py>(
    py: Python<'py>,
    objects: &[Py<PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    let function = collector_module(py)?.getattr(intern!(py, "get_referrers"))?;
    function.call1(PyTuple::new(py, objects)?)
}

/// `gc.get_freeze_count()`.
pub(super) fn get_freeze_count(py: Python<'_>) -> PyResult<usize> {
    functions(py)?.get_freeze_count.bind(py).call0()?.extract()
}

/// `gc.get_threshold()`.
pub(super) fn get_threshold(py: Python<'_>) -> PyResult<[i32; 3]> {
    functions(py)?.get_threshold.bind(py).call0()?.extract()
}
