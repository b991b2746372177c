//! Cancelling pictures.

#[cfg(feature = "svg")]
use refcycle_dot::Pure;
use refcycle_dot::{
    AnnotatedGraph, Engine, ExportError, Format, ImageOptions, Patience, Picture, Style, Summary,
    render,
};

/// An engine whose `draw` is never called.
#[derive(Debug)]
struct Unasked;

impl Engine for Unasked {
    fn makes(&self, _: &Format) -> bool {
        true
    }

    fn most_boxes(&self) -> usize {
        100
    }

    fn draw(&self, _: &Picture, _: &Format, _: &Patience<'_>) -> Result<Vec<u8>, ExportError> {
        panic!("what comes before the drawing was not stopped");
    }
}

/// A list of empty lists: two boxes.
fn star(leaves: u64) -> AnnotatedGraph {
    let mut builder = AnnotatedGraph::builder();
    builder.vertex(0, &format!("list[{leaves}]"));
    for leaf in 1..=leaves {
        builder.vertex(leaf, "list[0]");
        builder.edge(leaf, 0, leaf, None);
    }
    builder.build().unwrap()
}

/// Every vertex on one cycle, nothing to fold.
fn ring(size: u64) -> AnnotatedGraph {
    let mut builder = AnnotatedGraph::builder();
    for v in 0..size {
        builder.vertex(v, "list[1]");
    }
    for v in 0..size {
        builder.edge(v, v, (v + 1) % size, None);
    }
    builder.build().unwrap()
}

#[test]
fn folding_and_summaries_can_be_cancelled() {
    for (graph, summary) in [
        (star(100_000), Summary::Never),
        (star(100_000), Summary::Always),
        (ring(100_000), Summary::WhenLarge),
    ] {
        let mut style = Style::default();
        style.summary = summary;
        let options = ImageOptions {
            engine: Some(&Unasked),
            interrupted: Some(&|| true),
            style,
            ..ImageOptions::default()
        };
        let stopped = render(&graph, &Format::Svg, &options);
        assert!(
            matches!(stopped, Err(ExportError::Interrupted)),
            "{summary:?}: {stopped:?}"
        );
    }
}

/// A chain with references that skip many of its links.
#[cfg(feature = "svg")]
fn skipping(size: u64, skips: u64) -> AnnotatedGraph {
    let mut builder = AnnotatedGraph::builder();
    for v in 0..size {
        builder.vertex(v, &format!("object\nmodule.Class{v}"));
    }
    for v in 1..size {
        builder.edge(v, v - 1, v, Some("next"));
    }
    for skip in 0..skips {
        let (tail, head) = (skip % 100, size - 1 - skip % 97);
        builder.edge(size + skip, tail, head, Some("last"));
    }
    builder.build().unwrap()
}

#[cfg(feature = "svg")]
#[test]
fn a_layout_of_minutes_is_not_started() {
    let graph = skipping(1_400, 400);
    let draw = |summary| {
        let mut style = Style::default();
        style.summary = summary;
        let options = ImageOptions {
            style,
            engine: Some(&Pure),
            ..ImageOptions::default()
        };
        render(&graph, &Format::Svg, &options)
    };
    let svg = String::from_utf8(draw(Summary::WhenLarge).unwrap()).unwrap();
    assert!(svg.contains("Summary of 1,400 objects"));
    let error = draw(Summary::Never).unwrap_err();
    assert!(matches!(error, ExportError::TooLarge { .. }), "{error}");
}
