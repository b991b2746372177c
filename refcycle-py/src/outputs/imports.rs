//! Graphs of names from texts and files.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyString};
use refcycle_dot::AnnotatedGraph;
use refcycle_dot::exchange::graphml::{GraphmlError, read_graphml};
use refcycle_dot::json::{JsonError, read_json};

use crate::interrupt::Watched;
use crate::os_error::os_error;
use crate::{progress, terminal};

/// How a graph is written.
#[derive(Clone, Copy)]
pub(crate) enum Format {
    Json,
    Graphml,
}

/// Why there is no graph.
enum Unread {
    Io(io::Error),
    Wrong(String),
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Graphml => "GraphML",
        }
    }

    fn read(self, reader: impl Read) -> Result<AnnotatedGraph, Unread> {
        match self {
            Self::Json => read_json(reader).map_err(|error| match error {
                JsonError::Io(error) => Unread::Io(error),
                error => Unread::Wrong(format!("not the JSON of a graph: {error}")),
            }),
            Self::Graphml => read_graphml(reader).map_err(|error| match error {
                GraphmlError::Io(error) => Unread::Io(error),
                error => Unread::Wrong(format!("this is not the GraphML of a graph: {error}")),
            }),
        }
    }

    /// Reads while other threads run Python code. An exception of a signal handler takes
    /// precedence. `size` is that of the text in bytes, as far as it is known.
    fn read_watched(
        self,
        py: Python<'_>,
        reader: impl Read + Send,
        size: usize,
    ) -> PyResult<Result<AnnotatedGraph, Unread>> {
        progress::part(size);
        let mut stopped = None;
        let read = py.detach(|| self.read(Watched::new(reader, &mut stopped)));
        match stopped {
            Some(error) => Err(error),
            None => Ok(read),
        }
    }

    fn read_bytes(self, py: Python<'_>, bytes: &[u8]) -> PyResult<AnnotatedGraph> {
        self.read_watched(py, bytes, bytes.len())?
            .map_err(|error| match error {
                Unread::Io(error) => error.into(),
                Unread::Wrong(what) => PyValueError::new_err(what),
            })
    }

    /// The graph of a text, `str` or `bytes`.
    pub(crate) fn read_text(self, text: &Bound<'_, PyAny>) -> PyResult<AnnotatedGraph> {
        let py = text.py();
        if let Ok(bytes) = text.extract::<&[u8]>() {
            self.read_bytes(py, bytes)
        } else if let Ok(bytes) = text.cast::<PyByteArray>() {
            self.read_bytes(py, &bytes.to_vec())
        } else if text.is_instance_of::<PyString>() {
            self.read_bytes(py, text.extract::<String>()?.as_bytes())
        } else {
            let (name, class) = (self.name(), terminal::class_name(text)?);
            Err(PyTypeError::new_err(format!(
                "{name} must be a str or bytes, not {class}"
            )))
        }
    }

    /// The graph of a file.
    pub(crate) fn read_file(self, py: Python<'_>, path: &Path) -> PyResult<AnnotatedGraph> {
        let failed = |error| os_error(py, &error, path, "");
        let file = py.detach(|| File::open(path)).map_err(failed)?;
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        self.read_watched(py, file, size)?
            .map_err(|error| match error {
                Unread::Io(error) => os_error(py, &error, path, ""),
                Unread::Wrong(what) => PyValueError::new_err(what),
            })
    }
}
