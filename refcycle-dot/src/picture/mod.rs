//! Deciding which boxes and lines to draw: folding, short labels, looks.

mod bundles;
mod cycles;
mod distances;
mod folded;
pub(crate) mod kind;
mod label;
mod roles;
mod roots;
mod sketch;
mod stubs;
mod style;
mod summary;
pub(crate) mod text_width;
pub(crate) mod theme;
mod type_name;
mod units;
mod write;

#[cfg(any(feature = "png", feature = "pdf"))]
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use refcycle_core::{Unwatched, Vertices, Watch};

use crate::annotated::AnnotatedGraph;
use folded::folded;
pub(crate) use folded::{Bounds, Extent};
use kind::Kind;
use sketch::Sketch;
pub use style::{End, Style, Summary, Theme};
use summary::summary;
use theme::Palette;
use write::written;

/// A picture of a graph before layout: the input of an [`Engine`](crate::Engine).
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, Picture, Style};
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "tuple[2]");
/// builder.edge(0, 1, 1, Some("item[0]"));
/// builder.edge(1, 1, 1, Some("item[0]"));
/// let picture = Picture::new(&builder.build()?, &Style::default());
/// assert_eq!(picture.edge_count(), 1);
/// assert!(picture.dot().contains("[0] × 2"));
/// # Ok::<(), refcycle_dot::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Picture {
    dot: String,
    /// The titles of vertices with the numbers of their SVG ids, ascending.
    vertex_titles: Vec<(usize, String)>,
    root_titles: Vec<String>,
    edge_titles: Vec<String>,
    /// The number of boxes and lines that stand for what is left out.
    stubs: usize,
    framed: bool,
    legend: Option<Legend>,
    #[cfg_attr(not(feature = "svg"), allow(dead_code))]
    longest_side: f64,
}

/// The contents of a legend.
#[derive(Clone, Debug)]
pub(crate) struct Legend {
    pub(crate) palette: &'static Palette,
    /// The kinds that occur; empty if there is only one.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) target: bool,
    pub(crate) cyclic: bool,
    /// Whether there are references to cut.
    pub(crate) cut: bool,
    pub(crate) framed: bool,
    /// Lines of text above it.
    pub(crate) advice: Vec<String>,
}

impl Picture {
    /// Decides what is drawn and how it looks, but not yet where. A large graph is summarised
    /// only if the style says [`Summary::Always`].
    ///
    /// # Complexity
    /// O(vertices + edges log vertices + text) time.
    pub fn new(graph: &AnnotatedGraph, style: &Style) -> Self {
        let ControlFlow::Continue(picture) = Self::watched(graph, style, &mut Unwatched);
        picture
    }

    /// The same, with a watch that can stop it.
    fn watched<W: Watch>(
        graph: &AnnotatedGraph,
        style: &Style,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        if style.summary == Summary::Always {
            return Self::summary(graph, style, watch);
        }
        let lines = |_| usize::MAX;
        let bounds = Bounds {
            boxes: usize::MAX,
            lines: &lines,
        };
        let picture = Self::bounded(graph, style, Extent::Whole, bounds, watch)?;
        ControlFlow::Continue(picture.expect("nothing is more than that"))
    }

    /// A summary of a graph.
    pub(crate) fn summary<W: Watch>(
        graph: &AnnotatedGraph,
        style: &Style,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        let style = &checked(graph, style);
        let sketch = summary(graph, style, watch)?;
        ControlFlow::Continue(Self::of_sketch(sketch, style))
    }

    /// The picture of a graph or a part of it; `None` if it would have more boxes or lines than
    /// allowed.
    pub(crate) fn bounded<W: Watch>(
        graph: &AnnotatedGraph,
        style: &Style,
        extent: Extent,
        bounds: Bounds<'_>,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Option<Self>> {
        let style = &checked(graph, style);
        let sketch = folded(graph, style, extent, bounds, watch)?;
        ControlFlow::Continue(sketch.map(|sketch| Self::of_sketch(sketch, style)))
    }

