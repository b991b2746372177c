//! Why a file or a picture could not be made.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use crate::format::Format;

/// Why a graph could not be exported.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExportError {
    /// The file could not be written. The source says why.
    Io {
        /// Which file.
        path: PathBuf,
        /// Why: `NotFound` when its folder does not exist.
        source: io::Error,
    },
    /// Nobody here makes this format.
    Format(Format),
    /// The graph is too large for this engine to draw.
    TooLarge {
        /// How many vertices there are.
        vertices: usize,
        /// How many edges there are.
        edges: usize,
    },
    /// The drawing was not ready in time.
    TimedOut {
        /// Who was drawing.
        engine: String,
        /// How long it was given.
        limit: Duration,
    },
    /// The caller wanted it no more.
    Interrupted,
    /// Graphviz could not be started.
    Executable {
        /// What was to be started.
        path: PathBuf,
        /// Why it could not.
        source: io::Error,
    },
    /// The engine failed.
    Engine {
        /// Which engine.
        engine: String,
        /// What it said.
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

/// What to do about a graph that cannot be drawn.
const SMALLER: &str = "draw a smaller subgraph (a few generations of ancestors of one \
    object) or a summary, or export the graph as JSON or DOT";

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, source } => write!(f, "cannot write {}: {source}", path.display()),
            Self::Format(format) => {
                write!(f, "cannot make '{format}': this build makes ")?;
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
                "{engine} was not ready after {} s; {SMALLER}, or allow more time",
                limit.as_secs_f64()
            ),
            Self::Interrupted => f.write_str("the drawing was interrupted"),
            Self::Executable { path, source } => write!(
                f,
                "cannot run {}: {source}; install Graphviz, give the path of its dot, or make {} without it",
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
