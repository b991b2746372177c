//! A graph in a terminal: a tree of references with labels.
//!
//! From a start the tree goes against the edges, to what holds it, or along them. What is
//! near the start is shown before what is far, up to a number of lines; a vertex that comes
//! again is not opened again, siblings of one kind are folded, and the last lines say what
//! was left out.
//!
//! ```
//! use refcycle_dot::AnnotatedGraph;
//! use refcycle_dot::text::{Charset, Tree, TreeOptions};
//!
//! let mut builder = AnnotatedGraph::builder();
//! builder.vertex(1, "dict[0]");
//! builder.vertex(2, "function\ncount");
//! builder.edge(0, 2, 1, Some("__dict__"));
//! builder.edge(1, 1, 2, Some("value['me']"));
//! let graph = builder.build()?;
//! let dict = graph.find_vertex(1).unwrap();
//! let tree = Tree::new(&graph, &[dict], &TreeOptions::default());
//! assert_eq!(tree.render(80, Charset::Unicode), "\
//! dict[0] #1
//! └─ __dict__ of function count
//!    └─ value['me'] of dict[0] ↑ already above: #1");
//! # Ok::<(), refcycle_dot::BuildError>(())
//! ```

mod cells;
mod grow;
mod kind;
mod names;
mod render;

use refcycle_core::algo::Components;
use refcycle_core::{IDirectedGraph, VertexId};

use crate::annotated::AnnotatedGraph;
pub use crate::counts::{counted, grouped};
pub use crate::escape::escaped;
pub use kind::kind_of;
pub use names::Names;

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
    fn word(self) -> &'static str {
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

/// A tree of references: labels and numbers, that need the graph no more.
#[derive(Clone, Debug)]
pub struct Tree {
    direction: Direction,
    /// A line each; a parent comes before its children.
    nodes: Vec<Node>,
    roots: Vec<usize>,
    limits: Limits,
}

#[derive(Clone, Debug)]
struct Node {
    parent: Option<usize>,
    depth: usize,
    children: Vec<usize>,
    line: Line,
}

#[derive(Clone, Debug)]
enum Line {
    Vertex {
        label: String,
        /// The different names of the references to or from the parent, with how many.
        names: Vec<(Option<String>, usize)>,
        /// How many references have yet other names.
        more_names: usize,
        note: Option<String>,
        then: Then,
    },
    /// Siblings that are not shown one by one; all of a kind, if one is named.
    More { count: usize, kind: Option<String> },
}

/// What comes after a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// All its neighbours, if it has some.
    Children,
    /// It has neighbours that are not shown.
    Cut,
    /// What comes after it is where the vertex came first.
    Again(usize),
}

/// What the limits left out.
#[derive(Clone, Copy, Debug, Default)]
struct Limits {
    max_lines: usize,
    max_depth: usize,
    /// Neighbours for which there was no line.
    unlisted: usize,
    /// Vertices whose neighbours have no line.
    unopened: usize,
    /// Vertices whose neighbours are too deep.
    too_deep: usize,
}

impl Tree {
    /// The trees of some starts, one below the other.
    ///
    /// # Complexity
    /// Labels are looked up for what is shown. Of each vertex that is opened all edges are
    /// looked at; going against the edges makes the graph's backward direction.
    ///
    /// # Panics
    /// When a start is not a vertex of the graph.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::VertexId;
    /// use refcycle_dot::AnnotatedGraph;
    /// use refcycle_dot::text::{Charset, Direction, Tree, TreeOptions};
    /// let mut builder = AnnotatedGraph::builder();
    /// builder.vertex(0, "list[9]");
    /// for id in 1..10 {
    ///     builder.vertex(id, "dict[0]");
    ///     builder.edge(id, 0, id, None);
    /// }
    /// let graph = builder.build()?;
    /// let options = TreeOptions { direction: Direction::Referents, ..TreeOptions::default() };
    /// let tree = Tree::new(&graph, &[VertexId::new(0)], &options);
    /// assert!(tree.render(80, Charset::Ascii).ends_with("`- ... and 6 more dict"));
    /// # Ok::<(), refcycle_dot::BuildError>(())
    /// ```
    pub fn new(graph: &AnnotatedGraph, starts: &[VertexId], options: &TreeOptions) -> Self {
        let mut names = graph;
        match Self::with_names(graph, &mut names, starts, options) {
            Ok(tree) => tree,
            Err(never) => match never {},
        }
    }

