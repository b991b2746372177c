//! Graphs of names.

mod class;

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyDict, PyInt, PyList, PyType};
use refcycle_core::{CsrBuilder, IDirectedGraph, VertexId};
use refcycle_dot::json::{self, JsonError};

use super::annotated_parts::{AnnotatedEdge, AnnotatedVertex};
use super::base::{GraphBase, wrap};
use super::former_names::{renamed, renamed_if_given};
use crate::engine::{Asked, EdgeNames, Engine};
use crate::heap::memory;
use crate::interrupt::Checkpoint;
use crate::os_error::os_error;
use crate::outputs::exchange;
use crate::outputs::images::{self, ImageRequest, PictureLook};
use crate::outputs::named;
use crate::outputs::page;
use crate::terminal;
pub(crate) use class::AnnotatedGraph;
use class::AnnotatedParts;

/// The Python graph for one of ours, and for the vertex that was asked about.
pub(super) fn from_named(
    py: Python<'_>,
    named: refcycle_dot::AnnotatedGraph,
    asked: Option<Asked>,
) -> PyResult<Py<PyAny>> {
    /// The Python objects for a vertex or an edge: itself, its numbers, its text.
    const PART: usize = 320;

    let mut checkpoint = Checkpoint::new();
    let arrays = 8 * (named.vertex_ids().len() + named.edge_ids().len());
    memory::ask(arrays + named.graph().memory())?;
    let mut vertices = Vec::with_capacity(named.vertex_ids().len());
    for (number, &id) in named.vertex_ids().iter().enumerate() {
        checkpoint.step(py)?;
        let annotation = named.vertex_annotation(VertexId::from_index(number));
        memory::room_for(PART + 4 * annotation.len())?;
        vertices.push(AnnotatedVertex::make(py, id, annotation)?.into_any());
    }
    let mut edges = Vec::with_capacity(named.edge_ids().len());
    for edge in named.graph().references() {
        checkpoint.step(py)?;
        memory::room_for(PART + 4 * named.edge_annotation(edge.id).map_or(0, str::len))?;
        let made = AnnotatedEdge::make(
            py,
            named.edge_id(edge.id),
            named.edge_annotation(edge.id),
            named.vertex_id(edge.head),
            named.vertex_id(edge.tail),
        )?;
        edges.push(made.into_any());
    }
    let graph = named.graph().clone();
    let names = EdgeNames::Objects(edges.into());
    wrap(
        py,
        Engine::new(Box::new(AnnotatedParts), vertices.into(), graph, names).with_asked(asked),
    )
}

fn json_error(error: JsonError) -> PyErr {
    match error {
        JsonError::Io(error) => error.into(),
        error => PyValueError::new_err(format!("this is not the JSON of a graph: {error}")),
    }
}

/// Those of some vertices or edges that are different from all before.
fn distinct<'py, T: pyo3::PyTypeInfo>(
    items: &Bound<'py, PyAny>,
    what: &str,
) -> PyResult<Vec<Bound<'py, T>>> {
    let seen = PyDict::new(items.py());
    let mut kept = Vec::new();
    for item in items.try_iter()? {
        let item = item?;
        let Ok(typed) = item.cast::<T>() else {
            let name = terminal::class_name(&item)?;
            return Err(PyTypeError::new_err(format!("{what} must be, not {name}")));
        };
        if !seen.contains(&item)? {
            seen.set_item(&item, kept.len())?;
            kept.push(typed.clone());
        }
    }
    Ok(kept)
}

