//! How a picture looks.

use refcycle_core::VertexId;

use crate::roots::Root;

/// How a picture looks.
///
/// # Example
/// ```
/// use refcycle_core::VertexId;
/// use refcycle_dot::{Style, Theme};
/// let mut style = Style::default().with_target(VertexId::new(3));
/// style.theme = Theme::Dark;
/// assert_eq!((style.label_width, style.fold), (44, true));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Style {
    /// The vertex that the picture is about: it has a thick red outline, and stands at
    /// `target_end`. One that is not in the graph is passed over.
    pub target: Option<VertexId>,
    /// Where the target stands.
    pub target_end: End,
    /// What holds vertices from outside the graph, several for one vertex if there are
    /// several: a dashed box for each vertex that is held so. A summary, or a picture that
    /// would have too many boxes, has none.
    pub roots: Vec<Root>,
    /// The most characters in a line of a label; the rest becomes an ellipsis.
    pub label_width: usize,
    /// Whether three or more vertices of one type with the same referrers and the same
    /// referents are one box, "function × 44".
    pub fold: bool,
    /// Whether parallel edges are one line with the labels of all. The edges of a box
    /// that stands for several vertices always are.
    pub merge_edges: bool,
    /// Whether a box is drawn round each strongly connected component of two vertices or
    /// more. A component that is nearly the whole graph has none.
    pub frames: bool,
    /// Whether a legend says what colours and shapes mean, where they do. The built-in
    /// engine draws it, and it is in every SVG.
    pub legend: bool,
    /// Its colours.
    pub theme: Theme,
    /// When to draw a summary in place of the graph.
    pub summary: Summary,
}

/// An end of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// What leads to the target is above it.
    #[default]
    Bottom,
    /// What the target leads to is below it.
    Top,
}

/// The colours of a picture. Kinds of objects are told apart by their shapes too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// On white.
    #[default]
    Light,
    /// On nearly black.
    Dark,
}

/// When to draw a summary: the vertices counted by type, those in the largest strongly
/// connected components apart, with a note that says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Summary {
    /// When the graph, folded, is more than the engine draws in a bearable time.
    #[default]
    WhenLarge,
    /// Always.
    Always,
    /// Never: a graph that is too large is an error.
    Never,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            target: None,
            target_end: End::Bottom,
            roots: Vec::new(),
            label_width: 44,
            fold: true,
            merge_edges: true,
            frames: true,
            legend: true,
            theme: Theme::Light,
            summary: Summary::WhenLarge,
        }
    }
}

impl Style {
    /// The same with this vertex as what the picture is about.
    pub fn with_target(mut self, target: VertexId) -> Self {
        self.target = Some(target);
        self
    }
}
