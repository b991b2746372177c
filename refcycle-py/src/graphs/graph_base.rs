//! What every graph can do in Python. One file, as PyO3 takes one block of methods for a class.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySet, PyType};
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::{EdgeId, IDirectedGraph, Predecessors, Successors, VertexId};
use refcycle_dot::exchange as formats;

use super::base::{GraphBase, wrap};
use super::collections::{EdgeView, GraphIterator, Part, VertexView};
use super::count::count;
use super::cycles::{FeedbackArcSet, SimpleCycles};
use crate::engine::lookup::generations as parse_generations;
use crate::heap::memory;
use crate::interrupt::Checkpoint;
use crate::modules;
use crate::outputs::arrow::{ArrowTables, tables};
use crate::outputs::exchange;
use crate::outputs::interop;
use crate::outputs::notebook::mimebundle;
use crate::outputs::text::{Request, Tree, tree};
use crate::terminal;

fn no_path() -> PyErr {
    PyValueError::new_err("there is no path from the start to the end")
}

fn no_cycle() -> PyErr {
    PyValueError::new_err("there is no cycle through the start")
}

impl GraphBase {
    /// For an array that grows, a list of so many, and a number for each.
    fn ask_for_list(&self, len: usize) -> PyResult<()> {
        /// There always is memory for so few, or for nothing.
        const FEW: usize = 1024;

        if len < FEW {
            return Ok(());
        }
        memory::ask((24 + 8 + 32) * len)
    }

    fn edge_names<'py>(
        &self,
        py: Python<'py>,
        edges: impl Iterator<Item = EdgeId>,
    ) -> PyResult<Bound<'py, PyList>> {
        let names: PyResult<Vec<_>> = edges.map(|edge| self.engine.edge_name(py, edge)).collect();
        PyList::new(py, names?)
    }

    fn objects_of<'py>(
        &self,
        py: Python<'py>,
        vertices: impl Iterator<Item = VertexId>,
    ) -> PyResult<Bound<'py, PyList>> {
        let objects: Vec<_> = vertices.map(|v| self.engine.object(py, v)).collect();
        PyList::new(py, objects)
    }

    /// Those of this graph's vertices that are in another graph, or are not; `None` when
    /// the other is no graph.
    fn compared(&self, other: &Bound<'_, PyAny>, wanted: bool) -> PyResult<Option<Vec<VertexId>>> {
        let py = other.py();
        let ours = other.cast::<Self>().ok();
        if ours.is_none() && !is_graph(other)? {
            return Ok(None);
        }
        let mut checkpoint = Checkpoint::new();
        memory::ask(12 * self.engine.objects().len())?;
        let mut kept = Vec::new();
        for (number, object) in self.engine.objects().iter().enumerate() {
            checkpoint.step(py)?;
            let object = object.bind(py);
            let is_in = match ours {
                Some(graph) => graph.try_borrow()?.engine.find(object)?.is_some(),
                None => other.contains(object)?,
            };
            if is_in == wanted {
                kept.push(VertexId::from_index(number));
            }
        }
        Ok(Some(kept))
    }

    fn combined(&self, other: &Bound<'_, PyAny>, wanted: bool) -> PyResult<Py<PyAny>> {
        let py = other.py();
        match self.compared(other, wanted)? {
            Some(vertices) => wrap(py, self.engine.induced(py, vertices)?),
            None => Ok(py.NotImplemented()),
        }
    }
}

/// Whether an object is a graph of a user's class.
fn is_graph(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let class = modules::attribute(object.py(), "refcycle.i_directed_graph", "IDirectedGraph")?;
    object.is_instance(&class)
}

#[crate::border::guarded]
#[pymethods]
impl GraphBase {
    /// The vertices: a collection with `len`, iteration and a fast `in`.
    #[getter]
    fn vertices(slf: Bound<'_, Self>) -> VertexView {
        VertexView::new(slf.unbind())
    }

    /// The edges: a collection with `len`, iteration and a fast `in`.
    #[getter]
    fn edges(slf: Bound<'_, Self>) -> EdgeView {
        EdgeView::new(slf.unbind())
    }

