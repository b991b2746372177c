//! Deciding which boxes and lines to draw: folding, short labels, looks.

mod bundles;
mod distances;
mod folded;
mod groups;
pub(crate) mod kind;
mod label;
mod roots;
mod sketch;
mod style;
mod summary;
pub(crate) mod theme;
mod type_name;
mod write;

#[cfg(any(feature = "png", feature = "pdf"))]
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use refcycle_core::{Unwatched, Vertices, Watch};

use crate::annotated::AnnotatedGraph;
use folded::folded;
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
    framed: bool,
    legend: Option<Legend>,
}

/// The contents of a legend.
#[derive(Clone, Debug)]
pub(crate) struct Legend {
    pub(crate) palette: &'static Palette,
    /// The kinds that occur; empty if there is only one.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) target: bool,
    pub(crate) cyclic: bool,
    pub(crate) framed: bool,
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
    pub(crate) fn watched<W: Watch>(
        graph: &AnnotatedGraph,
        style: &Style,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        let picture = Self::bounded(graph, style, usize::MAX, |_| usize::MAX, watch)?;
        ControlFlow::Continue(picture.expect("nothing is more than that"))
    }

    /// The same, but `None` if the picture would have more than `most_boxes` boxes, or more
    /// lines than `most_lines` returns for its number of boxes.
    pub(crate) fn bounded<W: Watch>(
        graph: &AnnotatedGraph,
        style: &Style,
        most_boxes: usize,
        most_lines: impl Fn(usize) -> usize,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Option<Self>> {
        let target = style.target.filter(|&v| graph.contains_vertex(v));
        let style = &Style {
            target,
            ..style.clone()
        };
        let sketch = match style.summary {
            Summary::Always => Some(summary(graph, style, watch)?),
            _ => folded(graph, style, most_boxes, most_lines, watch)?,
        };
        ControlFlow::Continue(sketch.map(|sketch| Self::of_sketch(sketch, style)))
    }

    fn of_sketch(mut sketch: Sketch, style: &Style) -> Self {
        let palette = Palette::of(style.theme);
        if !style.frames {
            sketch.frames.clear();
        }
        let dot = written(&sketch, style, palette);
        let legend = style.legend.then(|| legend(&sketch, palette)).flatten();
        let (roots, vertices): (Vec<_>, Vec<_>) = sketch
            .nodes
            .into_iter()
            .partition(|node| node.kind == Kind::Root);
        Self {
            dot,
            legend,
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
    /// [roots](Style::roots) `r0`, `r1` and so on. The lines from roots are the last edges.
    pub fn dot(&self) -> &str {
        &self.dot
    }

    /// The number of boxes. Folded vertices share a box; boxes of roots are not counted.
    pub fn vertex_count(&self) -> usize {
        self.vertex_titles.len()
    }

    /// The number of lines. Merged edges share a line; lines from roots are not counted.
    pub fn edge_count(&self) -> usize {
        self.edge_titles.len() - self.root_titles.len()
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

/// The contents of the legend; `None` if there is nothing to explain.
fn legend(sketch: &Sketch, palette: &'static Palette) -> Option<Legend> {
    let mut kinds: Vec<_> = Kind::ALL
        .into_iter()
        .filter(|&kind| sketch.nodes.iter().any(|node| node.kind == kind))
        .collect();
    if kinds.len() < 2 {
        kinds.clear();
    }
    let legend = Legend {
        palette,
        target: sketch.target.is_some(),
        cyclic: sketch.lines.iter().any(|line| line.cyclic),
        framed: !sketch.frames.is_empty(),
        kinds,
    };
    (!legend.kinds.is_empty() || legend.target || legend.cyclic).then_some(legend)
}

#[cfg(test)]
mod tests;
