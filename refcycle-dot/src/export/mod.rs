//! Writing graphs to files.

use std::io::Write;
use std::path::Path;

use crate::annotated::AnnotatedGraph;
use crate::draw::ImageOptions;
use crate::error::ExportError;
use crate::format::Format;
use crate::{dot, draw, files, json};

/// Writes a graph to a file as a picture, or as DOT or JSON, which need no engine. The format
/// is `format`, or else that of the file extension, or else PNG.
///
/// The data is written to a temporary file in the same folder, which replaces the target when
/// it is complete: after a failure an existing file is unchanged.
///
/// # Errors
/// [`ExportError`].
///
/// # Complexity
/// A picture needs a layout, whose time grows much faster than the graph: milliseconds for 30
/// vertices, seconds for 500. JSON and DOT are linear.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, ImageOptions, export_image};
/// let graph = AnnotatedGraph::default();
/// let error = export_image(&graph, "no/such/folder/x.gv", None, &ImageOptions::default());
/// assert!(error.unwrap_err().to_string().starts_with("cannot write no/such/folder/x.gv"));
/// ```
pub fn export_image(
    graph: &AnnotatedGraph,
    path: impl AsRef<Path>,
    format: Option<Format>,
    options: &ImageOptions<'_>,
) -> Result<(), ExportError> {
    let path = path.as_ref();
    let format = Format::for_file(format, path);
    let written = match format {
        Format::Json => files::replace(path, |out| json::write_json(graph, out)),
        Format::Dot => files::replace(path, |out| dot::write_dot(graph, out)),
        _ => {
            let bytes = render(graph, &format, options)?;
            files::replace(path, |out| out.write_all(&bytes))
        }
    };
    written.map_err(|error| ExportError::io(path, error))
}

/// Returns the bytes of the file that [`export_image`] would write.
///
/// # Errors
/// [`ExportError`], except for errors of files.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, Format, ImageOptions, render};
/// let json = render(&AnnotatedGraph::default(), &Format::Json, &ImageOptions::default())?;
/// assert_eq!(json, br#"{"vertices": [], "edges": []}"#);
/// # Ok::<(), refcycle_dot::ExportError>(())
/// ```
pub fn render(
    graph: &AnnotatedGraph,
    format: &Format,
    options: &ImageOptions<'_>,
) -> Result<Vec<u8>, ExportError> {
    match format {
        Format::Json => Ok(json::to_json(graph).into_bytes()),
        Format::Dot => Ok(dot::to_dot(graph).into_bytes()),
        _ => draw::draw(graph, format, options),
    }
}

/// Writes a graph to a file as JSON, in the same way as [`export_image`].
///
/// # Errors
/// [`ExportError::Io`].
pub fn export_json(graph: &AnnotatedGraph, path: impl AsRef<Path>) -> Result<(), ExportError> {
    export_image(graph, path, Some(Format::Json), &ImageOptions::default())
}
