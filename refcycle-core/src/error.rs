//! What can be wrong with the input from which a graph is made.

use std::error::Error;
use std::fmt;

/// Why a graph could not be made.
///
/// ```
/// use refcycle_core::{CsrGraph, GraphError};
/// let error = CsrGraph::from_edges(2, [(0, 5)]).unwrap_err();
/// assert_eq!(error, GraphError::VertexOutOfRange { vertex: 5, vertex_count: 2 });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphError {
    /// More vertices than [`MAX_VERTICES`](crate::MAX_VERTICES).
    TooManyVertices {
        /// How many were asked for.
        count: usize,
    },
    /// More edges than [`MAX_EDGES`](crate::MAX_EDGES).
    TooManyEdges {
        /// How many were given, at least.
        count: usize,
    },
    /// An edge has an end that is no vertex.
    VertexOutOfRange {
        /// The end.
        vertex: u32,
        /// Vertices are the numbers below this one.
        vertex_count: usize,
    },
    /// The offsets of a CSR graph do not start at 0, fall, or do not end at the
    /// number of edges.
    MalformedOffsets {
        /// The index of the first offset that is wrong.
        index: usize,
    },
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TooManyVertices { count } => write!(
                f,
                "{count} vertices are too many: a graph holds at most {}",
                crate::MAX_VERTICES
            ),
            Self::TooManyEdges { count } => write!(
                f,
                "{count} edges are too many: a graph holds at most {}",
                crate::MAX_EDGES
            ),
            Self::VertexOutOfRange {
                vertex,
                vertex_count,
            } => write!(
                f,
                "an edge ends at vertex {vertex}, but the vertices are the numbers below {vertex_count}"
            ),
            Self::MalformedOffsets { index } => write!(
                f,
                "offset {index} is wrong: offsets start at 0, never fall, and end at the number of edges"
            ),
        }
    }
}

impl Error for GraphError {}
