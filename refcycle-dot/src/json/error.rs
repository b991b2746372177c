//! Errors of reading JSON.

use std::error::Error;
use std::{fmt, io};

use crate::annotated::BuildError;

pub(super) const ID: &str = "an id is an integer from 0 to 2^64 - 1";

/// Why JSON could not be read as a graph.
///
/// ```
/// use refcycle_dot::json::{JsonError, from_json};
/// let error = from_json(r#"{"vertices": [], "edges": "#).unwrap_err();
/// assert!(matches!(error, JsonError::Text { line: 1, .. }));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum JsonError {
    /// Reading failed.
    Io(io::Error),
    /// The text is not JSON, or not a graph.
    Text {
        /// The line of the error, from 1.
        line: usize,
        /// The byte in the line, from 1; 0 is the end of the previous line.
        column: usize,
        /// The description of the error.
        message: String,
    },
    /// The parts are well-formed but inconsistent.
    Graph(BuildError),
}

impl JsonError {
    pub(super) fn new(error: serde_json::Error) -> Self {
        if error.is_io() {
            return Self::Io(error.into());
        }
        let (line, column) = (error.line(), error.column());
        let mut message = error.to_string();
        let position = format!(" at line {line} column {column}");
        if message.ends_with(&position) {
            message.truncate(message.len() - position.len());
        }
        if error.is_eof() {
            message += "; the text ends early: is the file truncated?";
        } else if message.contains("surrogate") || message.contains("hex escape") {
            message += "; an unpaired surrogate is not a character: replace it";
        } else if message == "trailing characters" {
            message = "unexpected content after the end of the graph; remove it".into();
        } else if message == "number out of range" {
            message = format!("a number does not fit in 64 bits; {}", ID);
        }
        Self::Text {
            line,
            column,
            message,
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot read the JSON: {error}"),
            Self::Text {
                line,
                column,
                message,
            } => {
                write!(f, "line {line}, column {column}: {message}")
            }
            Self::Graph(error) => error.fmt(f),
        }
    }
}

impl Error for JsonError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Text { .. } => None,
            Self::Graph(error) => Some(error),
        }
    }
}