    /// The same for a graph whose labels are elsewhere, as [`Names`] that are asked for
    /// what is shown and no more.
    ///
    /// # Errors
    /// What the names raise.
    ///
    /// # Panics
    /// When a start is not a vertex of the graph.
    pub fn with_names<G: IDirectedGraph, N: Names>(
        graph: &G,
        names: &mut N,
        starts: &[VertexId],
        options: &TreeOptions,
    ) -> Result<Self, N::Error> {
        let lines = options.max_lines.max(FEWEST_LINES);
        let mut tree = grow::grow(graph, names, starts, options, lines)?;
        for room in 1..FEWEST_LINES {
            if tree.line_count() <= lines {
                break;
            }
            // Room for what says that there is more.
            tree = grow::grow(graph, names, starts, options, lines - room)?;
        }
        Ok(tree)
    }

    /// How many lines it has.
    ///
    /// # Example
    /// ```
    /// use refcycle_dot::AnnotatedGraph;
    /// use refcycle_dot::text::{Tree, TreeOptions};
    /// let tree = Tree::new(&AnnotatedGraph::default(), &[], &TreeOptions::default());
    /// assert_eq!(tree.line_count(), 0);
    /// ```
    pub fn line_count(&self) -> usize {
        self.nodes.len() + self.left_out().len()
    }

    /// What the limits left out, a sentence each.
    fn left_out(&self) -> Vec<String> {
        let Limits {
            max_lines,
            max_depth,
            unlisted,
            unopened,
            too_deep,
        } = self.limits;
        let word = self.direction.word();
        let of = |count| match count {
            1 => "1 object".to_owned(),
            _ => format!("{count} objects"),
        };
        let mut sentences = Vec::new();
        let by_lines = match (unlisted, unopened) {
            (0, 0) => None,
            (0, _) => Some(format!("the {word} of {}", of(unopened))),
            (_, 0) => Some(of(unlisted)),
            _ => Some(format!(
                "{}, and the {word} of {}",
                of(unlisted),
                of(unopened)
            )),
        };
        if let Some(what) = by_lines {
            sentences.push(format!("max_lines={max_lines} leaves out {what}"));
        }
        if too_deep > 0 {
            sentences.push(format!(
                "max_depth={max_depth} leaves out the {word} of {}",
                of(too_deep)
            ));
        }
        sentences
    }
}

/// Few vertices from which a tree, or another, comes to each vertex of the graph: one of each
/// strongly connected component that no other leads to.
///
/// # Complexity
/// O(vertices + edges).
///
/// # Panics
/// When the components are not those of the graph.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, IDirectedGraph, VertexId};
/// use refcycle_dot::text::{Direction, starts};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 1)])?;
/// let components = graph.strongly_connected_components();
/// let numbers = |direction| {
///     starts(&graph, &components, direction).into_iter().map(VertexId::number)
/// };
/// assert_eq!(numbers(Direction::Referents).collect::<Vec<_>>(), [0, 3]);
/// assert_eq!(numbers(Direction::Referrers).collect::<Vec<_>>(), [1, 3]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn starts<G: IDirectedGraph>(
    graph: &G,
    components: &Components,
    direction: Direction,
) -> Vec<VertexId> {
    let ends = match direction {
        Direction::Referrers => components.sinks(graph),
        Direction::Referents => components.sources(graph),
    };
    let first = |&number: &u32| components.component(number).iter().min().copied();
    let mut starts: Vec<_> = ends.iter().filter_map(first).collect();
    starts.sort_unstable();
    starts
}
