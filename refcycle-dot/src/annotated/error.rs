//! What can be wrong with the parts of an annotated graph.

use std::error::Error;
use std::fmt;

/// Why an [`AnnotatedGraph`](crate::AnnotatedGraph) could not be made. The indices
/// count from 0, in the order in which things were given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// Two vertices have the same id.
    DuplicateVertex {
        /// The id.
        id: u64,
        /// Which vertex has it again.
        index: usize,
    },
    /// Two edges have the same id.
    DuplicateEdge {
        /// The id.
        id: u64,
        /// Which edge has it again.
        index: usize,
    },
    /// An edge has an end that is no vertex.
    NoSuchVertex {
        /// The id that no vertex has.
        id: u64,
        /// The id of the edge.
        edge: u64,
        /// Which edge that is.
        index: usize,
        /// The end: `"head"` or `"tail"`.
        end: &'static str,
    },
    /// There are not as many annotations as the graph has vertices or edges.
    Count {
        /// `"vertices"` or `"edges"`.
        what: &'static str,
        /// How many the graph has.
        expected: usize,
        /// How many were given, at least.
        given: usize,
    },
    /// More than 2^32 - 1 different annotations.
    TooManyAnnotations,
    /// More vertices or edges than a graph can have.
    Graph(refcycle_core::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateVertex { id, index } => write!(
                f,
                "vertices[{index}] has the id {id}, which an earlier vertex has too; give every vertex an id of its own"
            ),
            Self::DuplicateEdge { id, index } => write!(
                f,
                "edges[{index}] has the id {id}, which an earlier edge has too; give every edge an id of its own"
            ),
            Self::NoSuchVertex {
                id,
                edge,
                index,
                end,
            } => write!(
                f,
                "edges[{index}] (id {edge}) has the {end} {id}, which is the id of no vertex; add the vertex or leave out the edge"
            ),
            Self::Count {
                what,
                expected,
                given,
            } => write!(
                f,
                "{given} annotations were given for the {expected} {what} of the graph; give one for each"
            ),
            Self::TooManyAnnotations => f.write_str(
                "there are more than 2^32 - 1 different annotations; take a smaller subgraph",
            ),
            Self::Graph(error) => error.fmt(f),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Graph(error) => Some(error),
            _ => None,
        }
    }
}

impl From<refcycle_core::Error> for BuildError {
    fn from(error: refcycle_core::Error) -> Self {
        Self::Graph(error)
    }
}