fn engine_of(vertices: &Bound<'_, PyAny>, edges: &Bound<'_, PyAny>) -> PyResult<Engine> {
    let py = vertices.py();
    let vertices = distinct::<AnnotatedVertex>(vertices, "AnnotatedVertex is what vertices")?;
    let edges = distinct::<AnnotatedEdge>(edges, "AnnotatedEdge is what edges")?;
    let numbers = PyDict::new(py);
    for (number, vertex) in vertices.iter().enumerate() {
        numbers.set_item(vertex.borrow().id(py), number)?;
    }
    let mut builder = CsrBuilder::with_capacity(vertices.len(), edges.len());
    for edge in &edges {
        let edge = edge.borrow();
        let find = |end: &Bound<'_, PyInt>| -> PyResult<VertexId> {
            match numbers.get_item(end)? {
                Some(number) => Ok(VertexId::new(number.extract()?)),
                None => Err(PyValueError::new_err(format!(
                    "the edge with id {} ends at {end}, which is the id of no vertex",
                    edge.id(py),
                ))),
            }
        };
        let [tail, head] = edge.ends(py);
        builder
            .add_edge(find(&tail)?, find(&head)?)
            .map_err(invalid)?;
    }
    let (graph, order) = builder.build_with_order().map_err(invalid)?;
    let objects = vertices
        .into_iter()
        .map(|vertex| vertex.into_any().unbind());
    let names = order
        .iter()
        .map(|&place| edges[place as usize].clone().into_any().unbind());
    Ok(Engine::new(
        Box::new(AnnotatedParts),
        objects.collect(),
        graph,
        EdgeNames::Objects(names.collect()),
    ))
}

pub(super) fn invalid(error: refcycle_core::Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What `__reduce__` returns: the class and its arguments.
type Reduced<'py> = (Bound<'py, PyAny>, (Bound<'py, PyList>, Bound<'py, PyList>));

#[crate::border::guarded]
#[pymethods]
impl AnnotatedGraph {
    #[new]
    fn new(
        vertices: &Bound<'_, PyAny>,
        edges: &Bound<'_, PyAny>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let engine = engine_of(vertices, edges)?;
        Ok(PyClassInitializer::from(GraphBase { engine }).add_subclass(Self))
    }

    /// The graph of a JSON text, `str` or UTF-8 `bytes`. `ValueError` says what is wrong
    /// and where.
    #[classmethod]
    fn from_json(class: &Bound<'_, PyType>, json_graph: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = class.py();
        let named = if let Ok(bytes) = json_graph.extract::<&[u8]>() {
            json::read_json(bytes)
        } else if let Ok(bytes) = json_graph.cast::<PyByteArray>() {
            json::read_json(bytes.to_vec().as_slice())
        } else if json_graph.is_instance_of::<pyo3::types::PyString>() {
            json::from_json(&json_graph.extract::<String>()?)
        } else {
            let name = terminal::class_name(json_graph)?;
            return Err(PyTypeError::new_err(format!(
                "JSON is a str or bytes, not {name}"
            )));
        };
        from_named(py, named.map_err(json_error)?, None)
    }

    /// The graph of a JSON file. `filename` is the former name of `path`.
    #[classmethod]
    #[pyo3(signature = (path=None, *, filename=None), text_signature = "($cls, path=..., *, filename=...)")]
    fn import_json(
        class: &Bound<'_, PyType>,
        path: Option<PathBuf>,
        filename: Option<PathBuf>,
    ) -> PyResult<Py<PyAny>> {
        let py = class.py();
        let path = renamed(("path", path), ("filename", filename))?;
        let file = File::open(&path).map_err(|error| os_error(py, &error, &path, ""))?;
        let named = py.detach(|| json::read_json(BufReader::with_capacity(1 << 16, file)));
        let named = named.map_err(|error| match error {
            JsonError::Io(error) => os_error(py, &error, &path, ""),
            error => json_error(error),
        });
        from_named(py, named?, None)
    }

    /// The graph of a GraphML text, `str` or UTF-8 `bytes`. `ValueError` says what is
    /// wrong and where.
    #[classmethod]
    fn from_graphml(class: &Bound<'_, PyType>, graphml: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        from_named(class.py(), exchange::from_graphml(graphml)?, None)
    }

    /// The graph of a GraphML file.
    #[classmethod]
    fn import_graphml(class: &Bound<'_, PyType>, path: PathBuf) -> PyResult<Py<PyAny>> {
        from_named(
            class.py(),
            exchange::import_graphml(class.py(), &path)?,
            None,
        )
    }

