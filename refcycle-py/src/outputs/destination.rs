//! Where a file will be written.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use refcycle_core::files::{ReplaceOptions, Replacement};

use crate::os_error::os_error;

/// Begins a file that only its owner can read if it is new: a path where no file can be is an error
/// before the work, not after it. Its absolute path, as the program may go to another folder meanwhile.
pub(super) fn begin(py: Python<'_>, path: &Path) -> PyResult<(PathBuf, Replacement)> {
    let place = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let options = ReplaceOptions {
        private: true,
        refuse_links: false,
    };
    let file = py.detach(|| Replacement::begin(&place, options));
    match file {
        Ok(file) => Ok((place, file)),
        Err(error) => Err(os_error(py, &error, path, "")),
    }
}

/// The absolute path of a file that will be written, where one can be [begun](begin).
pub(crate) fn destination(py: Python<'_>, path: &Path) -> PyResult<PathBuf> {
    // The empty file beside it goes at once.
    begin(py, path).map(|(place, _)| place)
}
