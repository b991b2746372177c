//! Where a file will be written.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use refcycle_core::files::{ReplaceOptions, Replacement};

use crate::os_error::os_error;

/// The absolute path of a file that will be written: the program may go to another folder meanwhile.
/// A path where no file can be is an error before the work, not after it.
pub(crate) fn destination(py: Python<'_>, path: &Path) -> PyResult<PathBuf> {
    let place = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let options = ReplaceOptions {
        private: true,
        refuse_links: false,
    };
    match py.detach(|| Replacement::begin(&place, options)) {
        // The empty file beside it goes at once.
        Ok(_) => Ok(place),
        Err(error) => Err(os_error(py, &error, path, "")),
    }
}
