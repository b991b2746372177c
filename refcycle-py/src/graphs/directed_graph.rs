//! Graphs of any hashable objects.

mod class;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};
use refcycle_core::{CsrBuilder, VertexId};

use super::annotated_graph::{from_named, invalid};
use super::base::wrap;
use super::reduce::{Reduced, reduce};
use crate::border;
use crate::engine::lookup::{Lookup, described};
use crate::engine::{EdgeNames, Engine};
use crate::interrupt::Checkpoint;
use crate::progress::Progress;
pub(crate) use class::DirectedGraph;
pub(super) use class::Hashables;

/// Vertices and edges while they are being collected.
struct GraphParts<'py> {
    vertices: Vec<Bound<'py, PyAny>>,
    numbers: Bound<'py, PyDict>,
    edges: Vec<(VertexId, VertexId)>,
    checkpoint: Checkpoint,
}

impl<'py> GraphParts<'py> {
    fn new(vertices: &Bound<'py, PyAny>) -> PyResult<Self> {
        let numbers = PyDict::new(vertices.py());
        let mut kept = Vec::new();
        for vertex in border::iterable(vertices, "vertices")? {
            let vertex = vertex?;
            if !numbers.contains(&vertex)? {
                numbers.set_item(&vertex, kept.len())?;
                kept.push(vertex);
            }
        }
        Ok(Self {
            vertices: kept,
            numbers,
            edges: Vec::new(),
            checkpoint: Checkpoint::new(),
        })
    }

    fn find(&self, end: &Bound<'py, PyAny>) -> PyResult<VertexId> {
        match self.numbers.get_item(end)? {
            Some(number) => Ok(VertexId::new(number.extract()?)),
            None => Err(PyValueError::new_err(format!(
                "edge {} has an end that is not one of the vertices: {}",
                self.edges.len(),
                described(end)
            ))),
        }
    }

    fn add_edge(&mut self, tail: VertexId, head: VertexId) -> PyResult<()> {
        self.checkpoint.step(self.numbers.py())?;
        self.edges.push((tail, head));
        Ok(())
    }

    fn build(self, py: Python<'py>) -> PyResult<Py<PyAny>> {
        let mut builder = CsrBuilder::with_capacity(self.vertices.len(), self.edges.len());
        for (tail, head) in self.edges {
            builder.add_edge(tail, head).map_err(invalid)?;
        }
        let (graph, order) = builder.build_with_order().map_err(invalid)?;
        let objects = self.vertices.into_iter().map(Bound::unbind).collect();
        let engine = Engine::new(
            Box::new(Hashables),
            objects,
            graph,
            EdgeNames::Kept(order.into()),
        );
        let lookup = Lookup::Mapping(self.numbers.into_any().unbind());
        wrap(py, engine.with_lookup(lookup))
    }
}

#[crate::border::guarded]
#[pymethods]
impl DirectedGraph {
    /// Returns the graph of these vertices in which the edges of a vertex `v` go to the items
    /// of `edge_mapper[v]`.
    ///
    /// `vertices` is any iterable of hashable objects; equal ones are one vertex. `edge_mapper`
    /// may also be a function. Edges are numbered in the order of the vertices and of the items.
    /// `ValueError` if an item is not one of the vertices.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> graph = DirectedGraph.from_out_edges([1, 2, 3], {1: [2, 3], 2: [3], 3: []})
    ///     >>> graph.children(1)
    ///     [2, 3]
    #[classmethod]
    fn from_out_edges<'py>(
        class: &Bound<'py, PyType>,
        vertices: &Bound<'py, PyAny>,
        edge_mapper: &Bound<'py, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        let is_function = !edge_mapper.hasattr(intern!(edge_mapper.py(), "__getitem__"))?;
        if is_function && !edge_mapper.is_callable() {
            let what = "a mapping or a function";
            return Err(border::wrong_type("edge_mapper", what, edge_mapper));
        }
        let mut parts = GraphParts::new(vertices)?;
        for number in 0..parts.vertices.len() {
            let vertex = parts.vertices[number].clone();
            let heads = if is_function {
                edge_mapper.call1((vertex,))?
            } else {
                edge_mapper.get_item(vertex)?
            };
            for head in border::iterable(&heads, "each item of edge_mapper")? {
                let head = parts.find(&head?)?;
                parts.add_edge(VertexId::from_index(number), head)?;
            }
        }
        parts.build(class.py())
    }

    /// Returns the graph of these vertices with an edge for each pair `(tail, head)`.
    ///
    /// `vertices` is any iterable of hashable objects; equal ones are one vertex. Edges are
    /// numbered in the order of the pairs. `ValueError` if an edge is not a pair, or one of its
    /// ends is not one of the vertices.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> DirectedGraph.from_edge_pairs("abc", ["ab", "bc"]).references()
    ///     [('a', 'b'), ('b', 'c')]
    #[classmethod]
    fn from_edge_pairs<'py>(
        class: &Bound<'py, PyType>,
        vertices: &Bound<'py, PyAny>,
        edge_pairs: &Bound<'py, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        let mut parts = GraphParts::new(vertices)?;
        for pair in border::iterable(edge_pairs, "edge_pairs")? {
            let ends = border::iterable(&pair?, "each item of edge_pairs")?;
            let ends: Vec<_> = ends.collect::<PyResult<_>>()?;
            let [tail, head] = ends.as_slice() else {
                return Err(PyValueError::new_err(format!(
                    "an edge must be a pair (tail, head), but edge {} has {} items",
                    parts.edges.len(),
                    ends.len()
                )));
            };
            let (tail, head) = (parts.find(tail)?, parts.find(head)?);
            parts.add_edge(tail, head)?;
        }
        parts.build(class.py())
    }

    #[new]
    fn new() -> PyResult<PyClassInitializer<Self>> {
        Err(PyTypeError::new_err(
            "a DirectedGraph cannot be created by calling its class: use from_out_edges or \
             from_edge_pairs",
        ))
    }

    /// Returns the graph with the `str()` of each vertex as its annotation, as an
    /// `AnnotatedGraph`.
    ///
    /// The ids of the vertices are 0, 1, 2, ... in the order of iteration; those of the edges
    /// are their numbers. Exceptions of `str()` are passed on.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> graph = DirectedGraph.from_edge_pairs([1, 2], [(1, 2)])
    ///     >>> [vertex.annotation for vertex in graph.annotated()]
    ///     ['1', '2']
    #[pyo3(signature = (*, progress=None))]
    fn annotated(slf: &Bound<'_, Self>, progress: Progress<'_>) -> PyResult<Py<PyAny>> {
        let base = slf.as_super().borrow();
        from_named(
            slf.py(),
            base.engine.kind().named(slf.py(), &base.engine)?,
            base.engine.asked(),
        )
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduce(slf.as_any(), &slf.as_super().borrow().engine)
    }
}