    fn of_sketch(mut sketch: Sketch, style: &Style) -> Self {
        let palette = Palette::of(style.theme);
        if !style.frames {
            sketch.frames.clear();
        }
        let dot = written(&sketch, style, palette);
        let legend = legend(&sketch, style, palette);
        let mut nodes = sketch.nodes;
        let boxes = nodes.len();
        nodes.retain(|node| node.kind != Kind::Stub);
        let stubs = boxes - nodes.len();
        let (roots, vertices): (Vec<_>, Vec<_>) =
            nodes.into_iter().partition(|node| node.kind == Kind::Root);
        Self {
            dot,
            legend,
            stubs,
            longest_side: style.longest_side,
            framed: !sketch.frames.is_empty(),
            vertex_titles: vertices
                .into_iter()
                .map(|node| (node.number, node.title))
                .collect(),
            root_titles: roots.into_iter().map(|node| node.title).collect(),
            edge_titles: sketch.lines.into_iter().map(|line| line.title).collect(),
        }
    }

    /// The picture in DOT. The SVG id of vertex `n` is `v<n>`; a box for several vertices has
    /// the id of the first. Drawn edges have the ids `e0`, `e1` and so on, boxes of
    /// [roots](Style::roots) `r0`, `r1` and so on, and what is [left out](Style::left_out) `s0`, `s1`
    /// and so on. The lines from roots and of what is left out are the last edges.
    pub fn dot(&self) -> &str {
        &self.dot
    }

    /// The number of boxes. Folded vertices share a box; boxes of roots are not counted,
    /// nor is what is left out.
    pub fn vertex_count(&self) -> usize {
        self.vertex_titles.len()
    }

    /// The number of lines. Merged edges share a line; lines from roots and of what is
    /// left out are not counted.
    pub fn edge_count(&self) -> usize {
        self.edge_titles.len() - self.root_titles.len() - self.stubs
    }

    /// Whether components are framed.
    pub(crate) fn is_framed(&self) -> bool {
        self.framed
    }

    /// The distinct characters of the labels that are not ASCII.
    #[cfg(any(feature = "png", feature = "pdf"))]
    pub(crate) fn foreign(&self) -> impl Iterator<Item = char> {
        let foreign: BTreeSet<_> = self.dot.chars().filter(|c| !c.is_ascii()).collect();
        foreign.into_iter()
    }

    /// The largest width and height that the picture should have, in points.
    #[cfg(feature = "svg")]
    pub(crate) fn longest_side(&self) -> f64 {
        self.longest_side
    }

    /// The same picture, however large it is.
    pub(crate) fn of_any_size(self) -> Self {
        Self {
            longest_side: f64::INFINITY,
            ..self
        }
    }

    pub(crate) fn legend(&self) -> Option<&Legend> {
        self.legend.as_ref()
    }

    /// The full text for an SVG id.
    pub(crate) fn title(&self, id: &str) -> Option<&str> {
        let kind = id.as_bytes().first()?;
        let number: usize = id.get(1..)?.parse().ok()?;
        match kind {
            b'v' => {
                let place = self
                    .vertex_titles
                    .binary_search_by_key(&number, |title| title.0)
                    .ok()?;
                Some(&self.vertex_titles[place].1)
            }
            b'r' => self.root_titles.get(number).map(String::as_str),
            b'e' => self.edge_titles.get(number).map(String::as_str),
            _ => None,
        }
    }
}

/// The style without a target that is not in the graph.
fn checked(graph: &AnnotatedGraph, style: &Style) -> Style {
    let target = style.target.filter(|&v| graph.contains_vertex(v));
    Style {
        target,
        ..style.clone()
    }
}

/// The contents of the legend and the advice; `None` if there is nothing to explain.
fn legend(sketch: &Sketch, style: &Style, palette: &'static Palette) -> Option<Legend> {
    let advice = style.advice.clone();
    let is_shown = style.legend;
    let mut kinds: Vec<_> = Kind::ALL
        .into_iter()
        .filter(|&kind| is_shown && sketch.nodes.iter().any(|node| node.kind == kind))
        .collect();
    if kinds.len() < 2 {
        kinds.clear();
    }
    let mut lines = sketch.lines.iter();
    let cut = is_shown && lines.any(|line| line.is_cut);
    let mut lines = sketch.lines.iter();
    let legend = Legend {
        palette,
        target: is_shown && sketch.target.is_some(),
        cyclic: is_shown && lines.any(|line| line.cyclic && !line.is_cut),
        cut,
        framed: is_shown && !sketch.frames.is_empty(),
        kinds,
        advice,
    };
    let has_entries = !legend.kinds.is_empty() || legend.target || legend.cyclic || legend.cut;
    (has_entries || !legend.advice.is_empty()).then_some(legend)
}

#[cfg(test)]
mod tests;
