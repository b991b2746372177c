//! Files that take the place of others, for the Python part.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use refcycle_core::files::{ReplaceOptions, Replacement};

use crate::graphs::os_error;

const NO_PANIC: &str = "nobody panics with it";

/// A file beside its place, where it goes when it is whole. It is for its owner alone, unless
/// it takes the place of one with other permissions.
#[pyclass(frozen, module = "refcycle._refcycle")]
pub(crate) struct NewFile {
    path: PathBuf,
    file: Mutex<Option<Replacement>>,
}

impl NewFile {
    /// The file and its place, once.
    pub(crate) fn take(&self) -> PyResult<(Replacement, PathBuf)> {
        let file = self.file.lock().expect(NO_PANIC).take();
        let file = file.ok_or_else(|| PyRuntimeError::new_err("the file was written or left"))?;
        Ok((file, self.path.clone()))
    }
}

#[crate::border::guarded]
#[pymethods]
impl NewFile {
    #[new]
    #[pyo3(signature = (path, *, follow_links=true))]
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

    /// The descriptor of the file; `None` where what is in the place is no file, which is
    /// opened when it is written.
    #[cfg(unix)]
    fn fileno(&self) -> Option<i32> {
        use std::os::fd::AsRawFd;
        let file = self.file.lock().expect(NO_PANIC);
        file.as_ref()?.file().map(AsRawFd::as_raw_fd)
    }

    /// Closes the file for this process and leaves it to another. Its path, if there is one
    /// beside the place.
    fn leave(&self) -> PyResult<Option<std::ffi::OsString>> {
        let beside = self.take()?.0.leave();
        Ok(beside.map(PathBuf::into_os_string))
    }

    /// Removes the file, unless it was written or left.
    fn discard(&self) {
        drop(self.take());
    }

    /// Writes what an iterable of bytes gives, and moves the file into its place. What the
    /// iterable raises leaves the place as it was.
    fn write(&self, chunks: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = chunks.py();
        let (file, path) = self.take()?;
        let mut raised = None;
        let written = file.write(|out| {
            let mut copy = || {
                for chunk in chunks.try_iter()? {
                    let chunk = chunk?;
                    let chunk = chunk.cast::<PyBytes>()?;
                    if let Err(error) = out.write_all(chunk.as_bytes()) {
                        return Ok(Err(error));
                    }
                }
                Ok(Ok(()))
            };
            copy().unwrap_or_else(|error| {
                raised = Some(error);
                Err(std::io::Error::other("the iterable raised"))
            })
        });
        match raised {
            Some(error) => Err(error),
            None => written.map_err(|error| os_error(py, &error, &path, "")),
        }
    }
}
