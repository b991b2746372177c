//! Errors in the parts of an annotated graph.

use std::error::Error;
use std::fmt;

/// Why an [`AnnotatedGraph`](crate::AnnotatedGraph) could not be built. Indices count from 0, in
/// the order in which the parts were given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// Two vertices have the same id.
    DuplicateVertex {
        /// The id.
        id: u64,
        /// The index of the second vertex with this id.
        index: usize,
    },
    /// Two edges have the same id.
    DuplicateEdge {
        /// The id.
        id: u64,
        /// The index of the second edge with this id.
        index: usize,
    },
    /// An end of an edge is not a vertex.
    NoSuchVertex {
        /// The id that does not belong to a vertex.
        id: u64,
        /// The id of the edge.
        edge: u64,
        /// The index of the edge.
        index: usize,
        /// The end: `"head"` or `"tail"`.
        end: &'static str,
    },
    /// The number of annotations differs from the number of vertices or edges of the graph.
    Count {
        /// `"vertices"` or `"edges"`.
        what: &'static str,
        /// The number in the graph.
        expected: usize,
        /// The number given, or a lower bound of it.
        given: usize,
    },
    /// More than 2^32 - 1 distinct annotations.
    TooManyAnnotations,
    /// More vertices or edges than a graph can have.
    Graph(refcycle_core::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateVertex { id, index } => write!(
                f,
                "vertices[{index}] has the id {id}, which an earlier vertex also has; give every vertex a unique id"
            ),
            Self::DuplicateEdge { id, index } => write!(
                f,
                "edges[{index}] has the id {id}, which an earlier edge also has; give every edge a unique id"
            ),
            Self::NoSuchVertex {
                id,
                edge,
                index,
                end,
            } => write!(
                f,
                "edges[{index}] (id {edge}) has the {end} {id}, which is not the id of a vertex; add the vertex or leave out the edge"
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
                "there are more than 2^32 - 1 distinct annotations; use a smaller subgraph",
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
