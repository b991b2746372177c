//! Files for other tools, from any graph and back.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyString};
use refcycle_core::Vertices;
use refcycle_dot::exchange::graphml::{self, GraphmlError, read_graphml};
use refcycle_dot::exchange::{self, csv, cytoscape, gexf};
use refcycle_dot::{AnnotatedGraph, VertexFacts};

use super::facts::facts;
use super::named::{ask_for_text, export_error};
use crate::engine::Engine;
use crate::heap::{memory, python_text};
use crate::interrupt::{Watched, watched_text};
use crate::os_error::os_error;
use crate::terminal;

/// A format of one file, for the names of a graph.
pub(crate) struct NamesFormat {
    write: fn(&AnnotatedGraph, &VertexFacts, &mut dyn Write) -> io::Result<()>,
}

/// The memory for what is known of a vertex in addition to its label, as text.
const FACTS: usize = 400;

pub(crate) const GRAPHML: NamesFormat = NamesFormat {
    write: |graph, facts, out| graphml::write_graphml(graph, facts, out),
};

pub(crate) const GEXF: NamesFormat = NamesFormat {
    write: |graph, facts, out| gexf::write_gexf(graph, facts, out),
};

pub(crate) const CYTOSCAPE: NamesFormat = NamesFormat {
    write: |graph, facts, out| cytoscape::write_cytoscape(graph, facts, out),
};

impl NamesFormat {
    /// The names of a graph as a text.
    pub(crate) fn text<'py>(
        &self,
        py: Python<'py>,
        engine: &Engine,
    ) -> PyResult<Bound<'py, PyString>> {
        let named = engine.kind().named(py, engine)?;
        let facts = facts(py, engine)?;
        ask_for_text(py, &named)?;
        memory::ask(FACTS * named.vertex_count())?;
        let text = watched_text(py, |out| (self.write)(&named, &facts, out))?;
        // The copy in Python.
        memory::ask(4 * text.len())?;
        python_text(py, text)
    }

    /// Writes the names of a graph into a file.
    pub(crate) fn export(&self, py: Python<'_>, engine: &Engine, path: &Path) -> PyResult<()> {
        let named = engine.kind().named(py, engine)?;
        let facts = facts(py, engine)?;
        export_with(py, path, |out| (self.write)(&named, &facts, out))
    }
}

/// Writes tables of the edges and, on request, of the vertices.
pub(crate) fn export_csv(
    py: Python<'_>,
    engine: &Engine,
    edges: &Path,
    vertices: Option<&Path>,
) -> PyResult<()> {
    let named = engine.kind().named(py, engine)?;
    export_with(py, edges, |out| csv::write_edges(&named, out))?;
    let Some(path) = vertices else {
        return Ok(());
    };
    let facts = facts(py, engine)?;
    export_with(py, path, |out| csv::write_vertices(&named, &facts, out))
}

/// Writes a file while other threads run Python code; Ctrl-C stops it.
pub(crate) fn export_with(
    py: Python<'_>,
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send,
) -> PyResult<()> {
    let mut stopped = None;
    let done =
        py.detach(|| exchange::export(path, |out| write(&mut Watched::new(out, &mut stopped))));
    match stopped {
        Some(error) => Err(error),
        None => done.map_err(|error| export_error(py, error)),
    }
}

/// The graph of a GraphML text, `str` or `bytes`.
pub(crate) fn from_graphml(text: &Bound<'_, PyAny>) -> PyResult<AnnotatedGraph> {
    let py = text.py();
    let read = |bytes: &[u8]| from_reader(py, bytes);
    if let Ok(bytes) = text.extract::<&[u8]>() {
        read(bytes)
    } else if let Ok(bytes) = text.cast::<PyByteArray>() {
        read(&bytes.to_vec())
    } else if text.is_instance_of::<PyString>() {
        read(text.extract::<String>()?.as_bytes())
    } else {
        let name = terminal::class_name(text)?;
        Err(PyTypeError::new_err(format!(
            "GraphML must be a str or bytes, not {name}"
        )))
    }
}

/// The graph of a GraphML file.
pub(crate) fn import_graphml(py: Python<'_>, path: &Path) -> PyResult<AnnotatedGraph> {
    let file = File::open(path).map_err(|error| os_error(py, &error, path, ""))?;
    match read_watched(py, file)? {
        Err(GraphmlError::Io(error)) => Err(os_error(py, &error, path, "")),
        read => graph_of(read),
    }
}

fn from_reader(py: Python<'_>, reader: impl Read + Send) -> PyResult<AnnotatedGraph> {
    graph_of(read_watched(py, reader)?)
}

fn graph_of(read: Result<AnnotatedGraph, GraphmlError>) -> PyResult<AnnotatedGraph> {
    read.map_err(|error| match error {
        GraphmlError::Io(error) => error.into(),
        error => PyValueError::new_err(format!("this is not the GraphML of a graph: {error}")),
    })
}

/// Reads while other threads run Python code. An exception of a signal handler takes precedence.
fn read_watched(
    py: Python<'_>,
    reader: impl Read + Send,
) -> PyResult<Result<AnnotatedGraph, GraphmlError>> {
    let mut stopped = None;
    let read = py.detach(|| read_graphml(Watched::new(reader, &mut stopped)));
    match stopped {
        Some(error) => Err(error),
        None => Ok(read),
    }
}
