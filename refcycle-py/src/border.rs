//! The border to Python: every call from Python ends with a result or an ordinary exception.
//!
//! PyO3 turns a panic into a `PanicException`, which `except Exception` does not catch, and panics
//! itself if Python cannot create a string or a list. `#[guarded]` wraps every function that
//! Python calls in [`guarded()`], and every result in [`Answer`]. Lack of memory becomes a
//! MemoryError, anything else a RuntimeError that says where it happened.

mod arguments;

use std::any::Any;
use std::cell::RefCell;
use std::env;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

pub(crate) use arguments::{Argument, callable, iterable, wrong_type};
use pyo3::BoundObject;
use pyo3::exceptions::PyRuntimeError;
use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyTuple};
pub(crate) use refcycle_py_border::guarded;

use crate::heap::memory;
use crate::heap::{attached, check_stop, memory_error};
use crate::progress::{self, Listener, Progress};

thread_local! {
    /// The message and location of the last panic of the thread.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Called when the library is imported.
pub(crate) fn set_up(py: Python<'_>) -> PyResult<()> {
    // stderr belongs to the program, so panics are reported there only on request.
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if env::var_os("REFCYCLE_PANICS").is_some() {
            report(panic);
        }
        let text = panic.to_string();
        let _ = LAST.try_with(|last| last.replace(Some(text)));
    }));
    // Exceptions in conversions that `#[guarded]` does not cover, such as those of fields, can be
    // caught by `except Exception` too.
    let bases = PyTuple::new(py, [py.get_type::<PyRuntimeError>()])?;
    py.get_type::<PanicException>().setattr("__bases__", bases)
}

/// Runs a call from Python. No panic leaves it, and every error has its exception object.
pub(crate) fn guarded<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let _suspended = progress::not_of_the_user();
    let done = catch_unwind(AssertUnwindSafe(|| {
        // The check is inside, because the exception may need memory that is not available.
        let done = memory::check().and_then(|()| work());
        // Whatever the work has returned, an exception that was to end it is raised.
        let done = check_stop().and(done);
        done.map_err(|error| made(error).unwrap_or_else(not_attached))
    }));
    done.unwrap_or_else(|payload| {
        let error = match payload.downcast::<PyErr>() {
            Ok(error) => made(*error),
            Err(payload) => attached(|py| error_of(py, &*payload)),
        };
        Err(error.unwrap_or_else(not_attached))
    })
}

/// Runs a call that reports how far it is, if that is asked for. `name` is that of the call.
pub(crate) fn reported<T>(
    progress: Progress<'_>,
    name: &str,
    call: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    let Some(progress) = progress else {
        return call();
    };
    let py = progress.py();
    match listener(progress, name)? {
        Some(listener) => progress::during(py, listener, call),
        None => call(),
    }
}

/// Who is told how far a call is.
pub(crate) fn listener(progress: Bound<'_, PyAny>, name: &str) -> PyResult<Option<Listener>> {
    if let Ok(is_wanted) = progress.cast::<PyBool>() {
        return Ok(is_wanted.is_true().then(|| Listener::bar(name)));
    }
    match progress.is_callable() {
        true => Ok(Some(Listener::function(progress))),
        false => {
            let what = "callable, True or None";
            Err(wrong_type("progress", what, &progress))
        }
    }
}

/// Runs a call of a Python function of this package that reports how far it is, with the name
/// of the call.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_report")]
pub(crate) fn report<'py>(
    name: &str,
    progress: Option<Bound<'py, PyAny>>,
    function: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    reported(progress, name, || function.call0())
}

/// Raises TypeError if `progress` is nothing that can be told how far a call is.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_check_progress")]
pub(crate) fn check_progress(progress: Option<Bound<'_, PyAny>>) -> PyResult<()> {
    progress.map_or(Ok(()), |progress| listener(progress, "").map(drop))
}

/// Ends the call from Python with an exception, where an error cannot be returned: a function that
/// reads a part of a file when it is needed for the first time, or that creates its objects.
pub(crate) fn raise(error: PyErr) -> ! {
    panic::resume_unwind(Box::new(error))
}

/// Does work that may end with [`raise`], and returns that exception.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| match payload.downcast::<PyErr>() {
        Ok(error) => *error,
        Err(payload) => panic::resume_unwind(payload),
    })
}

/// A result that is converted to a Python object inside the guard.
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

/// A deliberate bug, for the tests.
#[cfg(feature = "layout-overrides")]
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn fail(what: &str) -> PyResult<()> {
    panic!("{what}")
}

/// The exception for a panic.
#[cold]
fn error_of(py: Python<'_>, payload: &(dyn Any + Send)) -> PyErr {
    /// PyO3's message if Python could not create an object.
    const NULL: &str = "PyObject pointer is null";

    let last = LAST.try_with(RefCell::take).ok().flatten();
    let said = payload.downcast_ref::<&str>().copied();
    if said == Some(NULL) || memory::is_short() {
        return memory_error(py);
    }
    let error = catch_unwind(AssertUnwindSafe(|| {
        let error = PyRuntimeError::new_err(format!(
            "this call failed because of a bug in refcycle: {}; please report it",
            last.as_deref().or(said).unwrap_or("no reason given")
        ));
        made(error)
    }));
    error.ok().flatten().unwrap_or_else(|| memory_error(py))
}

/// An error with its exception object, which PyO3 otherwise creates only when it is raised. This
/// does not use `PyErr::value`, which detaches from the interpreter and cannot attach again while
/// the interpreter shuts down.
fn made(error: PyErr) -> Option<PyErr> {
    attached(|py| {
        error.restore(py);
        PyErr::fetch(py)
    })
}

fn not_attached() -> PyErr {
    PyRuntimeError::new_err("the thread is not attached to the interpreter")
}