    /// The vertex to which an edge goes.
    fn head<'py>(&self, edge: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let found = self.engine.edge(edge)?;
        let graph = self.engine.graph().expect("an edge has a graph");
        Ok(self.engine.object(edge.py(), graph.edge(found).head))
    }

    /// The vertex from which an edge comes.
    fn tail<'py>(&self, edge: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let found = self.engine.edge(edge)?;
        let graph = self.engine.graph().expect("an edge has a graph");
        Ok(self.engine.object(edge.py(), graph.edge(found).tail))
    }

    /// The edges that leave a vertex, a list.
    fn out_edges<'py>(&self, vertex: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let v = self.engine.vertex(vertex)?;
        let edges = self.engine.graph().into_iter();
        self.ask_for_list(edges.clone().map(|graph| graph.out_degree(v)).sum())?;
        let edges = edges
            .flat_map(|graph| graph.out_edges(v))
            .map(|edge| edge.id);
        self.edge_names(vertex.py(), edges)
    }

    /// The edges that enter a vertex, a list.
    fn in_edges<'py>(&self, vertex: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let v = self.engine.vertex(vertex)?;
        let edges = self.engine.graph().into_iter();
        self.engine.ask_for_backward()?;
        self.ask_for_list(edges.clone().map(|graph| graph.in_degree(v)).sum())?;
        let edges = edges
            .flat_map(|graph| graph.in_edges(v))
            .map(|edge| edge.id);
        self.edge_names(vertex.py(), edges)
    }

    /// The vertices to which the edges of a vertex go: a list, with a vertex once for
    /// each of several edges to it.
    fn children<'py>(&self, vertex: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let v = self.engine.vertex(vertex)?;
        let graph = self.engine.graph().into_iter();
        self.ask_for_list(graph.clone().map(|graph| graph.out_degree(v)).sum())?;
        self.objects_of(vertex.py(), graph.flat_map(|graph| graph.successors(v)))
    }

    /// The vertices from which edges come to a vertex: a list, with a vertex once for
    /// each of several edges from it.
    fn parents<'py>(&self, vertex: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let v = self.engine.vertex(vertex)?;
        let graph = self.engine.graph().into_iter();
        self.engine.ask_for_backward()?;
        self.ask_for_list(graph.clone().map(|graph| graph.in_degree(v)).sum())?;
        self.objects_of(vertex.py(), graph.flat_map(|graph| graph.predecessors(v)))
    }

    /// Every edge as a pair `(tail, head)`, a list.
    fn references<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let mut checkpoint = Checkpoint::new();
        let edges = self.engine.graph().into_iter();
        // An array that grows, a list, and the pairs.
        memory::ask(160 * self.engine.edge_count())?;
        let pairs: PyResult<Vec<_>> = edges
            .flat_map(IDirectedGraph::references)
            .map(|edge| {
                checkpoint.step(py)?;
                let tail = self.engine.object(py, edge.tail);
                Ok((tail, self.engine.object(py, edge.head)))
            })
            .collect();
        PyList::new(py, pairs?)
    }

    /// The graph of these vertices and all edges between them.
    fn full_subgraph(&self, vertices: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = vertices.py();
        let mut checkpoint = Checkpoint::new();
        let mut found = Vec::new();
        for object in vertices.try_iter()? {
            checkpoint.step(py)?;
            memory::room_for(12)?;
            found.push(self.engine.vertex(&object?)?);
        }
        wrap(py, self.engine.induced(py, found)?)
    }

    /// The graph of everything that can be reached from `start`, itself included.
    ///
    /// `generations` limits the number of steps: 0 gives the start alone, `None` has no
    /// limit.
    #[pyo3(signature = (start, generations=None))]
    fn descendants(
        &self,
        start: &Bound<'_, PyAny>,
        generations: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let limit = parse_generations(generations)?;
        let v = self.engine.vertex(start)?;
        wrap(start.py(), self.engine.descendants(start.py(), v, limit)?)
    }

    /// The graph of everything from which `start` can be reached, itself included.
    ///
    /// `generations` limits the number of steps: 0 gives the start alone, `None` has no
    /// limit.
    #[pyo3(signature = (start, generations=None))]
    fn ancestors(
        &self,
        start: &Bound<'_, PyAny>,
        generations: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let limit = parse_generations(generations)?;
        let v = self.engine.vertex(start)?;
        wrap(start.py(), self.engine.ancestors(start.py(), v, limit)?)
    }

    /// The graph of the vertices of a shortest path, with all edges between them.
    /// `ValueError` when there is no path.
    fn shortest_path(
        &self,
        start: &Bound<'_, PyAny>,
        end: &Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        let py = start.py();
        let (start, end) = (self.engine.vertex(start)?, self.engine.vertex(end)?);
        let path = self.engine.shortest_path(py, start, end)?;
        wrap(py, path.ok_or_else(no_path)?)
    }

    /// The graph of the vertices of a shortest cycle through `start`, with all edges
    /// between them. `ValueError` when there is no cycle.
    fn shortest_cycle(&self, start: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = start.py();
        let v = self.engine.vertex(start)?;
        let cycle = self.engine.shortest_cycle(py, v)?;
        wrap(py, cycle.ok_or_else(no_cycle)?)
    }

    /// The strongly connected components, a list of graphs in reverse topological order:
    /// a component comes after all those that it reaches.
    fn strongly_connected_components<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.component_list(py, false)
    }

    /// The strongly connected components that no other component reaches, a list of
    /// graphs. Of garbage, they are what keeps the rest alive.
    fn source_components<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.component_list(py, true)
    }

    /// The strongly connected components that have a cycle, a list of graphs in reverse
    /// topological order.
    fn cyclic_components<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let mut checkpoint = Checkpoint::new();
        let mut graphs = Vec::new();
        let _gc_pause = crate::heap::GcPause::new(py);
        self.engine.cyclic_components(py, |component| {
            checkpoint.step(py)?;
            graphs.push(wrap(py, component)?);
            Ok(())
        })?;
        PyList::new(py, graphs)
    }

    /// Goes through the simple cycles, shortest first: a list of vertices each.
    #[pyo3(signature = (max_length=None))]
    fn simple_cycles(slf: &Bound<'_, Self>, max_length: Option<i64>) -> PyResult<SimpleCycles> {
        SimpleCycles::new(slf, max_length)
    }

    /// Edges without which the graph has no cycle. `weights` has a number for each edge, in
    /// the order of `edges`.
    #[pyo3(signature = (weights=None))]
    fn feedback_arc_set(
        &self,
        py: Python<'_>,
        weights: Option<Vec<f64>>,
    ) -> PyResult<FeedbackArcSet> {
        FeedbackArcSet::new(py, &self.engine, weights.as_deref())
    }

    /// How many vertices there are of each class, a `collections.Counter`: `classifier`
    /// says for a vertex what its class is.
    fn count_by<'py>(&self, classifier: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = classifier.py();
        count(
            py,
            self.engine
                .objects()
                .iter()
                .map(|object| classifier.call1((object,))),
        )
    }

    /// The vertices for which `predicate` is true, a list.
    fn find_by<'py>(&self, predicate: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let py = predicate.py();
        let found = PyList::empty(py);
        for object in self.engine.objects() {
            if predicate.call1((object,))?.is_truthy()? {
                found.append(object)?;
            }
        }
        Ok(found)
    }

    /// A tree of what holds `start`, or of what it refers to, as text: `print` it.
    #[pyo3(
        signature = (
            start, *, direction="referrers", max_depth=Some(10), max_lines=40, fold=Some(3),
            width=None, ascii=None
        ),
        text_signature = "($self, start, *, direction='referrers', max_depth=10, max_lines=40, \
            fold=3, width=None, ascii=None)",
    )]
    #[allow(clippy::too_many_arguments)]
    fn tree(
        &self,
        start: &Bound<'_, PyAny>,
        direction: &str,
        max_depth: Option<i64>,
        max_lines: i64,
        fold: Option<i64>,
        width: Option<i64>,
        ascii: Option<bool>,
    ) -> PyResult<Tree> {
        let request = Request::new(direction, max_depth, max_lines, fold, width, ascii)?;
        let v = self.engine.vertex(start)?;
        tree(start.py(), &self.engine, Some(v), &request)
    }

    /// The same as a `str`; without a start, trees in which all vertices are.
    #[pyo3(
        signature = (
            start=None, *, direction="referrers", max_depth=Some(10), max_lines=40, fold=Some(3),
            width=None, ascii=None
        ),
        text_signature = "($self, start=None, *, direction='referrers', max_depth=10, max_lines=40, \
            fold=3, width=None, ascii=None)",
    )]
    #[allow(clippy::too_many_arguments)]
    fn to_text(
        &self,
        py: Python<'_>,
        start: Option<&Bound<'_, PyAny>>,
        direction: &str,
        max_depth: Option<i64>,
        max_lines: i64,
        fold: Option<i64>,
        width: Option<i64>,
        ascii: Option<bool>,
    ) -> PyResult<String> {
        let request = Request::new(direction, max_depth, max_lines, fold, width, ascii)?;
        let start = start.map(|start| self.engine.vertex(start)).transpose()?;
        tree(py, &self.engine, start, &request)?.text(py)
    }

    /// The graph as two Arrow tables, one of its vertices and one of its edges.
    fn to_arrow(&self, py: Python<'_>) -> PyResult<ArrowTables> {
        tables(py, &self.engine)
    }

    /// The graph as a `networkx.MultiDiGraph`.
    fn to_networkx<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        interop::to_networkx(py, &self.engine)
    }

    /// The graph as a `rustworkx.PyDiGraph`.
    fn to_rustworkx<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        interop::to_rustworkx(py, &self.engine)
    }

    /// The graph as a `scipy.sparse.csr_array`.
    fn to_scipy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        interop::to_scipy(py, &self.engine)
    }

    /// What a notebook shows, by MIME type: a picture of up to 150 vertices, of more a
    /// table of their types, and a text.
    #[pyo3(signature = (include=None, exclude=None))]
    fn _repr_mimebundle_<'py>(
        slf: &Bound<'py, Self>,
        include: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let has = |set: Option<&Bound<'py, PyAny>>, none| match set {
            Some(set) if !set.is_none() => set.contains("image/svg+xml"),
            _ => Ok(none),
        };
        let wants_picture = has(include, true)? && !has(exclude, false)?;
        let class = slf.get_type().qualname()?;
        let class = class.to_string_lossy();
        mimebundle(slf.py(), &class, &slf.borrow().engine, wants_picture)
    }

    /// The graph without the vertices of another.
    fn __sub__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.combined(other, false)
    }

    /// The graph of the vertices that are in another graph too.
    fn __and__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.combined(other, true)
    }

    /// An empty set for vertices.
    #[classmethod]
    fn vertex_set<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PySet>> {
        PySet::empty(class.py())
    }

    /// An empty mapping for vertices.
    #[classmethod]
    fn vertex_dict<'py>(class: &Bound<'py, PyType>) -> Bound<'py, PyDict> {
        PyDict::new(class.py())
    }

    /// Whether two vertices are the same: equal.
    #[classmethod]
    fn vertex_equal(
        _class: &Bound<'_, PyType>,
        vertex1: &Bound<'_, PyAny>,
        vertex2: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        vertex1.eq(vertex2)
    }

    fn __len__(&self) -> usize {
        self.engine.objects().len()
    }

    fn __contains__(&self, vertex: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.engine.find(vertex)?.is_some())
    }

    fn __iter__(slf: Bound<'_, Self>) -> GraphIterator {
        GraphIterator::new(slf.unbind(), Part::Vertices)
    }

    /// The graph as GraphML: a text.
    fn to_graphml(slf: &Bound<'_, Self>) -> PyResult<String> {
        exchange::text(slf.py(), &slf.borrow().engine, formats::graphml::to_graphml)
    }

    /// Writes the graph into a GraphML file.
    fn export_graphml(slf: &Bound<'_, Self>, path: PathBuf) -> PyResult<()> {
        exchange::export(slf.py(), &slf.borrow().engine, &path, |graph, out| {
            formats::graphml::write_graphml(graph, out)
        })
    }

    /// The graph as GEXF: a text.
    fn to_gexf(slf: &Bound<'_, Self>) -> PyResult<String> {
        exchange::text(slf.py(), &slf.borrow().engine, formats::gexf::to_gexf)
    }

    /// Writes the graph into a GEXF file.
    fn export_gexf(slf: &Bound<'_, Self>, path: PathBuf) -> PyResult<()> {
        exchange::export(slf.py(), &slf.borrow().engine, &path, |graph, out| {
            formats::gexf::write_gexf(graph, out)
        })
    }

    /// The graph as Cytoscape's JSON: a text.
    fn to_cytoscape(slf: &Bound<'_, Self>) -> PyResult<String> {
        exchange::text(
            slf.py(),
            &slf.borrow().engine,
            formats::cytoscape::to_cytoscape,
        )
    }

    /// Writes the graph into a file of Cytoscape's JSON.
    fn export_cytoscape(slf: &Bound<'_, Self>, path: PathBuf) -> PyResult<()> {
        exchange::export(slf.py(), &slf.borrow().engine, &path, |graph, out| {
            formats::cytoscape::write_cytoscape(graph, out)
        })
    }

    /// Writes the edges into a CSV file (`source,target,id,label`), and the vertices
    /// (`id,label`) into another one if it is named.
    #[pyo3(signature = (edges_path, vertices_path=None))]
    fn export_csv(
        slf: &Bound<'_, Self>,
        edges_path: PathBuf,
        vertices_path: Option<PathBuf>,
    ) -> PyResult<()> {
        exchange::export_csv(
            slf.py(),
            &slf.borrow().engine,
            &edges_path,
            vertices_path.as_deref(),
        )
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let class = slf.get_type();
        Ok(terminal::line(&format!(
            "<{}.{} object of size {} at {:#x}>",
            class.module()?,
            class.qualname()?,
            slf.borrow().engine.objects().len(),
            slf.as_ptr() as usize,
        )))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.engine.traverse(&visit)
    }

    fn __clear__(&mut self) {
        self.engine.clear();
    }
}

impl GraphBase {
    fn component_list<'py>(
        &self,
        py: Python<'py>,
        only_sources: bool,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut checkpoint = Checkpoint::new();
        let mut graphs = Vec::new();
        // Making a million objects starts collections, which find nothing to free.
        let _gc_pause = crate::heap::GcPause::new(py);
        self.engine.components(py, only_sources, |component| {
            checkpoint.step(py)?;
            graphs.push(wrap(py, component)?);
            Ok(())
        })?;
        PyList::new(py, graphs)
    }
}
