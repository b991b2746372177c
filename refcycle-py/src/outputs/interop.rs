//! A graph as a graph of another package, if that is installed.

use std::sync::Arc;

use pyo3::exceptions::{PyImportError, PyModuleNotFoundError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use refcycle_core::{Algorithms, CsrGraph, EdgeId, IDirectedGraph, VertexId, Vertices};
use refcycle_dot::{AnnotatedGraph, VertexFacts};

use super::facts::facts;
use crate::engine::Engine;
use crate::heap::memory;
use crate::heap::{ArrayBuffer, GraphArray};
use crate::interrupt::Checkpoint;
use crate::modules;

/// A vertex or an edge in that package: a dict, a tuple, a number and strings.
const PART: usize = 900;

/// Imports a package; the error says what to install.
fn package<'py>(py: Python<'py>, method: &str, name: &str) -> PyResult<Bound<'py, PyModule>> {
    let top = name.split('.').next().unwrap_or(name);
    modules::import(py, name).map_err(|error| {
        let is_missing = error.is_instance_of::<PyModuleNotFoundError>(py)
            && error
                .value(py)
                .getattr(intern!(py, "name"))
                .and_then(|missing| missing.eq(top))
                .unwrap_or(false);
        if !is_missing {
            return error;
        }
        PyImportError::new_err(format!(
            "{method}() needs the package {top}, which is not installed: pip install {top}"
        ))
    })
}

/// The attributes of vertices and edges.
struct Attributes<'a, 'py> {
    py: Python<'py>,
    engine: &'a Engine,
    named: Arc<AnnotatedGraph>,
    facts: VertexFacts,
    checkpoint: Checkpoint,
}

impl<'a, 'py> Attributes<'a, 'py> {
    fn new(py: Python<'py>, engine: &'a Engine) -> PyResult<Self> {
        Ok(Self {
            py,
            engine,
            named: engine.kind().named(py, engine)?,
            facts: facts(py, engine)?,
            checkpoint: Checkpoint::of(engine.vertex_count() + engine.edge_count()),
        })
    }

    fn step(&mut self, text: usize) -> PyResult<()> {
        self.checkpoint.step(self.py)?;
        memory::room_for(PART + 4 * text)
    }

    /// `label`, and the facts that are known: `type`, `module`, `size` and `retained`.
    fn vertex(&mut self, v: VertexId) -> PyResult<Bound<'py, PyDict>> {
        self.step(self.named.vertex_annotation(v).len())?;
        let attributes = PyDict::new(self.py);
        attributes.set_item(intern!(self.py, "label"), self.named.vertex_annotation(v))?;
        let (py, facts) = (self.py, &self.facts);
        let texts = [
            (intern!(py, "type"), facts.type_name(v)),
            (intern!(py, "module"), facts.module(v)),
        ];
        let numbers = [
            (intern!(py, "size"), facts.size(v)),
            (intern!(py, "retained"), facts.retained(v)),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                attributes.set_item(key, text)?;
            }
        }
        for (key, number) in numbers {
            if let Some(number) = number {
                attributes.set_item(key, number)?;
            }
        }
        Ok(attributes)
    }

    /// `label`, if there is one.
    fn edge(&mut self, e: EdgeId) -> PyResult<Bound<'py, PyDict>> {
        let len = self.named.edge_annotation(e).map_or(0, str::len);
        self.step(len)?;
        let attributes = PyDict::new(self.py);
        if let Some(label) = self.named.edge_annotation(e) {
            attributes.set_item(intern!(self.py, "label"), label)?;
        }
        Ok(attributes)
    }

    /// The key of the vertex, for packages whose vertices are any hashable objects.
    fn key(&self, v: VertexId) -> PyResult<Bound<'py, PyAny>> {
        self.engine.kind().key(self.py, self.engine, v)
    }
}

/// A `networkx.MultiDiGraph`.
pub(crate) fn to_networkx<'py>(py: Python<'py>, engine: &Engine) -> PyResult<Bound<'py, PyAny>> {
    let networkx = package(py, "to_networkx", "networkx")?;
    let graph = networkx.getattr("MultiDiGraph")?.call0()?;
    let mut parts = Attributes::new(py, engine)?;
    let (vertices, edges) = (PyList::empty(py), PyList::empty(py));
    for v in engine.vertices() {
        vertices.append((parts.key(v)?, parts.vertex(v)?))?;
    }
    let core = parts.named.shared_graph();
    for edge in core.edges() {
        let ends = (parts.key(edge.tail)?, parts.key(edge.head)?);
        let id = parts.named.edge_id(edge.id);
        edges.append((ends.0, ends.1, id, parts.edge(edge.id)?))?;
    }
    graph.call_method1("add_nodes_from", (vertices,))?;
    graph.call_method1("add_edges_from", (edges,))?;
    Ok(graph)
}

/// A `rustworkx.PyDiGraph`.
pub(crate) fn to_rustworkx<'py>(py: Python<'py>, engine: &Engine) -> PyResult<Bound<'py, PyAny>> {
    let rustworkx = package(py, "to_rustworkx", "rustworkx")?;
    let graph = rustworkx.getattr("PyDiGraph")?.call0()?;
    let mut parts = Attributes::new(py, engine)?;
    let (vertices, edges) = (PyList::empty(py), PyList::empty(py));
    for v in engine.vertices() {
        let payload = parts.vertex(v)?;
        payload.set_item(intern!(py, "id"), parts.key(v)?)?;
        vertices.append(payload)?;
    }
    let core = parts.named.shared_graph();
    for edge in core.edges() {
        let payload = parts.edge(edge.id)?;
        payload.set_item(intern!(py, "id"), parts.named.edge_id(edge.id))?;
        edges.append((edge.tail.number(), edge.head.number(), payload))?;
    }
    graph.call_method1("add_nodes_from", (vertices,))?;
    graph.call_method1("add_edges_from", (edges,))?;
    Ok(graph)
}

/// A `scipy.sparse.csr_array` of ones, whose index arrays are the graph's own.
pub(crate) fn to_scipy<'py>(py: Python<'py>, engine: &Engine) -> PyResult<Bound<'py, PyAny>> {
    let sparse = package(py, "to_scipy", "scipy.sparse")?;
    let numpy = package(py, "to_scipy", "numpy")?;
    let graph = match engine.shared_graph() {
        Some(graph) => graph,
        None => {
            let bare = CsrGraph::from_edges(engine.vertex_count(), []);
            Arc::new(bare.expect("few vertices, no edges"))
        }
    };
    let (vertices, edges) = (graph.vertex_count(), graph.edge_count());
    // SciPy uses signed numbers: larger values need twice the size.
    let fits = i32::try_from(vertices.max(edges)).is_ok();
    memory::ask(if fits {
        4 * edges
    } else {
        8 * vertices + 12 * edges
    })?;
    let array = |which| {
        let words = ArrayBuffer::new(Arc::clone(&graph), which);
        let kind = if fits { "int32" } else { "uint32" };
        let array = numpy.call_method1("frombuffer", (words, kind))?;
        match fits {
            true => Ok(array),
            false => array.call_method1("astype", ("int64",)),
        }
    };
    let data = numpy.call_method1("ones", (edges, "int32"))?;
    let arguments = PyDict::new(py);
    arguments.set_item("shape", (vertices, vertices))?;
    arguments.set_item("copy", false)?;
    sparse.getattr("csr_array")?.call(
        ((data, array(GraphArray::Heads)?, array(GraphArray::Offsets)?),),
        Some(&arguments),
    )
}
