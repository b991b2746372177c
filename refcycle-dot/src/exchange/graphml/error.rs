//! Errors of reading GraphML.

use std::error::Error;
use std::{fmt, io};

use crate::annotated::BuildError;

/// Why GraphML could not be read as a graph.
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
    /// The text is not XML, or not a directed graph.
    Text {
        /// The line where the error was found, from 1.
        line: u64,
        /// The description of the error.
        message: String,
    },
    /// The parts are well-formed but inconsistent.
    Graph(BuildError),
}

impl fmt::Display for GraphmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot read the GraphML: {error}"),
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
