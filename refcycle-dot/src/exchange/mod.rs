//! Files for other people's tools: GraphML, GEXF, Cytoscape's JSON, CSV, and the heap
//! snapshots of Chrome.
//!
//! # Text
//! Labels are written whole, and as data: nothing in them can end the place where they
//! stand. XML 1.0 has no way to write some characters (NUL and most other controls, and
//! U+FFFE and U+FFFF). In the four graph formats they are shown by their codes, `\x1b`,
//! as they are in pictures; all others come back as they were.
//!
//! # Ids
//! Vertices and edges are named by the ids of the graph, in decimal. Where a format wants
//! text, they are text: tools that are written in JavaScript would round them.

pub mod csv;
pub mod cytoscape;
mod escapes;
pub mod gexf;
pub mod graphml;
pub mod heapsnapshot;

use std::io;
use std::path::Path;

use crate::error::ExportError;
use crate::files;

/// Writes a file as [`export_image`](crate::export_image) does: beside its place, and then
/// moved there when it is whole. `write` is one of the functions of this module, or any
/// other.
///
/// # Errors
/// [`ExportError::Io`].
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, exchange};
/// let graph = AnnotatedGraph::default();
/// let error = exchange::export("no/such/folder/a.gexf", |out| {
///     exchange::gexf::write_gexf(&graph, out)
/// });
/// assert!(error.unwrap_err().to_string().starts_with("cannot write no/such/folder/a.gexf"));
/// ```
pub fn export(
    path: impl AsRef<Path>,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), ExportError> {
    let path = path.as_ref();
    files::replace(path, |out| write(out)).map_err(|error| ExportError::io(path, error))
}

/// A text of what a writer writes.
fn to_text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut text = Vec::new();
    write(&mut text).expect("a vector takes everything");
    String::from_utf8(text).expect("only text was written")
}
