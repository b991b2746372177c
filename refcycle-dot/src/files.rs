//! Files that are there whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use refcycle_core::files::{ReplaceOptions, Replacement};

/// Labels may have what a program keeps secret.
const PRIVATE: ReplaceOptions = ReplaceOptions {
    private: true,
    refuse_links: false,
};

/// Writes a file beside its place and then moves it there, as a [`Replacement`]. A new file is
/// for its owner alone.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    Replacement::begin(path, PRIVATE)?.write(write)
}
