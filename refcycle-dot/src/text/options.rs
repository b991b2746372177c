//! How a tree is drawn.

/// Which way a tree goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Against the edges: to what refers to a vertex.
    #[default]
    Referrers,
    /// Along the edges: to what a vertex refers to.
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

/// With which characters a tree is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// Lines and arrows, and labels as they are.
    #[default]
    Unicode,
    /// ASCII alone; other characters of labels are escaped.
    Ascii,
}

/// How far a tree goes.
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
    /// Which way it goes.
    pub direction: Direction,
    /// The most steps from a start; `None` for no limit.
    pub max_depth: Option<usize>,
    /// The most lines, those at the end that say what was left out included. Fewer than
    /// [`FEWEST_LINES`] count as so many.
    pub max_lines: usize,
    /// How many siblings of one kind are shown before the rest becomes one line; `None`
    /// for all.
    pub fold: Option<usize>,
}

/// A start, and two lines that say what was left out.
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
