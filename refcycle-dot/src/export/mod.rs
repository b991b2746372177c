//! Graphs as files.

mod error;
pub(crate) mod file;
pub(crate) mod legend;
#[cfg(feature = "pdf")]
pub(crate) mod pdf;
#[cfg(feature = "png")]
pub(crate) mod png;
mod scripts;
mod svg;
#[cfg(any(feature = "png", feature = "pdf"))]
pub(crate) mod tree;

use std::fmt;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use refcycle_core::{IDirectedGraph, Vertices};

use crate::{AnnotatedGraph, Engine, Format, Patience, Picture, Style, Summary, dot, json};
pub use error::ExportError;

/// How to make a picture.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use refcycle_dot::ImageOptions;
/// let options = ImageOptions { time_limit: Duration::from_secs(5), ..ImageOptions::default() };
/// assert!(options.engine.is_none());
/// ```
#[derive(Clone)]
pub struct ImageOptions<'a> {
    /// Who draws; `None` for the engine that is built in.
    pub engine: Option<&'a dyn Engine>,
    /// How it looks.
    pub style: Style,
    /// How long it may take; half a minute unless told otherwise.
    pub time_limit: Duration,
    /// Asked about every 50 ms while a picture is made: `true` stops it.
    pub interrupted: Option<&'a dyn Fn() -> bool>,
    /// Told what is wrong with a picture that was made all the same: characters for which
    /// there is no font, with what to install.
    pub warn: Option<&'a dyn Fn(&str)>,
}

impl Default for ImageOptions<'_> {
    fn default() -> Self {
        Self {
            engine: None,
            style: Style::default(),
            time_limit: Duration::from_secs(30),
            interrupted: None,
            warn: None,
        }
    }
}

impl fmt::Debug for ImageOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageOptions")
            .field("engine", &self.engine)
            .field("style", &self.style)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}

/// Writes a graph to a file: a picture, or its DOT or JSON, which no engine is asked
/// for. The format is the one given, else what the file's extension names, else PNG.
///
/// The file is written beside its place and moved there when it is whole: a failure
/// leaves what was there before.
///
/// # Errors
/// [`ExportError`].
///
/// # Complexity
/// A picture costs a layout, which is far from linear: milliseconds for 30 vertices,
/// seconds for 500. JSON and DOT are linear.
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
    let format = format
        .or_else(|| Format::of_path(path))
        .unwrap_or(Format::Png);
    let written = match format {
        Format::Json => file::replace(path, |out| json::write_json(graph, out)),
        Format::Dot => file::replace(path, |out| dot::write_dot(graph, out)),
        _ => {
            let bytes = render(graph, &format, options)?;
            file::replace(path, |out| out.write_all(&bytes))
        }
    };
    written.map_err(|error| ExportError::io(path, error))
}

/// The bytes of the file that [`export_image`] would write.
///
/// # Errors
/// [`ExportError`], but none about files.
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
        Format::Json => return Ok(json::to_json(graph).into_bytes()),
        Format::Dot => return Ok(dot::to_dot(graph).into_bytes()),
        _ => {}
    }
    let engine = options
        .engine
        .or(BUILT_IN)
        .filter(|engine| engine.makes(format))
        .ok_or_else(|| ExportError::Format(format.clone()))?;
    let mut patience = Patience::new(options.time_limit);
    if let Some(interrupted) = options.interrupted {
        patience = patience.unless(interrupted);
    }
    let mut style = options.style.clone();
    let watch = &mut patience.watch("the picture");
    let mut picture = unless_stopped(Picture::within(graph, &style, engine, watch))?;
    if picture.is_none() && style.summary == Summary::WhenLarge {
        style.summary = Summary::Always;
        picture = Some(unless_stopped(Picture::watched(graph, &style, watch))?);
    }
    let Some(mut picture) = picture else {
        let (vertices, edges) = (graph.vertex_count(), graph.edge_count());
        return Err(ExportError::TooLarge { vertices, edges });
    };
    let mut drawn = engine.draw(&picture, format, &patience);
    if matches!(drawn, Err(ExportError::TooLarge { .. })) && style.summary == Summary::WhenLarge {
        style.summary = Summary::Always;
        picture = unless_stopped(Picture::watched(graph, &style, watch))?;
        drawn = engine.draw(&picture, format, &patience);
    }
    // With frames the layout has more that it can stumble over.
    if matches!(drawn, Err(ExportError::Engine { .. })) && picture.is_framed() {
        style.frames = false;
        picture = unless_stopped(Picture::watched(graph, &style, watch))?;
        drawn = engine.draw(&picture, format, &patience);
    }
    let bytes = finished(drawn?, format, &picture);
    if let Some(warn) = options.warn {
        let unshown = engine.unshown(&picture, format).into_iter();
        let unshown: Vec<_> = unshown.filter(|&c| !scripts::is_unseen(c)).collect();
        if !unshown.is_empty() {
            warn(&scripts::complaint(&unshown));
        }
    }
    Ok(bytes)
}

fn unless_stopped<T>(flow: ControlFlow<ExportError, T>) -> Result<T, ExportError> {
    match flow {
        ControlFlow::Continue(picture) => Ok(picture),
        ControlFlow::Break(error) => Err(error),
    }
}

/// What of a picture the engines do not draw.
fn finished(bytes: Vec<u8>, format: &Format, picture: &Picture) -> Vec<u8> {
    match format {
        Format::Svg => {
            let svg = String::from_utf8_lossy(&bytes).into_owned();
            let svg = match picture.legend() {
                Some(legend) => legend::with_legend(svg, legend),
                None => svg,
            };
            svg::finished(&svg, picture).into_bytes()
        }
        _ => bytes,
    }
}

/// Writes a graph's JSON to a file, as [`export_image`] writes files.
///
/// # Errors
/// [`ExportError::Io`].
pub fn export_json(graph: &AnnotatedGraph, path: impl AsRef<Path>) -> Result<(), ExportError> {
    export_image(graph, path, Some(Format::Json), &ImageOptions::default())
}

#[cfg(feature = "svg")]
const BUILT_IN: Option<&dyn Engine> = Some(&crate::engine::Pure);
#[cfg(not(feature = "svg"))]
const BUILT_IN: Option<&dyn Engine> = None;
