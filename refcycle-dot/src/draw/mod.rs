//! Pictures as files: layout engines, SVG, PNG, PDF, fonts, the legend.

mod engine;
#[cfg(any(feature = "png", feature = "pdf"))]
mod fonts;
mod graphviz;
#[cfg(feature = "svg")]
mod layout;
mod legend;
mod missing_fonts;
mod options;
mod patience;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "png")]
mod png;
#[cfg(feature = "svg")]
mod pure;
mod titles;

use std::ops::ControlFlow;

use refcycle_core::{IDirectedGraph, Vertices, Watch};

use crate::annotated::AnnotatedGraph;
use crate::error::ExportError;
use crate::format::Format;
use crate::picture::{Picture, Style, Summary};
pub use engine::Engine;
pub use graphviz::Graphviz;
pub use options::ImageOptions;
pub use patience::Patience;
#[cfg(feature = "svg")]
pub use pure::Pure;

#[cfg(feature = "svg")]
const BUILT_IN: Option<&dyn Engine> = Some(&pure::Pure);
#[cfg(not(feature = "svg"))]
const BUILT_IN: Option<&dyn Engine> = None;

/// Draws a graph in an image format.
pub(crate) fn draw(
    graph: &AnnotatedGraph,
    format: &Format,
    options: &ImageOptions<'_>,
) -> Result<Vec<u8>, ExportError> {
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
    let mut picture = unless_stopped(within(graph, &style, engine, watch))?;
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
    // The layout may fail because of the frames: retry without them.
    if matches!(drawn, Err(ExportError::Engine { .. })) && picture.is_framed() {
        style.frames = false;
        picture = unless_stopped(Picture::watched(graph, &style, watch))?;
        drawn = engine.draw(&picture, format, &patience);
    }
    let bytes = finished(drawn?, format, &picture);
    if let Some(warn) = options.warn {
        let unshown = engine.unshown(&picture, format).into_iter();
        let unshown: Vec<_> = unshown.filter(|&c| !missing_fonts::is_unseen(c)).collect();
        if !unshown.is_empty() {
            warn(&missing_fonts::complaint(&unshown));
        }
    }
    Ok(bytes)
}

/// The picture, or `None` if it is too large for the engine.
fn within<W: Watch>(
    graph: &AnnotatedGraph,
    style: &Style,
    engine: &dyn Engine,
    watch: &mut W,
) -> ControlFlow<W::Stop, Option<Picture>> {
    let most_lines = |boxes| engine.most_lines(boxes);
    Picture::bounded(graph, style, engine.most_boxes(), most_lines, watch)
}

fn unless_stopped<T>(flow: ControlFlow<ExportError, T>) -> Result<T, ExportError> {
    match flow {
        ControlFlow::Continue(picture) => Ok(picture),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Adds the parts that no engine draws.
fn finished(bytes: Vec<u8>, format: &Format, picture: &Picture) -> Vec<u8> {
    match format {
        Format::Svg => {
            let svg = String::from_utf8_lossy(&bytes).into_owned();
            let svg = match picture.legend() {
                Some(legend) => legend::with_legend(svg, legend),
                None => svg,
            };
            titles::with_titles(&svg, picture).into_bytes()
        }
        _ => bytes,
    }
}
