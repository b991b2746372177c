//! Formats of other tools: GraphML, GEXF, Cytoscape JSON, CSV, heap snapshots for Chrome, and flame
//! graphs for the viewers of profiles.
//!
//! # Text
//! Labels are written in full and escaped, so that no label can break the file. XML 1.0 cannot
//! represent some characters (NUL, most other controls, U+FFFE and U+FFFF). In the four graph
//! formats they become escapes such as `\x1b`, as in pictures. All other characters survive a
//! round trip.
//!
//! # Ids
//! Vertices and edges are named by their ids in the graph, in decimal. Where a format allows
//! text, ids are written as text, because tools in JavaScript would round large numbers.

pub mod csv;
pub mod cytoscape;
mod escapes;
#[cfg(feature = "flame-graphs")]
pub mod flame_graph;
pub mod gexf;
pub mod graphml;
pub mod heapsnapshot;

use std::io;
use std::path::Path;

use crate::error::ExportError;
use crate::files;

/// Writes a file with `write`, for example with one of the functions of this module. As with
/// [`export_image`](crate::export_image), the file appears only when it is complete.
///
/// # Errors
/// [`ExportError::Io`].
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, VertexFacts, exchange};
/// let graph = AnnotatedGraph::default();
/// let error = exchange::export("no/such/folder/a.gexf", |out| {
///     exchange::gexf::write_gexf(&graph, &VertexFacts::default(), out)
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

/// Collects the output of a writer as a text.
fn to_text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut text = Vec::new();
    write(&mut text).expect("a vector takes everything");
    String::from_utf8(text).expect("only text was written")
}
