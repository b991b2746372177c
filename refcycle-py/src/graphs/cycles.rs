//! Simple cycles, sets of edges or vertices whose removal leaves no cycle, and what single edges and
//! vertices hold together.

use std::ops::ControlFlow;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::algo::{self, FeedbackOptions};
use refcycle_core::{Edge, Run};

use super::base::GraphBase;
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::{self, Checkpoint, answer};

/// An iterator over the simple cycles of a graph, shortest first.
#[pyclass(module = "refcycle._refcycle")]
pub(crate) struct SimpleCycles {
    graph: Option<Py<GraphBase>>,
    /// `None` if the graph has no edge.
    cycles: Option<algo::SimpleCycles>,
    size: usize,
}

impl SimpleCycles {
    pub(super) fn new(graph: &Bound<'_, GraphBase>, max_length: Option<i64>) -> PyResult<Self> {
        let max_length = max_length.map(length).transpose()?;
        let engine = &graph.borrow().engine;
        let (vertices, edges) = (engine.vertex_count(), engine.edge_count());
        memory::ask(136 * vertices + 8 * edges)?;
        let prepare = |of| {
            engine.run(graph.py(), move |signals| {
                algo::simple_cycles(Run::on(of).watch(signals))
            })
        };
        let cycles = engine.graph().map(prepare).transpose()?;
        Ok(Self {
            graph: Some(graph.clone().unbind()),
            cycles: cycles.map(|cycles| cycles.max_length(max_length.unwrap_or(usize::MAX))),
            size: vertices + edges,
        })
    }
}

fn length(limit: i64) -> PyResult<usize> {
    usize::try_from(limit).map_err(|_| {
        PyValueError::new_err(format!("max_length must not be negative, but is {limit}"))
    })
}

#[crate::border::guarded]
#[pymethods]
impl SimpleCycles {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let (Some(graph), Some(cycles)) = (&self.graph, &mut self.cycles) else {
            return Ok(None);
        };
        let found = interrupt::run(py, self.size, |signals| cycles.next_watched(signals))?;
        let Some(cycle) = found else {
            return Ok(None);
        };
        let engine = &graph.borrow(py).engine;
        engine.list(py, cycle.into_iter()).map(Some)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.graph)
    }

    fn __clear__(&mut self) {
        self.graph = None;
    }
}

/// Edges without which the graph has no cycle: a collection with `len` and iteration.
#[pyclass(frozen, get_all, module = "refcycle._refcycle")]
pub(crate) struct FeedbackArcSet {
    /// The edges, in the order of the graph.
    edges: Py<PyList>,
    /// The sum of their weights; without weights, the number of edges.
    weight: f64,
    /// A proven lower bound: every such set weighs at least this much.
    lower_bound: f64,
    /// Whether it is proved that no such set weighs less than this one.
    is_optimal: bool,
}

#[crate::border::guarded]
#[pymethods]
impl FeedbackArcSet {
    fn __len__(&self, py: Python<'_>) -> usize {
        self.edges.bind(py).len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.edges.bind(py).try_iter()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let count = self.edges.bind(py).len();
        let bounds = (self.weight, self.lower_bound, self.is_optimal);
        shown("FeedbackArcSet", count, ["edge", "edges"], bounds)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.edges)
    }
}

impl FeedbackArcSet {
    pub(super) fn new(py: Python<'_>, engine: &Engine, weights: Option<&[f64]>) -> PyResult<Self> {
        let empty = refcycle_core::CsrGraph::default();
        let graph = engine.graph().unwrap_or(&empty);
        let options = match weights {
            Some(weights) => FeedbackOptions::default().weights(weights),
            None => FeedbackOptions::default(),
        };
        memory::ask(24 * engine.vertex_count())?;
        let (vertices, edges) = engine.run(py, |signals| {
            let components = algo::strongly_connected_components(Run::on(graph).watch(signals))?;
            let cyclic = components.iter().filter(|component| component.len() > 1);
            let cyclic = cyclic.flatten().map(|&v| graph.out_degree(v));
            ControlFlow::Continue(cyclic.fold((0, 0), |(vertices, edges), degree| {
                (vertices + 1, edges + degree)
            }))
        })?;
        // What large components need while they are reduced.
        memory::ask(8 * engine.vertex_count() + 450 * vertices + 150 * edges)?;
        let found = engine.run(py, |signals| {
            answer(algo::feedback_arc_set(
                Run::on(graph).watch(signals),
                &options,
            ))
        })?;
        let names: PyResult<Vec<_>> = (found.ids.iter())
            .map(|&edge| engine.edge_name(py, edge))
            .collect();
        Ok(Self {
            edges: PyList::new(py, names?)?.unbind(),
            weight: found.weight,
            lower_bound: found.lower_bound,
            is_optimal: found.is_optimal,
        })
    }
}

