//! The lines of a tree, and the parts that its limits left out.

use super::options::Direction;

/// A tree of references. It holds labels and numbers and no longer needs the graph.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) direction: Direction,
    /// One node per line; a parent comes before its children.
    pub(super) nodes: Vec<TreeNode>,
    pub(super) roots: Vec<usize>,
    pub(super) limits: Limits,
}

#[derive(Clone, Debug)]
pub(super) struct TreeNode {
    pub(super) parent: Option<usize>,
    pub(super) depth: usize,
    pub(super) children: Vec<usize>,
    pub(super) line: TreeLine,
}

#[derive(Clone, Debug)]
pub(super) enum TreeLine {
    Vertex {
        label: String,
        /// The distinct names of the references from or to the parent, with counts.
        names: Vec<(Option<String>, usize)>,
        /// The number of references with other names.
        more_names: usize,
        note: Option<String>,
        then: Then,
    },
    /// Folded siblings; all of them are of `kind` if it is given.
    More { count: usize, kind: Option<String> },
}

/// The lines that follow a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// All its neighbours, if any.
    Children,
    /// No lines: its neighbours are not shown.
    Cut,
    /// No lines: its neighbours are shown at its first line.
    Again(usize),
}

/// The parts that the limits left out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    pub(super) max_lines: usize,
    pub(super) max_depth: usize,
    /// The number of neighbours without a line.
    pub(super) unlisted: usize,
    /// The number of vertices that were not expanded for lack of lines.
    pub(super) unopened: usize,
    /// The number of vertices that were not expanded because of the depth limit.
    pub(super) too_deep: usize,
}

impl Tree {
    /// The number of lines.
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

    /// Sentences that say what the limits left out.
    pub(super) fn left_out(&self) -> Vec<String> {
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
