//! A graph with names: as text, as a file, as a picture.

use std::collections::hash_map::Entry;
use std::ops::ControlFlow;
use std::sync::Arc;

use pyo3::exceptions::{PyRuntimeError, PyTimeoutError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;
use refcycle_core::{Algorithms, CsrGraph, EdgeId, IDirectedGraph, Successors, VertexId, Vertices};
use refcycle_dot::{AnnotatedGraph, Annotator, BuildError, ExportError};
use rustc_hash::FxHashMap;

use crate::annotate::{CellVariables, Values, names_of, object_name};
use crate::engine::Engine;
use crate::heap::memory;
use crate::heap::{Measured, memory_error, paused, python_text};
use crate::interrupt::{self, Checkpoint, watched_text};
use crate::names::{ObjectName, ReferenceName};
use crate::os_error::os_error;

/// The memory for the name of a vertex or of an edge, and for the search for it.
const NAME: usize = 250;

/// For how many names room is made in a table, if there may be so many new ones. More of them are
/// rarely all different.
pub(super) fn new_names(most: usize) -> usize {
    most.min(1 << 16)
}

/// Requests the memory of the names of a graph, except for long strings: for each vertex and edge,
/// an entry of an array, and entries in the tables that find equal names.
pub(crate) fn ask_for_names(vertices: usize, edges: usize) -> PyResult<()> {
    memory::ask(220 * (vertices + edges))
}

/// The core's graph for an annotated graph; it is shared if the engine has one.
pub(crate) fn shared_graph(engine: &Engine) -> Arc<CsrGraph> {
    let graph = engine.shared_graph();
    graph.unwrap_or_else(|| Arc::new(engine.any_graph().into_owned()))
}

/// The JSON text of a graph.
pub(crate) fn to_json<'py>(py: Python<'py>, engine: &Engine) -> PyResult<Bound<'py, PyString>> {
    let graph = engine.kind().named(py, engine)?;
    ask_for_text(py, &graph)?;
    let text = watched_text(py, |out| refcycle_dot::json::write_json(&graph, out))?;
    // The copy in Python.
    memory::ask(4 * text.len())?;
    python_text(py, text)
}

/// The text of a graph in the DOT language.
pub(crate) fn to_dot<'py>(py: Python<'py>, engine: &Engine) -> PyResult<Bound<'py, PyString>> {
    let graph = engine.kind().named(py, engine)?;
    ask_for_text(py, &graph)?;
    let text = watched_text(py, |out| refcycle_dot::dot::write_dot(&graph, out))?;
    memory::ask(4 * text.len())?;
    python_text(py, text)
}

/// Requests the memory of a text that grows, in which every name may need escapes.
pub(crate) fn ask_for_text(py: Python<'_>, graph: &AnnotatedGraph) -> PyResult<()> {
    /// Brackets, keys, and up to four numbers.
    const PUNCTUATION: usize = 160;

    let vertices = (0..graph.vertex_ids().len()).map(VertexId::from_index);
    let edges = (0..graph.edge_ids().len()).map(EdgeId::from_index);
    let lengths = vertices
        .map(|v| graph.vertex_annotation(v).len())
        .chain(edges.map(|e| graph.edge_annotation(e).map_or(0, str::len)));
    let size = graph.vertex_ids().len() + graph.edge_ids().len();
    let names: usize = interrupt::run(py, size, |_| {
        ControlFlow::Continue(lengths.map(|len| 2 * len + PUNCTUATION).sum())
    })?;
    memory::ask(3 * names)
}

/// Names for the objects of a graph and the references between them.
pub(crate) fn of_objects(py: Python<'_>, engine: &Engine) -> PyResult<AnnotatedGraph> {
    let objects = engine.objects();
    let graph = shared_graph(engine);
    ask_for_names(objects.len(), graph.edge_count())?;
    let mut checkpoint = Checkpoint::of(objects.len() + graph.edge_count());
    let mut annotator = Annotator::with_capacity(objects.len(), graph.edge_count());
    let mut edges = (0..graph.edge_count()).map(EdgeId::from_index);
    let mut measured = Measured::default();
    let cells = CellVariables::of(py, objects, Values::Shown)?;
    for (number, object) in objects.iter().enumerate() {
        // A signal handler may run here.
        checkpoint.step(py)?;
        measured.see(py, objects, number)?;
        let degree = graph.out_degree(VertexId::from_index(number));
        memory::room_for(NAME * (1 + degree))?;
        let names = new_names(1 + degree);
        if annotator.is_crowded(names) {
            py.detach(|| annotator.make_room(names));
        }
        let children = graph.successors(VertexId::from_index(number));
        let (name, names) = paused(py, |heap| {
            let seen = heap.see(object);
            let children = children.map(|child| heap.see(&objects[child.index()]));
            (
                cells.complete(seen, object_name(seen, Values::Shown)),
                names_of(seen, children, Values::Shown),
            )
        });
        annotator.vertex(object.as_ptr() as u64, &name);
        for (name, edge) in names.into_iter().zip(edges.by_ref()) {
            checkpoint.step(py)?;
            annotator.edge(u64::from(engine.edge_number(edge)), name.as_ref());
        }
    }
    finished(py, annotator, graph)
}

