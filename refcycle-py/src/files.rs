//! Files that replace others, for the Python part of refcycle.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use refcycle_core::files::{ReplaceOptions, Replacement};

use crate::heap::attached;
use crate::os_error::os_error;

const NO_PANIC: &str = "no holder of the lock panics";

/// A file that is written under a temporary name and moved into place when complete.
///
/// Only its owner can access it, unless it replaces a file with other permissions. `OSError` if
/// it cannot be created.
#[pyclass(frozen, module = "refcycle._refcycle")]
pub(crate) struct NewFile {
    path: PathBuf,
    file: Mutex<Option<Replacement>>,
}

impl NewFile {
    /// Takes the file and its path; this is possible only once.
    pub(crate) fn take(&self) -> PyResult<(Replacement, PathBuf)> {
        let file = self.file.lock().expect(NO_PANIC).take();
        let file = file.ok_or_else(|| {
            PyRuntimeError::new_err("the file was already written or left to another process")
        })?;
        Ok((file, self.path.clone()))
    }
}

#[crate::border::guarded]
#[pymethods]
impl NewFile {
    #[new]
    #[pyo3(signature = (path, *, follow_links=true), text_signature = "(path, *, follow_links=True)")]
    fn new(py: Python<'_>, path: PathBuf, follow_links: bool) -> PyResult<Self> {
        let options = ReplaceOptions {
            private: true,
            refuse_links: !follow_links,
        };
        match Replacement::begin(&path, options) {
            Ok(file) => Ok(Self {
                path,
                file: Mutex::new(Some(file)),
            }),
            Err(error) => Err(os_error(py, &error, &path, "")),
        }
    }

    /// Opens the target if it is not a regular file, such as a pipe.
    ///
    /// Returns the descriptor. Returns `None` for a regular file, which is opened when it is
    /// written, and on systems without file descriptors. Opening a pipe waits for its reader.
    /// `OSError` if that fails.
    fn open(&self, py: Python<'_>) -> PyResult<Option<i32>> {
        let mut file = self.file.lock().expect(NO_PANIC);
        let Some(file) = file.as_mut() else {
            return Ok(None);
        };
        // A pipe waits for its reader.
        let opened = py.detach(|| file.open());
        opened.map_err(|error| os_error(py, &error, &self.path, ""))?;
        #[cfg(unix)]
        return Ok(file.file().map(std::os::fd::AsRawFd::as_raw_fd));
        #[cfg(not(unix))]
        Ok(None)
    }

    /// Closes the file for this process and leaves it to another one. Returns its temporary
    /// path, or `None` if it has none.
    fn leave(&self) -> PyResult<Option<std::ffi::OsString>> {
        let beside = self.take()?.0.leave();
        Ok(beside.map(PathBuf::into_os_string))
    }

    /// Removes the file unless it has been written or left.
    fn discard(&self) {
        drop(self.take());
    }

    /// Writes the bytes objects of an iterable, and moves the file into place.
    ///
    /// If the iterable raises an exception, the target is unchanged. `OSError` if the file cannot
    /// be written.
    fn write(&self, chunks: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = chunks.py();
        let (file, path) = self.take()?;
        let mut raised = None;
        let chunks = chunks.try_iter()?.unbind();
        // Copies the next part: files may be slow, and pipes wait for their readers.
        let next = || {
            attached(|py| -> PyResult<Option<Vec<u8>>> {
                let Some(chunk) = chunks.bind(py).clone().next() else {
                    return Ok(None);
                };
                Ok(Some(chunk?.cast::<PyBytes>()?.as_bytes().to_vec()))
            })
            .unwrap_or(Ok(None))
        };
        let written = py.detach(|| {
            file.write(|out| {
                loop {
                    match next() {
                        Ok(Some(chunk)) => out.write_all(&chunk)?,
                        Ok(None) => return Ok(()),
                        Err(error) => {
                            raised = Some(error);
                            return Err(std::io::Error::other("the iterable raised an exception"));
                        }
                    }
                }
            })
        });
        match raised {
            Some(error) => Err(error),
            None => written.map_err(|error| os_error(py, &error, &path, "")),
        }
    }
}
