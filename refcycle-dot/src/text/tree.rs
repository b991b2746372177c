//! The lines of a tree, and what its limits left out.

use super::options::Direction;

/// A tree of references: labels and numbers, that need the graph no more.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) direction: Direction,
    /// A line each; a parent comes before its children.
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
pub(super) enum Then {
    /// All its neighbours, if it has some.
    Children,
    /// It has neighbours that are not shown.
    Cut,
    /// What comes after it is where the vertex came first.
    Again(usize),
}

/// What the limits left out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    pub(super) max_lines: usize,
    pub(super) max_depth: usize,
    /// Neighbours for which there was no line.
    pub(super) unlisted: usize,
    /// Vertices whose neighbours have no line.
    pub(super) unopened: usize,
    /// Vertices whose neighbours are too deep.
    pub(super) too_deep: usize,
}

impl Tree {
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
