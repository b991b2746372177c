//! Retained memory as a treemap or an icicle picture: blocks within blocks, as large as what
//! they retain.

mod block;
mod colours;
mod label;
mod layout;
mod svg;
mod thin;

use std::io::Write;
use std::path::Path;

use crate::draw::converted;
use crate::error::ExportError;
use crate::files;
use crate::format::Format;
pub use block::{Block, Form, TreemapOptions};

/// Returns the picture of a block and its parts as SVG. A treemap leaves out blocks too small to be
/// seen; an icicle picture draws those of a kind as one. Each block has its full name, its size and its share as a title, which browsers show on hover.
///
/// # Complexity
/// O(blocks log blocks) time.
///
/// # Example
/// ```
/// use refcycle_dot::treemap::{Block, TreemapOptions, to_svg};
/// let mut all = Block::new("all", 100);
/// all.parts = vec![Block::new("cache", 75), Block::new("log", 25)];
/// let svg = to_svg(&all, &TreemapOptions::default());
/// assert!(svg.contains("<title>cache\n75 bytes (75 %)</title>"));
/// ```
pub fn to_svg(block: &Block, options: &TreemapOptions) -> String {
    svg::written(block, options)
}

/// Writes the picture of a block and its parts to a file, as SVG, PNG or PDF: `format`, or else that
/// of the file extension, or else PNG. An existing file is replaced as a whole or not at all.
///
/// # Errors
/// [`ExportError::Format`] for other formats, [`ExportError::Io`], [`ExportError::Engine`] if the
/// picture cannot be rendered.
pub fn export_treemap(
    block: &Block,
    path: impl AsRef<Path>,
    format: Option<Format>,
    options: &TreemapOptions,
) -> Result<(), ExportError> {
    let path = path.as_ref();
    let format = Format::for_file(format, path);
    let bytes = converted(to_svg(block, options), &format)?;
    files::replace(path, |out| out.write_all(&bytes)).map_err(|error| ExportError::io(path, error))
}

#[cfg(test)]
mod tests;