fn finished(
    py: Python<'_>,
    annotator: Annotator,
    graph: Arc<CsrGraph>,
) -> PyResult<AnnotatedGraph> {
    let size = graph.vertex_count() + graph.edge_count();
    let named = interrupt::run(py, size, |_| ControlFlow::Continue(annotator.finish(graph)))?;
    named.map_err(build_error)
}

/// Names for the objects of a file and the references between them.
pub(crate) fn of_saved(py: Python<'_>, engine: &Engine) -> PyResult<AnnotatedGraph> {
    let graph = shared_graph(engine);
    ask_for_names(engine.vertex_count(), graph.edge_count())?;
    let mut annotator = Annotator::with_capacity(engine.vertex_count(), graph.edge_count());
    let mut checkpoint = Checkpoint::of(engine.vertex_count());
    for v in engine.vertices() {
        checkpoint.step(py)?;
        let saved = engine.saved(py, v);
        memory::room_for(NAME)?;
        annotator.vertex(saved.address(), &saved.name());
    }
    for edge in graph.edges() {
        checkpoint.step(py)?;
        memory::room_for(NAME)?;
        let number = u64::from(engine.edge_number(edge.id));
        let name = engine.saved_reference(py, edge.tail, edge.id);
        annotator.edge(number, name.as_ref());
    }
    finished(py, annotator, graph)
}

/// The `str()` of the vertices, and numbers.
pub(crate) fn of_texts(py: Python<'_>, engine: &Engine) -> PyResult<AnnotatedGraph> {
    let graph = shared_graph(engine);
    let texts: PyResult<Vec<_>> = engine
        .objects()
        .iter()
        .map(|vertex| str_of(py, vertex))
        .collect();
    let vertices = (0u64..).zip(texts?);
    let numbers = (0..graph.edge_count()).map(|edge| engine.edge_number(EdgeId::from_index(edge)));
    let edges: Vec<_> = numbers
        .map(|number| (u64::from(number), Some(number.to_string())))
        .collect();
    AnnotatedGraph::annotate(graph, vertices, edges).map_err(build_error)
}

/// The `str()` of an object, with a replacement for lone surrogates.
pub(crate) fn str_of(py: Python<'_>, object: &Py<PyAny>) -> PyResult<String> {
    Ok(object.bind(py).str()?.to_string_lossy().into_owned())
}

pub(crate) fn build_error(error: BuildError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

pub(crate) fn export_error(py: Python<'_>, error: ExportError) -> PyErr {
    let message = error.to_string();
    match error {
        ExportError::Engine { .. } if memory::is_short() => memory_error(py),
        ExportError::Io { path, source } => os_error(py, &source, &path, ""),
        ExportError::Executable { path, source } => os_error(py, &source, &path, NO_GRAPHVIZ),
        ExportError::TimedOut { .. } => PyTimeoutError::new_err(message),
        ExportError::Engine { .. } => PyRuntimeError::new_err(message),
        ExportError::Format(_) => PyValueError::new_err(message + OTHER_TOOLS),
        _ => PyValueError::new_err(message),
    }
}

const OTHER_TOOLS: &str = "; files for other tools are made by export_graphml, export_gexf, \
    export_cytoscape, export_csv, export_parquet, export_flame_graph and export_heapsnapshot";

const NO_GRAPHVIZ: &str = "; install Graphviz, give the path of its dot, or leave \
    dot_executable out to make SVG, PNG and PDF without it";

/// The names of the objects of a graph, and its references, each with the addresses of its ends.
pub(crate) type GraphNames = (
    Vec<Py<ObjectName>>,
    Vec<(u64, u64, Option<Py<ReferenceName>>)>,
);

/// The names of a graph for Python; equal names are one object.
pub(crate) fn graph_names(py: Python<'_>, engine: &Engine) -> PyResult<GraphNames> {
    let graph = engine.kind().named(py, engine)?;
    memory::ask(200 * graph.edge_ids().len())?;
    let mut checkpoint = Checkpoint::of(graph.vertex_ids().len());
    let mut known = FxHashMap::default();
    let mut objects = Vec::with_capacity(graph.vertex_ids().len());
    for v in graph.vertices() {
        checkpoint.step(py)?;
        let name = graph.object_name(v);
        let made = match known.entry(name) {
            Entry::Occupied(made) => made.into_mut(),
            Entry::Vacant(place) => place.insert(Py::new(py, ObjectName::from(name.owned()))?),
        };
        objects.push(made.clone_ref(py));
    }
    let mut known = FxHashMap::default();
    let mut references = Vec::with_capacity(graph.edge_ids().len());
    for edge in graph.edges() {
        checkpoint.step(py)?;
        let name = match graph.reference_name(edge.id) {
            None => None,
            Some(name) => Some(match known.entry(name) {
                Entry::Occupied(made) => made.into_mut(),
                Entry::Vacant(place) => {
                    place.insert(Py::new(py, ReferenceName::from(name.owned()))?)
                }
            }),
        };
        let name = name.map(|name| name.clone_ref(py));
        references.push((graph.vertex_id(edge.tail), graph.vertex_id(edge.head), name));
    }
    Ok((objects, references))
}
