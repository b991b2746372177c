//! Options for trees.

/// The direction in which a tree grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Edges backwards: to the objects that refer to a vertex.
    #[default]
    Referrers,
    /// Edges forwards: to the objects that a vertex refers to.
    Referents,
}

impl Direction {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Referrers => "referrers",
            Self::Referents => "referents",
        }
    }
}

/// The characters with which a tree is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// Unicode lines and arrows; labels unchanged.
    #[default]
    Unicode,
    /// ASCII only; other characters in labels become escapes.
    Ascii,
}

/// The limits of a tree.
///
/// # Example
/// ```
/// use refcycle_dot::text::{Direction, TreeOptions};
/// let options = TreeOptions { max_lines: 12, ..TreeOptions::default() };
/// assert_eq!(options.direction, Direction::Referrers);
/// assert_eq!((options.max_depth, options.fold), (Some(10), Some(3)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeOptions {
    /// The direction in which the tree grows.
    pub direction: Direction,
    /// The largest number of steps from a start; `None` for no limit.
    pub max_depth: Option<usize>,
    /// The largest number of lines, including those at the end that say what is left out; at
    /// least [`FEWEST_LINES`].
    pub max_lines: usize,
    /// The number of siblings of one kind that are shown before the rest is folded into one
    /// line; `None` for all.
    pub fold: Option<usize>,
}

/// The smallest `max_lines`: a start, and two lines that say what is left out.
pub const FEWEST_LINES: usize = 3;

impl Default for TreeOptions {
    fn default() -> Self {
        Self {
            direction: Direction::default(),
            max_depth: Some(10),
            max_lines: 40,
            fold: Some(3),
        }
    }
}
