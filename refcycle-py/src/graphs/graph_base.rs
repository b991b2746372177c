//! The methods of every graph in Python. They are in one file, because PyO3 accepts one block of
//! methods for a class.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySet, PyString, PyType};
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::{Algorithms, EdgeId, IDirectedGraph, Predecessors, Successors, VertexId};

use super::base::{GraphBase, wrap};
use super::collections::{EdgeView, GraphIterator, Items, VertexView};
use super::count::count;
use super::cycles::{self, FeedbackArcSet, FeedbackVertexSet, SimpleCycles};
use super::former_names::{renamed, renamed_if_given};
use super::pictures;
use crate::border;
use crate::engine::WantedComponents;
use crate::engine::lookup::generations as parse_generations;
use crate::heap::memory;
use crate::interrupt::Checkpoint;
use crate::outputs::arrow::{ArrowTables, tables};
use crate::outputs::destination::destination;
use crate::outputs::exchange;
use crate::outputs::images::ImageRequest;
use crate::outputs::interop;
use crate::outputs::named;
use crate::outputs::notebook::mimebundle;
use crate::outputs::page::{self, PageRequest};
use crate::outputs::text::{Request, Tree, tree};
use crate::progress::Progress;
use crate::provided::{Provided, provided};
use crate::terminal;

fn no_path() -> PyErr {
    PyValueError::new_err("there is no path from the start to the end")
}

fn no_cycle() -> PyErr {
    PyValueError::new_err("there is no cycle through the start")
}

impl GraphBase {
    /// Requests the memory of a list of `len` items: an array that grows, the list, and an integer
    /// for each item.
    fn ask_for_list(&self, len: usize) -> PyResult<()> {
        /// Shorter lists need no check.
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
        let mut checkpoint = Checkpoint::new();
        let names: PyResult<Vec<_>> = edges
            .map(|edge| {
                checkpoint.step(py)?;
                self.engine.edge_name(py, edge)
            })
            .collect();
        PyList::new(py, names?)
    }

    /// The vertices of this graph that are in another graph, or that are not; `None` if the
    /// other is not a graph.
    fn compared(&self, other: &Bound<'_, PyAny>, wanted: bool) -> PyResult<Option<Vec<VertexId>>> {
        let py = other.py();
        let ours = other.cast::<Self>().ok();
        if ours.is_none() && !is_graph(other)? {
            return Ok(None);
        }
        let mut checkpoint = Checkpoint::of(self.engine.vertex_count());
        memory::ask(12 * self.engine.vertex_count())?;
        let mut kept = Vec::new();
        for v in self.engine.vertices() {
            checkpoint.step(py)?;
            let object = self.engine.object(py, v)?;
            let is_in = match ours {
                Some(graph) => graph.try_borrow()?.engine.find(&object)?.is_some(),
                None => other.contains(object)?,
            };
            if is_in == wanted {
                kept.push(v);
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
    let class = provided(object.py(), Provided::Graph)?;
    object.is_instance(&class)
}

#[crate::border::guarded]
#[pymethods]
impl GraphBase {
    /// The vertices of the graph, in the order of iteration: a collection with `len`, iteration
    /// and a fast `in`.
    #[getter]
    fn vertices(slf: Bound<'_, Self>) -> VertexView {
        VertexView::new(slf.unbind())
    }

    /// The edges of the graph: a collection with `len`, iteration and a fast `in`.
    #[getter]
    fn edges(slf: Bound<'_, Self>) -> EdgeView {
        EdgeView::new(slf.unbind())
    }

    /// Returns the vertex to which an edge goes.
    ///
    /// `KeyError` if the edge is not in the graph. Takes O(log vertices) time.
    fn head<'py>(&self, edge: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let found = self.engine.edge(edge)?;
        let graph = self.engine.graph().expect("an edge has a graph");
        self.engine.object(edge.py(), graph.edge(found).head)
    }

    /// Returns the vertex from which an edge comes.
    ///
    /// `KeyError` if the edge is not in the graph. Takes O(log vertices) time.
    fn tail<'py>(&self, edge: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let found = self.engine.edge(edge)?;
        let graph = self.engine.graph().expect("an edge has a graph");
        self.engine.object(edge.py(), graph.edge(found).tail)
    }

    /// Returns the edges that leave a vertex, as a list.
    ///
    /// `KeyError` if the vertex is not in the graph. Takes time in proportion to the result.
    fn out_edges<'py>(&self, vertex: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let v = self.engine.vertex(vertex)?;
        let edges = self.engine.graph().into_iter();
        self.ask_for_list(edges.clone().map(|graph| graph.out_degree(v)).sum())?;
        let edges = edges
            .flat_map(|graph| graph.out_edges(v))
            .map(|edge| edge.id);
        self.edge_names(vertex.py(), edges)
    }

