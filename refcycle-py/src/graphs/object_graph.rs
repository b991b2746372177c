//! Graphs of objects and the references between them.

use pyo3::prelude::*;
use pyo3::types::PyList;
use rustc_hash::FxHashSet;

use super::base::{GraphBase, count, wrap};
use super::engine::{EdgeNames, Engine, Kind};
use super::pictures::{self, ImageRequest};
use super::restore::{Reduced, reduce};
use crate::annotate::{object_annotation, type_name_of};
use crate::heap::{Held, Still, Topology, references_between};
use crate::interrupt::Checkpoint;

/// A graph whose vertices are objects, told apart by identity, and whose edges are the
/// references between them.
///
/// `objects` is any iterable of objects; one that comes again is one vertex.
#[pyclass(extends = GraphBase, subclass, module = "refcycle.object_graph")]
pub(crate) struct ObjectGraph;

/// An argument that was given, `None` included.
fn given<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(Some(object.clone()))
}

/// The graph of a topology, as a Python object.
pub(crate) fn object_graph(py: Python<'_>, topology: Topology) -> PyResult<Py<PyAny>> {
    let Topology { objects, graph } = topology;
    wrap(
        py,
        Engine::new(Kind::Object, objects, graph, EdgeNames::Numbers),
    )
}

/// The graph of some objects, which may come several times.
pub(crate) fn graph_between<'py>(
    py: Python<'py>,
    objects: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Engine> {
    let mut checkpoint = Checkpoint::new();
    let mut seen = FxHashSet::default();
    let mut kept = Vec::new();
    for object in objects {
        checkpoint.step(py)?;
        let object = object?;
        if seen.insert(object.as_ptr() as usize) {
            kept.push(object.unbind());
        }
    }
    let objects: Held = kept.into();
    let graph = references_between(py, &objects)?;
    Ok(Engine::new(
        Kind::Object,
        objects,
        graph,
        EdgeNames::Numbers,
    ))
}

#[pymethods]
impl ObjectGraph {
    #[new]
    #[pyo3(signature = (objects=None), text_signature = "(objects=())")]
    fn new(
        py: Python<'_>,
        #[pyo3(from_py_with = given)] objects: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let engine = match objects {
            Some(objects) => graph_between(py, objects.try_iter()?)?,
            None => graph_between(py, std::iter::empty())?,
        };
        Ok(PyClassInitializer::from(GraphBase { engine }).add_subclass(Self))
    }

    /// The graph with names in place of objects, an `AnnotatedGraph`: a vertex has the
    /// `id()` of its object, an edge the number that it has here.
    fn annotated(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        super::annotated_graph::from_named(
            py,
            pictures::named(py, &slf.as_super().borrow().engine)?,
        )
    }

    /// The graph with names as a JSON text.
    fn to_json(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(refcycle_dot::json::to_json(&pictures::named(
            slf.py(),
            &slf.as_super().borrow().engine,
        )?))
    }

    /// Writes the graph with names into a JSON file.
    fn export_json(slf: &Bound<'_, Self>, filename: std::path::PathBuf) -> PyResult<()> {
        let named = pictures::named(slf.py(), &slf.as_super().borrow().engine)?;
        pictures::export_json(slf.py(), &named, &filename)
    }

    /// The graph with names in Graphviz's DOT language.
    fn to_dot(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(refcycle_dot::dot::to_dot(&pictures::named(
            slf.py(),
            &slf.as_super().borrow().engine,
        )?))
    }

    /// Draws the graph into a file. The format is `format`, else the extension of the
    /// file name, else PNG. SVG and PNG need no Graphviz; with `dot_executable` its
    /// `dot` is used, for any format that it knows.
    #[pyo3(
        signature = (filename=None, format=None, dot_executable=None),
        text_signature = "($self, filename='refcycle.png', format=None, dot_executable=None)",
    )]
    fn export_image(
        slf: &Bound<'_, Self>,
        filename: Option<std::path::PathBuf>,
        format: Option<String>,
        dot_executable: Option<std::path::PathBuf>,
    ) -> PyResult<()> {
        let request = ImageRequest::new(filename, format, dot_executable);
        let named = pictures::named(slf.py(), &slf.as_super().borrow().engine)?;
        pictures::export_image(slf.py(), &named, &request)
    }

    /// The objects that belong to this graph and that a later snapshot would show, a
    /// list.
    fn owned_objects<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(slf.py(), [slf])
    }

    /// The vertices whose type has this name, a list.
    fn find_by_typename<'py>(
        slf: &Bound<'py, Self>,
        name: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let Ok(name) = name.extract::<String>() else {
            return Ok(PyList::empty(py));
        };
        let base = slf.as_super().borrow();
        let mut checkpoint = Checkpoint::new();
        let mut found = Vec::new();
        for object in base.engine.objects() {
            checkpoint.step(py)?;
            if type_name_of(Still::new(py).see_held(object)) == name {
                found.push(object);
            }
        }
        PyList::new(py, found)
    }

    /// How many vertices there are of each type name, a `collections.Counter`.
    fn count_by_typename<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let base = slf.as_super().borrow();
        let names = base.engine.objects().iter().map(|object| {
            let name = type_name_of(Still::new(py).see_held(object));
            Ok(name.into_pyobject(py)?.into_any())
        });
        count(py, names)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduce(slf.as_any(), &slf.as_super().borrow().engine)
    }

    /// An empty set for vertices: by identity.
    #[classmethod]
    fn vertex_set<'py>(class: &Bound<'py, pyo3::types::PyType>) -> PyResult<Bound<'py, PyAny>> {
        let py = class.py();
        let set = py
            .import("refcycle.element_transform_set")?
            .getattr("ElementTransformSet")?;
        set.call1((py.import("builtins")?.getattr("id")?,))
    }

    /// An empty mapping for vertices: by identity.
    #[classmethod]
    fn vertex_dict<'py>(class: &Bound<'py, pyo3::types::PyType>) -> PyResult<Bound<'py, PyAny>> {
        let py = class.py();
        let dict = py
            .import("refcycle.key_transform_dict")?
            .getattr("KeyTransformDict")?;
        dict.call1((py.import("builtins")?.getattr("id")?,))
    }

    /// Whether two vertices are the same: identical.
    #[classmethod]
    fn vertex_equal(
        _class: &Bound<'_, pyo3::types::PyType>,
        vertex1: &Bound<'_, PyAny>,
        vertex2: &Bound<'_, PyAny>,
    ) -> bool {
        vertex1.is(vertex2)
    }
}

/// A name for an object, as the vertex of a graph.
pub(crate) fn annotation_of(object: &Bound<'_, PyAny>) -> String {
    object_annotation(object.py(), Still::new(object.py()).see(object))
}
