//! Files for other tools, from any graph.

use std::io::{self, Write};
use std::path::Path;

use pyo3::prelude::*;
use pyo3::types::PyString;
use refcycle_core::Vertices;
use refcycle_dot::exchange::{self, csv, cytoscape, gexf, graphml};
use refcycle_dot::json::write_json;
use refcycle_dot::{AnnotatedGraph, VertexFacts};

use super::facts::facts;
use super::named::{ask_for_text, export_error};
use crate::engine::Engine;
use crate::heap::{memory, python_text};
use crate::interrupt::{Watched, watched_text};

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

/// Writes the JSON text of a graph into a file.
pub(crate) fn export_json(py: Python<'_>, engine: &Engine, path: &Path) -> PyResult<()> {
    let graph = engine.kind().named(py, engine)?;
    export_with(py, path, |out| write_json(&graph, out))
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