    /// The graph as a JSON text.
    fn to_json(slf: &Bound<'_, Self>) -> PyResult<String> {
        named::to_json(slf.py(), &slf.as_super().borrow().engine)
    }

    /// Writes the graph to a JSON file. `filename` is the former name of `path`.
    #[pyo3(signature = (path=None, *, filename=None), text_signature = "($self, path=..., *, filename=...)")]
    fn export_json(
        slf: &Bound<'_, Self>,
        path: Option<PathBuf>,
        filename: Option<PathBuf>,
    ) -> PyResult<()> {
        let path = renamed(("path", path), ("filename", filename))?;
        named::export_json(slf.py(), &slf.as_super().borrow().engine, &path)
    }

    /// The graph in Graphviz's DOT language.
    fn to_dot(slf: &Bound<'_, Self>) -> PyResult<String> {
        named::to_dot(slf.py(), &slf.as_super().borrow().engine)
    }

    /// Draws the graph into a file. The format is `format`, else the extension of the
    /// file name, else PNG. SVG, PNG and PDF need no Graphviz; with `dot_executable` its
    /// `dot` is used, for any format that it knows. The stub says what the keywords mean.
    #[pyo3(
        signature = (path=None, format=None, dot_executable=None, *, filename=None, **keywords),
        text_signature = "($self, path='refcycle.png', format=None, dot_executable=None, *, filename=None, target=..., fold=True, merge_edges=True, legend=True, theme='light', summary=None, limit_seconds=30.0)",
    )]
    fn export_image(
        slf: &Bound<'_, Self>,
        path: Option<PathBuf>,
        format: Option<String>,
        dot_executable: Option<PathBuf>,
        filename: Option<PathBuf>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let path = renamed_if_given(("path", path), ("filename", filename))?;
        let request = ImageRequest::new(path, format, dot_executable);
        let engine = &slf.as_super().borrow().engine;
        images::export_image(slf.py(), engine, &request, keywords)
    }

    /// The picture that `export_image` would write as SVG, a string.
    #[pyo3(
        signature = (**keywords),
        text_signature = "($self, *, target=..., fold=True, merge_edges=True, legend=True, theme='light', summary=None, limit_seconds=30.0)",
    )]
    fn to_svg(slf: &Bound<'_, Self>, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<String> {
        let engine = &slf.as_super().borrow().engine;
        let look = PictureLook::new(slf.py(), engine, keywords)?;
        images::to_svg(slf.py(), engine, look)
    }

    /// Writes a page that shows the graph, one HTML file that needs no network, and that
    /// starts at `target`, a vertex.
    #[pyo3(signature = (path=None, target=None, *, filename=None), text_signature = "($self, path=..., target=None, *, filename=...)")]
    fn export_html(
        slf: &Bound<'_, Self>,
        path: Option<PathBuf>,
        target: Option<Bound<'_, PyAny>>,
        filename: Option<PathBuf>,
    ) -> PyResult<()> {
        let path = renamed(("path", path), ("filename", filename))?;
        let engine = &slf.as_super().borrow().engine;
        page::export(slf.py(), engine, &path, target.as_ref())
    }

    /// Writes the page of `export_html` into a temporary file and opens it in the
    /// browser. Returns the path.
    #[pyo3(signature = (target=None))]
    fn view(slf: &Bound<'_, Self>, target: Option<Bound<'_, PyAny>>) -> PyResult<String> {
        page::view(slf.py(), &slf.as_super().borrow().engine, target.as_ref())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let py = slf.py();
        let vertices = PyList::new(py, slf.as_super().borrow().engine.objects())?;
        let edges = PyList::empty(py);
        for edge in slf.as_any().getattr(intern!(py, "edges"))?.try_iter()? {
            edges.append(edge?)?;
        }
        Ok((slf.get_type().into_any(), (vertices, edges)))
    }
}
