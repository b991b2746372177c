//! Errors of exports and pictures.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use crate::format::Format;

/// Why a graph could not be exported.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExportError {
    /// The file could not be written; the source has the cause.
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The cause: `NotFound` if the folder does not exist.
        source: io::Error,
    },
    /// The format is not supported.
    Format(Format),
    /// The graph is too large for the engine.
    TooLarge {
        /// The number of vertices.
        vertices: usize,
        /// The number of edges.
        edges: usize,
    },
    /// The time limit passed before the drawing was finished.
    TimedOut {
        /// The engine, or the step, that was running.
        engine: String,
        /// The time limit.
        limit: Duration,
    },
    /// The caller interrupted the drawing.
    Interrupted,
    /// The Graphviz program could not be started.
    Executable {
        /// The path of the program.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The layout engine failed.
    Engine {
        /// The name of the engine.
        engine: String,
        /// Its error message.
        message: String,
    },
}

impl ExportError {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// Advice for a graph that cannot be drawn.
const SMALLER: &str = "draw a smaller subgraph (a few generations of ancestors of one \
    object) or a summary, or export the graph as JSON or DOT";

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, source } => write!(f, "cannot write {}: {source}", path.display()),
            Self::Format(format) => {
                write!(f, "unsupported format '{format}': this build supports ")?;
                for (index, known) in Format::built_in().iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{known}")?;
                }
                f.write_str("; pass dot_executable to use Graphviz for other formats")
            }
            Self::TooLarge { vertices, edges } => write!(
                f,
                "a graph of {vertices} vertices and {edges} edges is too large for a picture; {SMALLER}"
            ),
            Self::TimedOut { engine, limit } => write!(
                f,
                "{engine} did not finish within {} s; {SMALLER}, or allow more time",
                limit.as_secs_f64()
            ),
            Self::Interrupted => f.write_str("the drawing was interrupted"),
            Self::Executable { path, source } => write!(
                f,
                "cannot run {}: {source}; install Graphviz, pass the path of its dot program, or export {} without it",
                path.display(),
                if cfg!(feature = "svg") {
                    "an SVG"
                } else {
                    "JSON or DOT"
                },
            ),
            Self::Engine { engine, message } => {
                write!(f, "{engine} could not draw the graph: {message}")
            }
        }
    }
}

impl Error for ExportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } | Self::Executable { source, .. } => Some(source),
            _ => None,
        }
    }
}
