//! Errors of the operating system, in the form in which Python's own functions raise them.

use std::io;
use std::path::Path;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

use crate::heap::memory_error;
use crate::modules;
use crate::terminal;

/// `errno.EISDIR`, which is the same on all systems.
const EISDIR: i32 = 21;

/// The right subclass of `OSError`, with `errno`, `strerror` and `filename` as in Python's own
/// functions, and a suggestion of what to try.
pub(crate) fn os_error(py: Python<'_>, error: &io::Error, path: &Path, remedy: &str) -> PyErr {
    if error.kind() == io::ErrorKind::OutOfMemory {
        return memory_error(py);
    }
    // The system has not been asked: the name has a NUL byte.
    if error.kind() == io::ErrorKind::InvalidInput && error.raw_os_error().is_none() {
        return PyValueError::new_err(format!("the file name cannot be used: {error}"));
    }
    let number = match error.kind() {
        io::ErrorKind::IsADirectory => Some(EISDIR),
        _ => error.raw_os_error(),
    };
    let Some(number) = number else {
        let place = terminal::line(&path.to_string_lossy());
        return PyOSError::new_err(format!("{place}: {error}"));
    };
    let name = path.as_os_str().to_owned();
    if cfg!(windows) && error.raw_os_error() == Some(number) {
        // It is `winerror`, of which Python makes the `errno` and the class.
        let text = error.to_string();
        let text = text.split(" (os error ").next().unwrap_or_default();
        return PyOSError::new_err((0, format!("{text}{remedy}"), name, number));
    }
    let text = modules::attribute(py, "os", "strerror")
        .and_then(|strerror| strerror.call1((number,)))
        .and_then(|text| text.extract::<String>());
    // When the program ends, the system's own text has to suffice.
    let text = text.unwrap_or_else(|_| error.to_string());
    PyOSError::new_err((number, text + remedy, name))
}
