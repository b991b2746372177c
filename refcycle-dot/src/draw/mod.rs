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
use crate::picture::{Bounds, Extent, Picture, Style, Summary};
pub use engine::Engine;
pub use graphviz::Graphviz;
pub use options::ImageOptions;
pub use patience::Patience;
#[cfg(feature = "svg")]
pub use pure::Pure;
pub(crate) use titles::Escaped;

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
    let watch = &mut patience.watch("the picture");
    let mut last = None;
    for &attempt in attempts(&options.style) {
        match drawn(graph, format, (options, engine, attempt), &patience, watch) {
            Err(error @ ExportError::TooLarge { .. }) => last = Some(error),
            Err(error) => return Err(error),
            Ok((bytes, picture)) => {
                complain(options, engine, &picture, format);
                return Ok(finished(bytes, format, &picture));
            }
        }
    }
    Err(last.expect("there is an attempt"))
}

/// What to draw; the next one if a picture would be too large.
#[derive(Clone, Copy)]
enum Attempt {
    Part(Extent),
    Summary,
}

fn attempts(style: &Style) -> &'static [Attempt] {
    use Attempt::{Part, Summary as Counted};
    const NEAREST: &[Attempt] = &[
        Part(Extent::Whole),
        Part(Extent::Nearest(60)),
        Part(Extent::Nearest(25)),
        Part(Extent::Nearest(10)),
        Counted,
    ];
    match style.summary {
        Summary::Always => &[Counted],
        Summary::Never | Summary::Refused => &[Part(Extent::Whole)],
        Summary::WhenLarge if style.target.is_some() => NEAREST,
        Summary::WhenLarge => &[Part(Extent::Whole), Part(Extent::Rough(40)), Counted],
    }
}

/// Draws what an attempt says.
fn drawn<W: Watch<Stop = ExportError>>(
    graph: &AnnotatedGraph,
    format: &Format,
    (options, engine, attempt): (&ImageOptions<'_>, &dyn Engine, Attempt),
    patience: &Patience<'_>,
    watch: &mut W,
) -> Result<(Vec<u8>, Picture), ExportError> {
    let mut style = options.style.clone();
    let mut picture = sketched(graph, &style, (engine, attempt), watch)?;
    let mut drawn = engine.draw(&picture, format, patience);
    // The layout may fail because of the frames: retry without them.
    if matches!(drawn, Err(ExportError::Engine { .. })) && picture.is_framed() {
        style.frames = false;
        picture = sketched(graph, &style, (engine, attempt), watch)?;
        drawn = engine.draw(&picture, format, patience);
    }
    Ok((drawn?, picture))
}

/// The picture of an attempt, unless it is too large for the engine or the style.
fn sketched<W: Watch<Stop = ExportError>>(
    graph: &AnnotatedGraph,
    style: &Style,
    (engine, attempt): (&dyn Engine, Attempt),
    watch: &mut W,
) -> Result<Picture, ExportError> {
    let Attempt::Part(extent) = attempt else {
        return unless_stopped(Picture::summary(graph, style, watch)).map(Picture::of_any_size);
    };
    let is_limited = style.summary != Summary::Never;
    let lines = |boxes| engine.most_lines(boxes);
    let bounds = Bounds {
        boxes: match is_limited {
            true => engine.most_boxes().min(style.most_boxes),
            false => engine.most_boxes(),
        },
        lines: &lines,
    };
    match unless_stopped(Picture::bounded(graph, style, extent, bounds, watch))? {
        Some(picture) if is_limited => Ok(picture),
        Some(picture) => Ok(picture.of_any_size()),
        None => Err(ExportError::TooLarge {
            vertices: graph.vertex_count(),
            edges: graph.edge_count(),
        }),
    }
}

/// Warns about characters that no font can show.
fn complain(options: &ImageOptions<'_>, engine: &dyn Engine, picture: &Picture, format: &Format) {
    let Some(warn) = options.warn else {
        return;
    };
    let unshown = engine.unshown(picture, format).into_iter();
    let unshown: Vec<_> = unshown.filter(|&c| !missing_fonts::is_unseen(c)).collect();
    if !unshown.is_empty() {
        warn(&missing_fonts::complaint(&unshown));
    }
}

fn unless_stopped<T>(flow: ControlFlow<ExportError, T>) -> Result<T, ExportError> {
    match flow {
        ControlFlow::Continue(picture) => Ok(picture),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Converts an SVG that needs no layout.
pub(crate) fn converted(svg: String, format: &Format) -> Result<Vec<u8>, ExportError> {
    let failed = |message: String| ExportError::Engine {
        engine: "the built-in renderer".to_owned(),
        message,
    };
    match format {
        Format::Svg => Ok(titles::with_usual_fonts(&svg).into_bytes()),
        #[cfg(feature = "png")]
        Format::Png => png::from_svg(&svg).map_err(failed),
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::from_svg(&svg).map_err(failed),
        _ => {
            let _ = failed;
            Err(ExportError::Format(format.clone()))
        }
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
