//! The border to Python: what it calls ends with a result or an ordinary exception.
//!
//! PyO3 turns a panic into a `PanicException`, which `except Exception` does not catch, and
//! panics itself when Python cannot make a string or a list. `#[guarded]` wraps all that
//! Python calls in [`guarded()`], and all results in [`Answer`]: memory that has run out is a
//! MemoryError, anything else a RuntimeError that says where it happened.

use std::any::Any;
use std::cell::RefCell;
use std::env;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use pyo3::BoundObject;
use pyo3::exceptions::PyRuntimeError;
use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
pub(crate) use refcycle_py_border::guarded;

use crate::heap::memory;
use crate::heap::{attached, memory_error};

thread_local! {
    /// What the last panic of the thread said, and where.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// To be called when the library is imported.
pub(crate) fn set_up(py: Python<'_>) -> PyResult<()> {
    // The standard error is the program's, unless it asks for more.
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if env::var_os("REFCYCLE_PANICS").is_some() {
            report(panic);
        }
        let text = panic.to_string();
        let _ = LAST.try_with(|last| last.replace(Some(text)));
    }));
    // What is converted beyond the reach of `#[guarded]`, as fields, is caught by
    // `except Exception` as well.
    let bases = PyTuple::new(py, [py.get_type::<PyRuntimeError>()])?;
    py.get_type::<PanicException>().setattr("__bases__", bases)
}

/// Does what Python asked for. Neither a panic nor an error without its exception gets out.
pub(crate) fn guarded<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let done = catch_unwind(AssertUnwindSafe(|| {
        // Here, as the exception may take memory that is not there.
        let done = memory::check().and_then(|()| work());
        done.map_err(|error| made(error).unwrap_or_else(not_attached))
    }));
    done.unwrap_or_else(|payload| {
        let error = attached(|py| error_of(py, &*payload));
        Err(error.unwrap_or_else(not_attached))
    })
}

/// A result that is converted to an object of Python's within the guard.
pub(crate) struct Answer<T>(pub(crate) T);

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Answer<T> {
    type Target = T::Target;
    type Output = Bound<'py, T::Target>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        guarded(|| {
            self.0
                .into_pyobject(py)
                .map(BoundObject::into_bound)
                .map_err(Into::into)
        })
    }
}

/// A path that Python gave.
pub(crate) fn path(given: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    given.extract()
}

/// A bug, for the tests.
#[cfg(feature = "layout-overrides")]
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn fail(what: &str) -> PyResult<()> {
    panic!("{what}")
}

/// The exception for a panic.
#[cold]
fn error_of(py: Python<'_>, payload: &(dyn Any + Send)) -> PyErr {
    /// What PyO3 says when Python could not make an object.
    const NULL: &str = "PyObject pointer is null";

    let last = LAST.try_with(RefCell::take).ok().flatten();
    let said = payload.downcast_ref::<&str>().copied();
    if said == Some(NULL) || memory::is_short() {
        return memory_error(py);
    }
    let error = catch_unwind(AssertUnwindSafe(|| {
        let error = PyRuntimeError::new_err(format!(
            "refcycle has a bug, and this call has ended without a result: {}; please report it",
            last.as_deref().or(said).unwrap_or("it gives no reason")
        ));
        made(error)
    }));
    error.ok().flatten().unwrap_or_else(|| memory_error(py))
}

/// An error with its exception object, which PyO3 only creates when it is raised. Not by
/// `PyErr::value`, which leaves the interpreter and cannot come back when it ends.
fn made(error: PyErr) -> Option<PyErr> {
    attached(|py| {
        error.restore(py);
        PyErr::fetch(py)
    })
}

fn not_attached() -> PyErr {
    PyRuntimeError::new_err("the thread is not attached to the interpreter")
}
