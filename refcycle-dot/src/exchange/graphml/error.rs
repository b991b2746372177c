//! What can be wrong with GraphML.

use std::error::Error;
use std::{fmt, io};

use crate::annotated::BuildError;

/// Why no graph could be made of some GraphML.
///
/// ```
/// use refcycle_dot::exchange::graphml::{GraphmlError, from_graphml};
/// let error = from_graphml("<graphml>\n<graph>\n<node").unwrap_err();
/// assert!(matches!(error, GraphmlError::Text { line: 3, .. }));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum GraphmlError {
    /// Reading failed.
    Io(io::Error),
    /// The text is no XML, or not that of a directed graph.
    Text {
        /// The line, from 1, at which it was seen.
        line: u64,
        /// What is wrong there.
        message: String,
    },
    /// Every part is well-formed, but they do not fit together.
    Graph(BuildError),
}

impl fmt::Display for GraphmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the GraphML could not be read: {error}"),
            Self::Text { line, message } => write!(f, "line {line}: {message}"),
            Self::Graph(error) => error.fmt(f),
        }
    }
}

impl Error for GraphmlError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Text { .. } => None,
            Self::Graph(error) => Some(error),
        }
    }
}
