//! How a picture looks.

use refcycle_core::VertexId;

/// How a picture looks.
///
/// # Example
/// ```
/// use refcycle_core::VertexId;
/// use refcycle_dot::Style;
/// let style = Style::default().with_target(VertexId::new(3));
/// assert_eq!(style.label_width, 44);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Style {
    /// The vertex that the picture is about: it has a red outline, and what leads to it
    /// is drawn above it. One that is not in the graph is passed over.
    pub target: Option<VertexId>,
    /// The most characters in a line of a label; the rest becomes an ellipsis.
    pub label_width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            target: None,
            label_width: 44,
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
