//! Graphs of names.

mod class;
mod made;
mod named_parts;

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyList, PyType};
use refcycle_core::{CsrBuilder, VertexId};

use super::annotated_parts::{AnnotatedEdge, AnnotatedVertex};
use super::base::{GraphBase, wrap};
use super::former_names::renamed;
use crate::border;
use crate::engine::{Asked, EdgeNames, Engine};
use crate::interrupt::Checkpoint;
use crate::outputs::imports::Format;
use crate::progress::Progress;
pub(crate) use class::AnnotatedGraph;
use class::AnnotatedParts;
use named_parts::NamedParts;

/// The Python graph for one of ours, and for the vertex of the query.
pub(super) fn from_named(
    py: Python<'_>,
    named: impl Into<Arc<refcycle_dot::AnnotatedGraph>>,
    asked: Option<Asked>,
) -> PyResult<Py<PyAny>> {
    let names = named.into();
    let graph = names.shared_graph();
    let kind = Box::new(NamedParts::new(names));
    wrap(py, Engine::of_demand(kind, graph).with_asked(asked))
}

/// The vertices or edges that are not equal to an earlier one.
fn distinct<'py, T: pyo3::PyTypeInfo>(
    items: &Bound<'py, PyAny>,
    name: &str,
    class: &str,
) -> PyResult<Vec<Bound<'py, T>>> {
    let py = items.py();
    let (seen, mut kept) = (PyDict::new(py), Vec::new());
    let mut checkpoint = Checkpoint::new();
    for item in border::iterable(items, name)? {
        checkpoint.step(py)?;
        let item = item?;
        let Ok(typed) = item.cast::<T>() else {
            return Err(border::wrong_type(name, class, &item));
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
    let vertices = distinct::<AnnotatedVertex>(vertices, "vertices", "AnnotatedVertex objects")?;
    let edges = distinct::<AnnotatedEdge>(edges, "edges", "AnnotatedEdge objects")?;
    let numbers = PyDict::new(py);
    let mut checkpoint = Checkpoint::new();
    for (number, vertex) in vertices.iter().enumerate() {
        checkpoint.step(py)?;
        numbers.set_item(vertex.borrow().id(py), number)?;
    }
    let mut builder = CsrBuilder::with_capacity(vertices.len(), edges.len());
    for edge in &edges {
        checkpoint.step(py)?;
        let edge = edge.borrow();
        let find = |end: &Bound<'_, PyInt>| -> PyResult<VertexId> {
            match numbers.get_item(end)? {
                Some(number) => Ok(VertexId::new(number.extract()?)),
                None => Err(PyValueError::new_err(format!(
                    "the edge with id {} ends at {end}, but no vertex has this id",
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
        Ok(PyClassInitializer::from(GraphBase::new(engine)).add_subclass(Self))
    }

    /// Returns the graph of a JSON text, a `str` or UTF-8 `bytes`, as `to_json` writes it.
    ///
    /// `ValueError` says what is wrong with the text and where.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import AnnotatedGraph, ObjectGraph
    ///     >>> graph = AnnotatedGraph.from_json(ObjectGraph([[]]).to_json())
    ///     >>> [vertex.annotation for vertex in graph]
    ///     ['list[0]']
    #[classmethod]
    #[pyo3(signature = (json_graph, *, progress=None))]
    fn from_json(
        class: &Bound<'_, PyType>,
        json_graph: &Bound<'_, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        from_named(class.py(), Format::Json.read_text(json_graph)?, None)
    }

    /// Returns the graph of a JSON file, as `export_json` writes it.
    ///
    /// `OSError` if the file cannot be read, `ValueError` as for `from_json`.
    ///
    /// `filename` is the former name of `path`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[classmethod]
    #[pyo3(signature = (path=None, *, filename=None, progress=None), text_signature = "($cls, path=..., *, filename=..., progress=None)")]
    fn import_json(
        class: &Bound<'_, PyType>,
        path: Option<PathBuf>,
        filename: Option<PathBuf>,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        let py = class.py();
        let path = renamed(("path", path), ("filename", filename))?;
        from_named(py, Format::Json.read_file(py, &path)?, None)
    }

    /// Returns the directed graph of a GraphML text, a `str` or UTF-8 `bytes`, of refcycle or
    /// of another program.
    ///
    /// Annotations are the data of the key named `label`, or else `annotation`, or else `name`;
    /// a vertex without one has its id as annotation. If all ids are integers, they are kept;
    /// otherwise they are replaced by consecutive numbers. `ValueError` says what is wrong with
    /// the text and where: not GraphML, an undirected edge, two vertices with one id, an edge to
    /// an unknown vertex, entity declarations.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import AnnotatedGraph
    ///     >>> graph = AnnotatedGraph.from_graphml(
    ///     ...     '<graphml><graph edgedefault="directed"><node id="a"/><node id="b"/>'
    ///     ...     '<edge source="a" target="b"/></graph></graphml>'
    ///     ... )
    ///     >>> [vertex.annotation for vertex in graph]
    ///     ['a', 'b']
    #[classmethod]
    #[pyo3(signature = (graphml, *, progress=None))]
    fn from_graphml(
        class: &Bound<'_, PyType>,
        graphml: &Bound<'_, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        from_named(class.py(), Format::Graphml.read_text(graphml)?, None)
    }

    /// Returns the directed graph of a GraphML file, of refcycle or of another program.
    ///
    /// `OSError` if the file cannot be read, `ValueError` as for `from_graphml`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[classmethod]
    #[pyo3(signature = (path, *, progress=None))]
    fn import_graphml(
        class: &Bound<'_, PyType>,
        path: PathBuf,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        let py = class.py();
        from_named(py, Format::Graphml.read_file(py, &path)?, None)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let py = slf.py();
        let vertices = slf.as_super().borrow();
        let vertices = vertices.engine.list(py, vertices.engine.vertices())?;
        let edges = PyList::empty(py);
        for edge in slf.as_any().getattr(intern!(py, "edges"))?.try_iter()? {
            edges.append(edge?)?;
        }
        Ok((slf.get_type().into_any(), (vertices, edges)))
    }
}
