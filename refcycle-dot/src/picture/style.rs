//! How a picture looks.

use refcycle_core::{EdgeId, VertexId};

use crate::roots::Root;

/// How a picture looks.
///
/// # Example
/// ```
/// use refcycle_core::{EdgeId, VertexId};
/// use refcycle_dot::{Style, Theme};
/// let mut style = Style::default().with_target(VertexId::new(3));
/// style.theme = Theme::Dark;
/// assert_eq!((style.label_width, style.fold), (44, true));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Style {
    /// The vertex that the picture is about. It has a thick red outline and is placed at
    /// `target_end`. Ignored if it is not in the graph.
    pub target: Option<VertexId>,
    /// Where the target is placed.
    pub target_end: End,
    /// The roots, which hold vertices from outside the graph; a vertex may have several. Each held
    /// vertex gets a dashed box for its roots. Summaries, and pictures that would have too many
    /// boxes, show no roots.
    pub roots: Vec<Root>,
    /// The longest line of a label, in characters; the rest is replaced by an ellipsis.
    pub label_width: usize,
    /// Whether three or more vertices that play the same role share a box, such as "function × 44":
    /// they are of one type, and their referrers and referents play the same roles. An object and
    /// its `__dict__` then share a box too.
    pub fold: bool,
    /// Whether parallel edges share a line with the labels of all. Edges of a box for several
    /// vertices always do.
    pub merge_edges: bool,
    /// Whether each strongly connected component of two or more vertices has a frame. A component
    /// that is nearly the whole graph has no frame.
    pub frames: bool,
    /// Whether a legend explains the colours and shapes. The built-in engine draws it in all
    /// formats; with Graphviz only SVG has it.
    pub legend: bool,
    /// The colours.
    pub theme: Theme,
    /// When to draw less than the whole graph.
    pub summary: Summary,
    /// The largest number of boxes of a picture; see [`Summary`].
    pub most_boxes: usize,
    /// The largest width and height, in points; see [`Summary`]. Only the built-in engine knows
    /// it.
    pub longest_side: f64,
    /// References to cut: they are red and dashed. References that are not in the graph are
    /// ignored, and a summary shows none.
    pub cut: Vec<EdgeId>,
    /// Lines of advice under the picture, each wrapped to its width; shown where the legend is, and
    /// without a legend too.
    pub advice: Vec<String>,
    /// For a part of a graph, the number of other objects that refer to a vertex, or to which it
    /// refers if the target is at the top: "3 more referrers". Vertices that are not in the graph
    /// are ignored, and a summary shows none.
    pub left_out: Vec<(VertexId, u64)>,
    /// A note above the picture.
    pub note: Option<String>,
}

/// An end of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// The target is at the bottom, below the vertices that lead to it.
    #[default]
    Bottom,
    /// The target is at the top, above the vertices that it leads to.
    Top,
}

/// The colours of a picture. Kinds of objects also differ in shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// A white background.
    #[default]
    Light,
    /// A nearly black background.
    Dark,
}

/// When to draw less than the whole graph: the vertices nearest to the target, or, without a target,
/// a summary. In a summary, vertices are counted by type, separately in each of the largest strongly
/// connected components, with a note that explains it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Summary {
    /// If the whole graph would have more than [`Style::most_boxes`] boxes or be larger than
    /// [`Style::longest_side`].
    #[default]
    WhenLarge,
    /// A summary, always.
    Always,
    /// Never; a graph that is too large for the engine is an error.
    Never,
    /// Never; a graph beyond the limits of the style is an error.
    Refused,
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
            most_boxes: 80,
            longest_side: 4000.0,
            cut: Vec::new(),
            advice: Vec::new(),
            left_out: Vec::new(),
            note: None,
        }
    }
}

impl Style {
    /// Sets the target.
    pub fn with_target(mut self, target: VertexId) -> Self {
        self.target = Some(target);
        self
    }
}