    /// Returns the edges that enter a vertex, as a list.
    ///
    /// `KeyError` if the vertex is not in the graph. Takes time in proportion to the result. The
    /// first call of this method, of `parents` or of `ancestors` also computes the reversed graph,
    /// in time and memory (12 bytes an edge) in proportion to the graph.
    fn in_edges<'py>(&self, vertex: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let v = self.engine.vertex(vertex)?;
        let edges = self.engine.graph().into_iter();
        self.engine.ask_for_in_edges(vertex.py())?;
        self.ask_for_list(edges.clone().map(|graph| graph.in_degree(v)).sum())?;
        let edges = edges
            .flat_map(|graph| graph.in_edges(v))
            .map(|edge| edge.id);
        self.edge_names(vertex.py(), edges)
    }

    /// Returns the vertices to which the edges of a vertex go, as a list.
    ///
    /// A vertex occurs once for each of several parallel edges. `KeyError` if the vertex is not in
    /// the graph. Takes time in proportion to the result.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> inner = []
    ///     >>> pair = [inner, inner]
    ///     >>> ObjectGraph([pair, inner]).children(pair)
    ///     [[], []]
    fn children<'py>(&self, vertex: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let v = self.engine.vertex(vertex)?;
        let graph = self.engine.graph().into_iter();
        self.ask_for_list(graph.clone().map(|graph| graph.out_degree(v)).sum())?;
        self.engine
            .list(vertex.py(), graph.flat_map(|graph| graph.successors(v)))
    }

    /// Returns the vertices from which edges come to a vertex, as a list.
    ///
    /// A vertex occurs once for each of several parallel edges. `KeyError` if the vertex is not in
    /// the graph. Takes time in proportion to the result, and at the first call that of
    /// `in_edges`.
    fn parents<'py>(&self, vertex: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let v = self.engine.vertex(vertex)?;
        let graph = self.engine.graph().into_iter();
        self.engine.ask_for_backward(vertex.py())?;
        self.ask_for_list(graph.clone().map(|graph| graph.in_degree(v)).sum())?;
        self.engine
            .list(vertex.py(), graph.flat_map(|graph| graph.predecessors(v)))
    }

    /// Returns every edge as a pair `(tail, head)` of vertices, as a list in the order of
    /// `edges`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (*, progress=None))]
    fn references<'py>(
        &self,
        py: Python<'py>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut checkpoint = Checkpoint::of(self.engine.edge_count());
        let edges = self.engine.graph().into_iter();
        // An array that grows, a list, and the pairs.
        memory::ask(160 * self.engine.edge_count())?;
        let pairs: PyResult<Vec<_>> = edges
            .flat_map(Algorithms::edges)
            .map(|edge| {
                checkpoint.step(py)?;
                let tail = self.engine.object(py, edge.tail)?;
                (tail, self.engine.object(py, edge.head)?).into_pyobject(py)
            })
            .collect();
        PyList::new(py, pairs?)
    }

    /// Returns the graph of the given vertices and of all edges between them.
    ///
    /// `vertices` is any iterable. `KeyError` if one of them is not in the graph. Takes time in
    /// proportion to the result, and 4 bytes for each vertex of this graph.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (vertices, *, progress=None))]
    fn full_subgraph(
        &self,
        vertices: &Bound<'_, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        let py = vertices.py();
        let mut checkpoint = Checkpoint::new();
        let mut found = Vec::new();
        for object in border::iterable(vertices, "vertices")? {
            checkpoint.step(py)?;
            memory::room_for(12)?;
            found.push(self.engine.vertex(&object?)?);
        }
        wrap(py, self.engine.induced(py, found)?)
    }

    /// Returns the graph of everything that can be reached from `start`, including `start`.
    ///
    /// `generations` limits the number of steps: 0 gives `start` alone, `None` means no limit.
    /// `KeyError` if `start` is not in the graph, `ValueError` for a negative number. Takes time
    /// in proportion to the result.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> inner = []
    ///     >>> outer = [[inner]]
    ///     >>> graph = ObjectGraph([outer, outer[0], inner])
    ///     >>> len(graph.descendants(outer)), len(graph.descendants(outer, generations=1))
    ///     (3, 2)
    #[pyo3(signature = (start, generations=None, *, progress=None))]
    fn descendants(
        &self,
        start: &Bound<'_, PyAny>,
        generations: Option<&Bound<'_, PyAny>>,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        let limit = parse_generations(generations)?;
        let v = self.engine.vertex(start)?;
        wrap(start.py(), self.engine.descendants(start.py(), v, limit)?)
    }

    /// Returns the graph of everything from which `start` can be reached, including `start`.
    ///
    /// `generations` limits the number of steps: 0 gives `start` alone, `None` means no limit.
    /// `KeyError` if `start` is not in the graph, `ValueError` for a negative number. Takes time
    /// in proportion to the result, and at the first call that of `in_edges`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> inner = []
    ///     >>> outer = [[inner]]
    ///     >>> graph = ObjectGraph([outer, outer[0], inner])
    ///     >>> len(graph.ancestors(inner)), len(graph.ancestors(inner, generations=1))
    ///     (3, 2)
    #[pyo3(signature = (start, generations=None, *, progress=None))]
    fn ancestors(
        &self,
        start: &Bound<'_, PyAny>,
        generations: Option<&Bound<'_, PyAny>>,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        let limit = parse_generations(generations)?;
        let v = self.engine.vertex(start)?;
        wrap(start.py(), self.engine.ancestors(start.py(), v, limit)?)
    }

    /// Returns the graph of the vertices on a shortest path, with all edges between them.
    ///
    /// `ValueError` if there is no path from `start` to `end`, `KeyError` if one of them is not in
    /// the graph. Takes time in proportion to the part of the graph that is nearer to `start`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (start, end, *, progress=None))]
    fn shortest_path(
        &self,
        start: &Bound<'_, PyAny>,
        end: &Bound<'_, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        let py = start.py();
        let (start, end) = (self.engine.vertex(start)?, self.engine.vertex(end)?);
        let path = self.engine.shortest_path(py, start, end)?;
        wrap(py, path.ok_or_else(no_path)?)
    }

    /// Returns the graph of the vertices on a shortest cycle through `start`, with all edges
    /// between them.
    ///
    /// `ValueError` if there is no such cycle, `KeyError` if `start` is not in the graph. Takes
    /// time in proportion to the part of the graph that is nearer to `start`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (start, *, progress=None))]
    fn shortest_cycle(
        &self,
        start: &Bound<'_, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        let py = start.py();
        let v = self.engine.vertex(start)?;
        let cycle = self.engine.shortest_cycle(py, v)?;
        wrap(py, cycle.ok_or_else(no_cycle)?)
    }

    /// Returns the strongly connected components, as a list of graphs in reverse topological
    /// order.
    ///
    /// Two vertices are in one component if each can be reached from the other. A component comes
    /// after all components that it reaches. Takes time in proportion to the graph, and some 400
    /// bytes for each component.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (*, progress=None))]
    fn strongly_connected_components<'py>(
        &self,
        py: Python<'py>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.component_list(py, WantedComponents::All)
    }

    /// Returns the strongly connected components that no other component reaches, as a list of
    /// graphs.
    ///
    /// In a graph of garbage, they are the components that keep the rest alive. Takes the time
    /// of `strongly_connected_components`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (*, progress=None))]
    fn source_components<'py>(
        &self,
        py: Python<'py>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.component_list(py, WantedComponents::Sources)
    }

    /// Returns the strongly connected components that have a cycle, as a list of graphs.
    ///
    /// Such a component has two or more vertices, or an edge from a vertex to itself. The order is
    /// that of `strongly_connected_components`, and so is the time.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "ba", "bc", "dd"])
    ///     >>> sorted(sorted(part) for part in graph.cyclic_components())
    ///     [['a', 'b'], ['d']]
    #[pyo3(signature = (*, progress=None))]
    fn cyclic_components<'py>(
        &self,
        py: Python<'py>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.component_list(py, WantedComponents::Cyclic)
    }

    /// Returns an iterator over the simple cycles, shortest first, each of them once.
    ///
    /// A simple cycle visits no vertex twice. Each is a list of vertices in the order of the
    /// edges; the last vertex has an edge to the first. Cycles that differ only in which of
    /// several parallel edges they use count as one. `max_length` limits the number of vertices of
    /// a cycle. Each cycle is searched for only when it is requested, because there can be
    /// exponentially many. `ValueError` for a negative `max_length`. Takes O(vertices + edges)
    /// time to begin, and memory that does not grow with the number of cycles.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> graph = DirectedGraph.from_edge_pairs("abc", ["ab", "bc", "ca", "ba"])
    ///     >>> list(graph.simple_cycles())
    ///     [['a', 'b'], ['a', 'b', 'c']]
    #[pyo3(signature = (max_length=None))]
    fn simple_cycles(slf: &Bound<'_, Self>, max_length: Option<i64>) -> PyResult<SimpleCycles> {
        SimpleCycles::new(slf, max_length)
    }

    /// Returns a set of edges of small total weight whose removal leaves no cycle in the graph,
    /// as a `FeedbackArcSet`.
    ///
    /// `weights` has one number for each edge, in the order of `edges`; without it, each edge
    /// weighs 1. The set is always minimal: if any of its edges is put back, there is a cycle. It
    /// is a minimum if that can be proved within some tens of milliseconds (`is_optimal`).
    /// `ValueError` if there are too few or too many weights, or if one is negative or not finite.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "da"])
    ///     >>> len(graph.feedback_arc_set())
    ///     1
    ///     >>> graph.feedback_arc_set([5, 1, 1, 1, 1]).weight
    ///     2.0
    #[pyo3(signature = (weights=None, *, progress=None))]
    fn feedback_arc_set(
        &self,
        py: Python<'_>,
        weights: Option<Vec<f64>>,
        progress: Progress<'_>,
    ) -> PyResult<FeedbackArcSet> {
        FeedbackArcSet::new(py, &self.engine, weights.as_deref())
    }

    /// Returns a set of vertices of small total weight whose removal leaves no cycle in the
    /// graph, as a `FeedbackVertexSet`.
    ///
    /// `weights` has one number for each vertex, in the order of iteration; without it, each
    /// vertex weighs 1. The set is always minimal: if any of its vertices is put back, there is a
    /// cycle. It is a minimum if that can be proved within some tenths of a second (`is_optimal`).
    /// `ValueError` if there are too few or too many weights, or if one is negative or not finite.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "db"])
    ///     >>> graph.feedback_vertex_set().vertices
    ///     ['b']
    ///     >>> graph.feedback_vertex_set([1, 5, 1, 1]).weight
    ///     2.0
    #[pyo3(signature = (weights=None))]
    fn feedback_vertex_set(
        &self,
        py: Python<'_>,
        weights: Option<Vec<f64>>,
    ) -> PyResult<FeedbackVertexSet> {
        FeedbackVertexSet::new(py, &self.engine, weights.as_deref())
    }

    /// Returns the vertices and the edges that are on every cycle, as two lists.
    ///
    /// Without any one of them, the graph has no cycle. Both lists are empty if there is no cycle,
    /// or if the cycles have nothing in common. An edge that has a parallel edge is not on every
    /// cycle. Takes about as long as a few searches for components.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "da"])
    ///     >>> vertices, edges = graph.on_every_cycle()
    ///     >>> vertices, [graph.head(edge) for edge in edges]
    ///     (['a', 'b'], ['b'])
    fn on_every_cycle<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
        cycles::on_every_cycle(py, &self.engine)
    }

    /// Returns the edges that hold strongly connected components together, as a list.
    ///
    /// An edge from v to w is such a strong bridge if w reaches v, and every path from v to w goes
    /// through the edge: without it, the two are on no common cycle any more. The edges are in the
    /// order of the graph. Takes O(edges log vertices) time.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> graph = DirectedGraph.from_edge_pairs("abc", ["ab", "bc", "ca", "ac"])
    ///     >>> [graph.tail(edge) + graph.head(edge) for edge in graph.strong_bridges()]
    ///     ['ab', 'bc', 'ca']
    fn strong_bridges<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        cycles::strong_bridges(py, &self.engine)
    }

    /// Returns the vertices that hold strongly connected components together, as a list.
    ///
    /// A vertex is such a strong articulation point if two other vertices of its component are no
    /// longer on a common closed walk without it. The vertices are in the order of the graph.
    /// Takes O(edges log vertices) time.
    ///
    ///     >>> from refcycle.directed_graph import DirectedGraph
    ///     >>> graph = DirectedGraph.from_edge_pairs("abc", ["ab", "ba", "bc", "cb"])
    ///     >>> graph.strong_articulation_points()
    ///     ['b']
    fn strong_articulation_points<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        cycles::strong_articulation_points(py, &self.engine)
    }

    /// Counts the vertices of each class, as a `collections.Counter`.
    ///
    /// `classifier` is called with each vertex and returns its class, which must be hashable.
    /// Its exceptions are passed on.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> ObjectGraph([[], {}, [1]]).count_by(type)
    ///     Counter({<class 'list'>: 2, <class 'dict'>: 1})
    #[pyo3(signature = (classifier, *, progress=None))]
    fn count_by<'py>(
        &self,
        classifier: &Bound<'py, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = classifier.py();
        border::callable(classifier, "classifier")?;
        count(
            py,
            self.engine
                .vertices()
                .map(|v| classifier.call1((self.engine.object(py, v)?,))),
        )
    }

    /// Returns the vertices for which `predicate` returns a true value, as a list in the order
    /// of iteration.
    ///
    /// Exceptions of `predicate` are passed on.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> ObjectGraph([[], {}, [1]]).find_by(lambda vertex: isinstance(vertex, list))
    ///     [[], [1]]
    #[pyo3(signature = (predicate, *, progress=None))]
    fn find_by<'py>(
        &self,
        predicate: &Bound<'py, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = predicate.py();
        border::callable(predicate, "predicate")?;
        let found = PyList::empty(py);
        let mut checkpoint = Checkpoint::of(self.engine.vertex_count());
        for v in self.engine.vertices() {
            checkpoint.step(py)?;
            let object = self.engine.object(py, v)?;
            if predicate.call1((&object,))?.is_truthy()? {
                found.append(object)?;
            }
        }
        Ok(found)
    }

    /// Returns a tree of the objects that refer to `start`, or of those that it refers to, as a
    /// `Tree`: print it.
    ///
    /// A line reads `NAME of REFERRER`, or with `direction="referents"` `NAME: REFERENT`. Vertices
    /// near `start` come before distant ones. Each vertex is expanded once; where it occurs again,
    /// a number refers to the first line. `(2 from outside)` is the number of references to an
    /// object from outside the graph. A line that ends in ` …` has more below it, and the last
    /// lines say what the limits left out.
    ///
    /// `max_depth` limits the steps from `start` (`None`: no limit), `max_lines` the lines (3 or
    /// more). Of siblings of one kind, the first `fold` are shown and one line gives the number of
    /// the others (`None` shows all). `width` is in terminal cells (20 or more), of which wide
    /// characters take two; `None` means the width of the terminal at the time of printing. With
    /// `ascii=True` all other characters are escaped; `None` does so if `sys.stdout` cannot encode
    /// them.
    ///
    /// `KeyError` if `start` is not in the graph, `ValueError` for a limit that is too low. Only
    /// the labels that are shown are computed: milliseconds in a graph of a million objects, after
    /// the reversed graph has been computed (see `in_edges`). A `DirectedGraph` shows the `str()`
    /// of its vertices.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> inner = []
    ///     >>> print(ObjectGraph([[inner, inner], inner]).tree(inner, ascii=True, width=60))
    ///     list (0 items)
    ///     `- item[0], item[1] of list (2 items) (1 from outside)
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

    /// Returns the text of `tree(start)`. Without a start, returns as many trees as are needed
    /// to show every vertex, unless a limit leaves some out.
    ///
    /// The keywords are those of `tree`. Without a start, the trees begin at one vertex of each
    /// strongly connected component that no other component reaches; finding them takes time in
    /// proportion to the graph.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> inner = []
    ///     >>> graph = ObjectGraph([[inner], inner, "alone"])
    ///     >>> print(graph.to_text(direction="referents", ascii=True))
    ///     list (1 item)
    ///     `- item[0]: list (0 items)
    ///     'alone'
    #[pyo3(
        signature = (start=None, *, direction="referrers", max_depth=Some(10), max_lines=40, fold=Some(3), width=None, ascii=None, progress=None),
        text_signature = "($self, start=None, *, direction='referrers', max_depth=10, max_lines=40, fold=3, width=None, ascii=None, progress=None)",
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
        progress: Progress<'_>,
    ) -> PyResult<String> {
        let request = Request::new(direction, max_depth, max_lines, fold, width, ascii)?;
        let start = start.map(|start| self.engine.vertex(start)).transpose()?;
        tree(py, &self.engine, start, &request)?.text(py)
    }

    /// Returns the graph as two Arrow tables, one of its vertices and one of its edges.
    ///
    /// `vertices` has a row for each vertex in the order of iteration: `vertex` (its number, from
    /// 0), `id`, `type` (the name of the object's type, with the module except for builtins; for
    /// an annotated vertex, the one in its label), `label`, `size` (the bytes of the object
    /// itself), `module` (that of the type, also `builtins`) and `retained` (the bytes that would
    /// be freed with the object). `size` and `retained` are null if the vertices are not objects
    /// of a heap, `module` if it is unknown: of annotated vertices, and of objects from a file
    /// that does not contain the module. `edges` has `id`, `tail` and `head` (numbers of vertices)
    /// and `label`, which may be null. Ids are those of `annotated()`.
    ///
    /// pyarrow, pandas, Polars, DuckDB and others read the tables through the Arrow PyCapsule
    /// interface, without a copy; none of them has to be installed. The tables hold no object of
    /// the graph. `ValueError` if a label or an id does not fit. All labels and retained sizes are
    /// computed: about three seconds for a million objects.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> tables = ObjectGraph([[1], 1]).to_arrow()
    ///     >>> tables.edges
    ///     <refcycle._refcycle.ArrowTable of 1 rows: id, tail, head, label>
    ///     >>> tables.vertices.column_names
    ///     ['vertex', 'id', 'type', 'label', 'size', 'module', 'retained']
    #[pyo3(signature = (*, progress=None))]
    fn to_arrow(&self, py: Python<'_>, progress: Progress<'_>) -> PyResult<ArrowTables> {
        tables(py, &self.engine)
    }

    /// Writes the tables of `to_arrow` into Parquet files, for DuckDB, pandas, Polars, Spark
    /// and others.
    ///
    /// The table of the vertices is written to `vertices_path` and, if `edges_path` is given, that
    /// of the edges to it. The files are compressed with zstd and have groups of a million rows.
    /// An existing file is replaced as a whole or not at all. `ImportError` if pyarrow, which
    /// writes them, is not installed; `OSError` if a file cannot be written. Takes the time of
    /// `to_arrow`, and up to a second for a million objects in addition.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import os, tempfile
    ///     >>> from importlib.util import find_spec
    ///     >>> from refcycle import ObjectGraph
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "heap.parquet")
    ///     >>> if find_spec("pyarrow"):
    ///     ...     from pyarrow import parquet
    ///     ...
    ///     ...     ObjectGraph([[1], {}]).export_parquet(path)
    ///     ...     assert parquet.read_table(path)["type"].to_pylist() == ["list", "dict"]
    #[pyo3(signature = (vertices_path, edges_path=None, *, progress=None))]
    fn export_parquet(
        &self,
        py: Python<'_>,
        vertices_path: PathBuf,
        edges_path: Option<PathBuf>,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let vertices_path = destination(py, &vertices_path)?;
        let edges_path = edges_path.map(|path| destination(py, &path)).transpose()?;
        let tables = tables(py, &self.engine)?;
        let write = provided(py, Provided::Parquet)?;
        write.call1((tables, vertices_path, edges_path))?;
        Ok(())
    }

    /// Returns the graph as a `networkx.MultiDiGraph`.
    ///
    /// The nodes are the `id()` of each object or the id of each annotated vertex; the vertices of
    /// a `DirectedGraph` are nodes themselves. A node has the attributes `label`, `type`,
    /// `module`, `size` and `retained`, as in `to_arrow`, as far as they are known. The key of an
    /// edge is its id; its attribute is `label`, if it has one. The result keeps no object of an
    /// `ObjectGraph` alive. `ImportError` if networkx is not installed. All labels and retained
    /// sizes are computed, and each vertex and edge takes some 500 bytes.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (*, progress=None))]
    fn to_networkx<'py>(
        &self,
        py: Python<'py>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        interop::to_networkx(py, &self.engine)
    }

    /// Returns the graph as a `rustworkx.PyDiGraph`.
    ///
    /// The index of a node is the number of the vertex in the order of iteration. The payload of a
    /// node is a dict with `id` and the attributes of `to_networkx`; that of an edge is one with
    /// `id` and, if it has one, `label`. `ImportError` if rustworkx is not installed. All labels
    /// are computed, and each vertex and edge takes some 500 bytes.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (*, progress=None))]
    fn to_rustworkx<'py>(
        &self,
        py: Python<'py>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        interop::to_rustworkx(py, &self.engine)
    }

    /// Returns the graph as a `scipy.sparse.csr_array` of ones.
    ///
    /// Row and column are the numbers of the tail and of the head in the order of iteration.
    /// Parallel edges are several entries at the same position, which SciPy adds up. The index
    /// arrays are the graph's own: they are not copied and are read-only, so operations in place,
    /// such as `sum_duplicates` and `max`, need a `copy()` first. `ImportError` if scipy is not
    /// installed. Takes time and memory for the ones only, 4 bytes per edge.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (*, progress=None))]
    fn to_scipy<'py>(
        &self,
        py: Python<'py>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        interop::to_scipy(py, &self.engine)
    }

    /// Returns the representations for a notebook, as a dict by MIME type.
    ///
    /// A graph of up to 150 vertices is a picture, `image/svg+xml`. A larger one, or one whose
    /// picture cannot be drawn within 5 seconds, is a table of the types and their counts,
    /// `text/html`. The table is always included as `text/plain`. `include` and `exclude` are
    /// collections of MIME types.
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

    /// Returns the graph of the vertices that are not in another graph.
    fn __sub__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.combined(other, false)
    }

    /// Returns the graph of the vertices that are also in another graph.
    fn __and__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.combined(other, true)
    }

    /// Returns an empty set for vertices.
    #[classmethod]
    fn vertex_set<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PySet>> {
        PySet::empty(class.py())
    }

    /// Returns an empty mapping for vertices.
    #[classmethod]
    fn vertex_dict<'py>(class: &Bound<'py, PyType>) -> Bound<'py, PyDict> {
        PyDict::new(class.py())
    }

    /// Returns whether two vertices are equal.
    #[classmethod]
    fn vertex_equal(
        _class: &Bound<'_, PyType>,
        vertex1: &Bound<'_, PyAny>,
        vertex2: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        vertex1.eq(vertex2)
    }

    fn __len__(&self) -> usize {
        self.engine.vertex_count()
    }

    fn __contains__(&self, vertex: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.engine.find(vertex)?.is_some())
    }

    fn __iter__(slf: Bound<'_, Self>) -> GraphIterator {
        GraphIterator::new(slf.unbind(), Items::Vertices)
    }

    /// Returns the graph with its labels as a JSON string, which `AnnotatedGraph.from_json`
    /// reads.
    ///
    /// `ValueError` if an id is not an integer from 0 to 2**64 - 1, or a label has a lone
    /// surrogate. All labels are computed: about two seconds for a million objects.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (*, progress=None))]
    fn to_json<'py>(
        slf: &Bound<'py, Self>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyString>> {
        named::to_json(slf.py(), &slf.borrow().engine)
    }

    /// Writes the graph with its labels into a JSON file, which `AnnotatedGraph.import_json`
    /// reads.
    ///
    /// An existing file is replaced as a whole or not at all. `OSError` if the file cannot be
    /// written. Other errors and cost are those of `to_json`.
    ///
    /// `filename` is the former name of `path`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (path=None, *, filename=None, progress=None), text_signature = "($self, path=..., *, filename=..., progress=None)")]
    fn export_json(
        slf: &Bound<'_, Self>,
        path: Option<PathBuf>,
        filename: Option<PathBuf>,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let path = renamed(("path", path), ("filename", filename))?;
        let path = destination(slf.py(), &path)?;
        exchange::export_json(slf.py(), &slf.borrow().engine, &path)
    }

    /// Returns the graph with its labels in Graphviz's DOT language.
    ///
    /// Errors and cost are those of `to_json`. The label of a vertex of a `DirectedGraph` is
    /// its `str()`; exceptions of `str()` are passed on.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> 'label="list[0]"' in ObjectGraph([[]]).to_dot()
    ///     True
    #[pyo3(signature = (*, progress=None))]
    fn to_dot<'py>(
        slf: &Bound<'py, Self>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyString>> {
        named::to_dot(slf.py(), &slf.borrow().engine)
    }

    /// Draws the graph into a file, `refcycle.png` unless `path` is given.
    ///
    /// The format is `format`, or else the extension of the file name, or else PNG. SVG, PNG
    /// and PDF need no Graphviz. With `dot_executable`, the path of Graphviz's `dot`, that program
    /// draws the graph, in any format that it supports. The other keywords are those of `to_svg`.
    /// `filename` is the former name of `path`.
    ///
    /// PNG and PDF use the fonts of the machine for characters that refcycle's font does not have,
    /// such as Chinese. If no font has them, boxes are drawn, and a `UserWarning` names the script
    /// and a font to install; the file is still written.
    ///
    /// `OSError` if the file cannot be written; an existing file is then unchanged. `TimeoutError`
    /// after `limit_seconds`, at the next step of the layout, which may come seconds later.
    /// `RuntimeError` if the drawing program fails. `ValueError` for an unknown format.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import os, tempfile
    ///     >>> from refcycle import ObjectGraph
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "list.svg")
    ///     >>> ObjectGraph([[]]).export_image(path)
    ///     >>> os.path.exists(path)
    ///     True
    #[pyo3(
        signature = (path=None, format=None, dot_executable=None, *, filename=None, progress=None, **keywords),
        text_signature = "($self, path='refcycle.png', format=None, dot_executable=None, *, filename=None, target=..., fold=True, merge_edges=True, legend=True, roots=None, theme='light', summary=None, cut=None, advice=None, limit_seconds=30.0, progress=None)",
    )]
    fn export_image(
        slf: &Bound<'_, Self>,
        path: Option<PathBuf>,
        format: Option<String>,
        dot_executable: Option<PathBuf>,
        filename: Option<PathBuf>,
        progress: Progress<'_>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let path = renamed_if_given(("path", path), ("filename", filename))?;
        let request = ImageRequest::new(slf.py(), path, format, dot_executable)?;
        let engine = &slf.borrow().engine;
        pictures::export_image(slf.py(), engine, &request, keywords)
    }

    /// Returns the picture of the graph as an SVG string.
    ///
    /// `target` is the vertex that the picture is about, or `None`: it has a thick red outline.
    /// By default it is the vertex of the query that gave the graph: `x` of `ancestors(x)`,
    /// `descendants(x)` and `shortest_cycle(x)`, the end of `shortest_path(start, x)`. It is at
    /// the bottom, in a graph of descendants at the top. `KeyError` if it is not in the graph.
    ///
    /// - `fold`: three or more vertices that play the same role are drawn as one box: they are of
    ///   one type, and their referrers and referents play the same roles. An object and its
    ///   `__dict__` are one box too.
    /// - `merge_edges`: parallel edges are drawn as one arrow with all their labels.
    /// - `legend`: colours and shapes are explained below the picture.
    /// - `theme`: `'light'` or `'dark'`.
    /// - `roots`: a dashed box above an object says what holds it from outside the graph, as in
    ///   "running in thread MainThread". "held by C code" is only shown if no other object of the
    ///   snapshot can be the holder: in a whole snapshot, and in `ancestors` without a limit. A
    ///   holder that also holds a referrer, as a thread holds all its frames, is only drawn above
    ///   the referrer. `None` draws these boxes for snapshots and their parts, `True` always,
    ///   `False` never. They are not drawn in a summary, or in a graph of more than 5,000
    ///   vertices. `True` is a `ValueError` for a graph without objects, such as an
    ///   `AnnotatedGraph`.
    /// - `summary`: `None` draws at most 80 boxes and 4,000 points. Of a larger graph that has a
    ///   target, it draws what `why` says, if the graph is a snapshot or `ancestors` without a
    ///   limit in one, or else what is nearest to the target, and says how much is left out.
    ///   Without a target, objects are counted by type, with the largest cycles shown separately;
    ///   `True` always does that. `False` draws everything; more than 1,500 boxes, or 500 more
    ///   arrows than boxes, are a `ValueError`.
    /// - `cut`: references to cut, as a `Cut` or as numbers of edges, are red and dashed. The
    ///   advice of a `Cut` is written under the picture.
    /// - `advice`: text that is written under the picture.
    /// - `limit_seconds`: `TimeoutError` if the drawing takes longer.
    ///
    /// A picture of 150 vertices takes less than half a second, one of 1,000 less than five
    /// seconds. The time depends mainly on the number of arrows.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> inner = []
    ///     >>> graph = ObjectGraph([[inner], inner])
    ///     >>> "list (0 items)" in graph.ancestors(inner).to_svg(theme="dark")
    ///     True
    #[pyo3(
        signature = (*, progress=None, **keywords),
        text_signature = "($self, *, target=..., fold=True, merge_edges=True, legend=True, roots=None, theme='light', summary=None, cut=None, advice=None, limit_seconds=30.0, progress=None)",
    )]
    fn to_svg(
        slf: &Bound<'_, Self>,
        progress: Progress<'_>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<String> {
        let engine = &slf.borrow().engine;
        pictures::to_svg(slf.py(), engine, keywords)
    }

    /// Writes a page that shows the graph: one HTML file that needs no network.
    ///
    /// The page of a large `ObjectGraph` opens with a report: the account of the process, leak
    /// suspects, the largest retainers, how objects are held, and garbage with what to cut. With
    /// `before`, an earlier snapshot or dump of the same process, it also has what grew. Each line
    /// leads into the graph. With `target`, a vertex, or for the result of a query such as
    /// `ancestors(x)`, the page starts in the graph, at this vertex, and the report says why it is
    /// alive. A small graph is shown whole. Objects can be searched, sorted and filtered; a map
    /// shows what retains how much. No code of the objects runs. `filename` is the former name of
    /// `path`.
    ///
    /// An existing file is replaced as a whole or not at all. `KeyError` if `target` is not in the
    /// graph, `OSError` if the file cannot be written; for `before`, the errors of `diff`, and
    /// `TypeError` for a graph of other vertices than objects. Takes about eight seconds and 60 MB
    /// for a million objects; for a graph of more than eight million objects and references, only
    /// the report and an overview are written.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import os, tempfile, refcycle
    ///     >>> cache = {}
    ///     >>> cache["self"] = cache
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "cache.html")
    ///     >>> refcycle.ObjectGraph([cache]).export_html(path, target=cache)
    #[pyo3(signature = (path=None, target=None, *, before=None, filename=None, progress=None), text_signature = "($self, path=..., target=None, *, before=None, filename=..., progress=None)")]
    fn export_html(
        slf: &Bound<'_, Self>,
        path: Option<PathBuf>,
        target: Option<Bound<'_, PyAny>>,
        before: Option<Bound<'_, PyAny>>,
        filename: Option<PathBuf>,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let path = renamed(("path", path), ("filename", filename))?;
        let path = destination(slf.py(), &path)?;
        let engine = &slf.borrow().engine;
        let request = PageRequest {
            graph: slf.as_any(),
            target: target.as_ref(),
            before: before.as_ref(),
        };
        page::export(slf.py(), engine, &path, &request)
    }

    /// Writes the page of `export_html` into a temporary file, opens it in the browser and
    /// returns its path.
    ///
    /// The file is not removed. Errors and cost are those of `export_html`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (target=None, *, before=None, progress=None))]
    fn view(
        slf: &Bound<'_, Self>,
        target: Option<Bound<'_, PyAny>>,
        before: Option<Bound<'_, PyAny>>,
        progress: Progress<'_>,
    ) -> PyResult<String> {
        let request = PageRequest {
            graph: slf.as_any(),
            target: target.as_ref(),
            before: before.as_ref(),
        };
        page::view(slf.py(), &slf.borrow().engine, &request)
    }

    /// Returns the graph with its labels as a GraphML string: see `export_graphml`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> '<data key="label">list[0]</data>' in ObjectGraph([[]]).to_graphml()
    ///     True
    #[pyo3(signature = (*, progress=None))]
    fn to_graphml<'py>(
        slf: &Bound<'py, Self>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyString>> {
        exchange::GRAPHML.text(slf.py(), &slf.borrow().engine)
    }

    /// Writes the graph with its labels into a GraphML file, for yEd, Gephi, NetworkX and
    /// others.
    ///
    /// Vertices have the data `label`, `type`, `module`, `size` and `retained`, as in `to_arrow`,
    /// as far as they are known. Labels are not shortened. Characters that XML does not allow
    /// (most control characters) are written as escapes such as `\x1b`. The file is written under
    /// a temporary name and moved to `path` when it is complete: an existing file is replaced as a
    /// whole or not at all. `OSError` if it cannot be written. All labels and retained sizes are
    /// computed: about three seconds for a million objects.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import os, tempfile
    ///     >>> from refcycle import AnnotatedGraph, ObjectGraph
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "graph.graphml")
    ///     >>> ObjectGraph([[]]).export_graphml(path)
    ///     >>> [vertex.annotation for vertex in AnnotatedGraph.import_graphml(path)]
    ///     ['list[0]']
    #[pyo3(signature = (path, *, progress=None))]
    fn export_graphml(
        slf: &Bound<'_, Self>,
        path: PathBuf,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let path = destination(slf.py(), &path)?;
        exchange::GRAPHML.export(slf.py(), &slf.borrow().engine, &path)
    }

    /// Returns the graph with its labels as a GEXF string: see `export_gexf`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> 'label="list[0]"' in ObjectGraph([[]]).to_gexf()
    ///     True
    #[pyo3(signature = (*, progress=None))]
    fn to_gexf<'py>(
        slf: &Bound<'py, Self>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyString>> {
        exchange::GEXF.text(slf.py(), &slf.borrow().engine)
    }

    /// Writes the graph with its labels into a GEXF file, for Gephi.
    ///
    /// Data of vertices, labels, errors, cost and the replacement of the file are as for
    /// `export_graphml`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (path, *, progress=None))]
    fn export_gexf(slf: &Bound<'_, Self>, path: PathBuf, progress: Progress<'_>) -> PyResult<()> {
        let path = destination(slf.py(), &path)?;
        exchange::GEXF.export(slf.py(), &slf.borrow().engine, &path)
    }

    /// Returns the graph with its labels as JSON for Cytoscape: see `export_cytoscape`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import json
    ///     >>> from refcycle import ObjectGraph
    ///     >>> graph = json.loads(ObjectGraph([[]]).to_cytoscape())
    ///     >>> [node["data"]["name"] for node in graph["elements"]["nodes"]]
    ///     ['list[0]']
    #[pyo3(signature = (*, progress=None))]
    fn to_cytoscape<'py>(
        slf: &Bound<'py, Self>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyString>> {
        exchange::CYTOSCAPE.text(slf.py(), &slf.borrow().engine)
    }

    /// Writes the graph with its labels into a JSON file for Cytoscape and Cytoscape.js.
    ///
    /// The label of a vertex is its `name`; that of an edge is its `interaction`. Data of
    /// vertices, labels, errors, cost and the replacement of the file are as for `export_graphml`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (path, *, progress=None))]
    fn export_cytoscape(
        slf: &Bound<'_, Self>,
        path: PathBuf,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let path = destination(slf.py(), &path)?;
        exchange::CYTOSCAPE.export(slf.py(), &slf.borrow().engine, &path)
    }

    /// Writes a CSV table of the edges and, if `vertices_path` is given, one of the vertices.
    ///
    /// The columns are `source,target,id,label`, and `id,label` with those of `type`, `module`,
    /// `size` and `retained` that are known (see `to_arrow`). A label that a spreadsheet would run
    /// as a formula is prefixed with `'`. Labels, errors, cost and the replacement of the file are
    /// as for `export_graphml`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import os, tempfile
    ///     >>> from refcycle import ObjectGraph
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "edges.csv")
    ///     >>> ObjectGraph([[]]).export_csv(path)
    ///     >>> open(path).read()
    ///     'source,target,id,label\n'
    #[pyo3(signature = (edges_path, vertices_path=None, *, progress=None))]
    fn export_csv(
        slf: &Bound<'_, Self>,
        edges_path: PathBuf,
        vertices_path: Option<PathBuf>,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let py = slf.py();
        let edges_path = destination(py, &edges_path)?;
        let vertices_path = vertices_path.map(|path| destination(py, &path));
        let vertices_path = vertices_path.transpose()?;
        let engine = &slf.borrow().engine;
        exchange::export_csv(py, engine, &edges_path, vertices_path.as_deref())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let class = slf.get_type();
        Ok(terminal::line(&format!(
            "<{}.{} object of size {} at {:#x}>",
            class.module()?,
            class.qualname()?,
            slf.borrow().engine.vertex_count(),
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
        wanted: WantedComponents,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut graphs = Vec::new();
        // Creating a million objects starts collections, which find nothing to free.
        let _gc_pause = crate::heap::GcPause::new(py);
        self.engine.components(py, wanted, |component| {
            graphs.push(wrap(py, component)?);
            Ok(())
        })?;
        PyList::new(py, graphs)
    }
}
