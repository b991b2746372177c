//! Safe replacement of files.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use refcycle_core::files::{ReplaceOptions, Replacement};

/// Labels may contain secrets of the program.
const PRIVATE: ReplaceOptions = ReplaceOptions {
    private: true,
    refuse_links: false,
};

/// Writes a temporary file and moves it to `path`, with a [`Replacement`]. A new file is
/// readable by its owner only.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    Replacement::begin(path, PRIVATE)?.write(write)
}