/// Vertices without which the graph has no cycle: a collection with `len` and iteration.
#[pyclass(frozen, get_all, module = "refcycle._refcycle")]
pub(crate) struct FeedbackVertexSet {
    /// The vertices, in the order of the graph.
    vertices: Py<PyList>,
    /// The sum of their weights; without weights, the number of vertices.
    weight: f64,
    /// A proven lower bound: every such set weighs at least this much.
    lower_bound: f64,
    /// Whether it is proved that no such set weighs less than this one.
    is_optimal: bool,
}

#[crate::border::guarded]
#[pymethods]
impl FeedbackVertexSet {
    fn __len__(&self, py: Python<'_>) -> usize {
        self.vertices.bind(py).len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.vertices.bind(py).try_iter()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let count = self.vertices.bind(py).len();
        let bounds = (self.weight, self.lower_bound, self.is_optimal);
        shown("FeedbackVertexSet", count, ["vertex", "vertices"], bounds)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.vertices)
    }
}

impl FeedbackVertexSet {
    pub(super) fn new(py: Python<'_>, engine: &Engine, weights: Option<&[f64]>) -> PyResult<Self> {
        let graph = engine.any_graph();
        let options = match weights {
            Some(weights) => FeedbackOptions::default().weights(weights),
            None => FeedbackOptions::default(),
        };
        memory::ask(600 * engine.vertex_count() + 150 * engine.edge_count())?;
        let found = engine.run(py, |signals| {
            answer(algo::feedback_vertex_set(
                Run::on(&*graph).watch(signals),
                &options,
            ))
        })?;
        let vertices = found.ids.into_iter();
        Ok(Self {
            vertices: engine.list(py, vertices)?.unbind(),
            weight: found.weight,
            lower_bound: found.lower_bound,
            is_optimal: found.is_optimal,
        })
    }
}

/// A set as its `repr`: what it has, and how good it is.
fn shown(
    name: &str,
    count: usize,
    [one, several]: [&str; 2],
    (weight, lower_bound, is_optimal): (f64, f64, bool),
) -> String {
    let elements = if count == 1 { one } else { several };
    let weight = match weight == count as f64 {
        true => String::new(),
        false => format!(" of weight {weight}"),
    };
    let quality = match is_optimal {
        true => "proved to be the least".to_owned(),
        false => format!("the least is {lower_bound} or more"),
    };
    format!("<{name}: {count} {elements}{weight}, {quality}>")
}

/// The vertices and the edges that are on every cycle.
pub(super) fn on_every_cycle<'py>(
    py: Python<'py>,
    engine: &Engine,
) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
    let graph = engine.any_graph();
    memory::ask(600 * engine.vertex_count() + 150 * engine.edge_count())?;
    let found = engine.run(py, |signals| {
        answer(algo::on_every_cycle(Run::on(&*graph).watch(signals)))
    })?;
    let vertices = engine.list(py, found.vertices.into_iter())?;
    Ok((vertices, edge_list(py, engine, &found.edges)?))
}

/// The edges that hold strongly connected components together.
pub(super) fn strong_bridges<'py>(
    py: Python<'py>,
    engine: &Engine,
) -> PyResult<Bound<'py, PyList>> {
    let graph = engine.any_graph();
    memory::ask(100 * engine.vertex_count())?;
    let found = engine.run(py, |signals| {
        algo::strong_bridges(Run::on(&*graph).watch(signals))
    })?;
    edge_list(py, engine, &found)
}

/// The vertices that hold strongly connected components together.
pub(super) fn strong_articulation_points<'py>(
    py: Python<'py>,
    engine: &Engine,
) -> PyResult<Bound<'py, PyList>> {
    let graph = engine.any_graph();
    memory::ask(60 * engine.vertex_count())?;
    let found = engine.run(py, |signals| {
        algo::strong_articulation_points(Run::on(&*graph).watch(signals))
    })?;
    engine.list(py, found.into_iter())
}

fn edge_list<'py>(
    py: Python<'py>,
    engine: &Engine,
    edges: &[Edge],
) -> PyResult<Bound<'py, PyList>> {
    let mut checkpoint = Checkpoint::of(edges.len());
    let names: PyResult<Vec<_>> = (edges.iter())
        .map(|edge| {
            checkpoint.step(py)?;
            engine.edge_name(py, edge.id)
        })
        .collect();
    PyList::new(py, names?)
}
