//! The few objects that retain most of a heap.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::{IDirectedGraph, VertexId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::ignored;
use super::owners::ObjectNames;
use super::program_parts::ProgramParts;
use crate::engine::{Engine, Retention};
use crate::interrupt::{self, Checkpoint};
use crate::roots::UNCAUGHT;
use crate::terminal;

/// If a vertex passes on less than this share of what it retains to each of its children, the
/// retained memory spreads out there.
const PASSED_ON: f64 = 0.7;

/// Objects of one type that retain a large part of the heap, or one such object.
///
/// As in Eclipse's Memory Analyzer, suspects are objects that no other object dominates.
#[pyclass(frozen, module = "refcycle.object_graph")]
pub(crate) struct Suspect {
    vertices: Vec<Py<PyAny>>,
    /// The name of their type.
    #[pyo3(get)]
    type_name: String,
    /// The bytes that they retain together.
    #[pyo3(get)]
    retained_size: u64,
    /// The retained bytes as a share of all bytes of the graph.
    #[pyo3(get)]
    share: f64,
    accumulation_point: Option<Py<PyAny>>,
    /// The name of a single object, and for a container what it belongs to, as in
    /// "list (3,000 items), app.cache.entries"; `None` for several.
    #[pyo3(get)]
    name: Option<String>,
    /// The name of the accumulation point, in the same form.
    #[pyo3(get)]
    accumulation_point_name: Option<String>,
    /// Whether it is the exception that ended the program or a thread and caused the dump, or
    /// its traceback: then it retains what the program was doing, and is not a leak.
    #[pyo3(get)]
    is_uncaught: bool,
}

#[crate::border::guarded]
#[pymethods]
impl Suspect {
    /// The objects as a list, the largest retainer first.
    #[getter]
    fn vertices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, &self.vertices)
    }

    /// For a single object, the object at or below it from which the retained memory spreads
    /// out over many objects: often the container that grows. `None` for several.
    #[getter]
    fn accumulation_point(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.accumulation_point
            .as_ref()
            .map(|point| point.clone_ref(py))
    }

    fn __repr__(&self) -> String {
        let percent = 100.0 * self.share;
        let what = match &self.name {
            Some(name) => terminal::line(name),
            None => format!(
                "{} objects of {}",
                self.vertices.len(),
                terminal::line(&self.type_name)
            ),
        };
        let at = match (&self.accumulation_point, &self.accumulation_point_name) {
            (Some(point), Some(name)) if !point.is(&self.vertices[0]) => {
                format!(", accumulated in {}", terminal::line(name))
            }
            _ => String::new(),
        };
        let size = self.retained_size;
        format!("<Suspect: {what}, {size} bytes, {percent:.0} %{at}>")
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        for vertex in self.vertices.iter().chain(&self.accumulation_point) {
            visit.call(vertex)?;
        }
        Ok(())
    }
}

/// The objects, single or grouped by type, that no other object dominates and that retain at least
/// this share of all bytes; the largest first.
///
/// Classes, modules, their namespaces and functions are the program itself. They are not suspects;
/// the objects that they retain are examined instead. Objects of a builtin type that have only
/// their type in common are not a suspect either.
pub(crate) fn suspects(
    py: Python<'_>,
    engine: &Engine,
    retention: &Retention,
    share: f64,
) -> PyResult<Vec<Suspect>> {
    let total = retention.total().max(1) as f64;
    let is_large = |size: u64| size as f64 >= share * total;
    let program = ProgramParts::new(py, engine)?;
    let mut checkpoint = Checkpoint::new();
    let mut found = Vec::new();
    let mut of_type = FxHashMap::<usize, Vec<VertexId>>::default();
    let size = engine.vertex_count();
    let detached = |work: &mut (dyn FnMut() + Send)| {
        interrupt::run(py, size, |_| {
            work();
            ControlFlow::Continue(())
        })
    };
    let mut pending = Vec::new();
    detached(&mut || pending = retention.children(None))?;
    while let Some(v) = pending.pop() {
        checkpoint.step(py)?;
        if is_large(retention.size(v)) && ignored::is_hook(&engine.dotted_type(py, v)) {
            continue; // earlier versions have a resident reserve
        }
        if is_large(retention.size(v)) {
            let mut point = v;
            detached(&mut || point = accumulation_point(retention, v))?;
            match program.has(point) {
                true => detached(&mut || beside(retention, v, point, &mut pending))?,
                false => found.push((vec![v], Some(point))),
            }
        } else if !program.is_common(v) {
            let ty = engine.type_key(py, v);
            of_type.entry(ty).or_default().push(v);
        }
    }
    let sum = |vertices: &[VertexId]| vertices.iter().map(|&v| retention.size(v)).sum::<u64>();
    let mut sorted = Vec::new();
    detached(&mut || {
        for (_, mut group) in of_type.drain() {
            if is_large(sum(&group)) {
                group.sort_by_key(|&v| (Reverse(retention.size(v)), v));
                found.push((group, None));
            }
        }
        let found = found.drain(..);
        sorted.extend(found.map(|(vertices, point)| (sum(&vertices), vertices, point)));
        sorted.sort_by_key(|(sum, vertices, _)| (Reverse(*sum), vertices[0]));
    })?;
    let uncaught = uncaught(py, engine);
    let object = |v: VertexId| engine.object(py, v).map(Bound::unbind);
    let mut names = ObjectNames::new(py, engine);
    let suspect = |(sum, vertices, point): (u64, Vec<VertexId>, Option<VertexId>)| {
        let one = point.map(|_| vertices[0]);
        Ok(Suspect {
            name: one.map(|one| names.full(one)).transpose()?,
            accumulation_point_name: point.map(|point| names.full(point)).transpose()?,
            is_uncaught: vertices.iter().all(|v| uncaught.contains(v)),
            type_name: engine.type_name(py, vertices[0]),
            retained_size: sum,
            share: sum as f64 / total,
            accumulation_point: point.map(object).transpose()?,
            vertices: engine.hold(py, &vertices)?.into_owned(),
        })
    };
    sorted.into_iter().map(suspect).collect()
}

/// The exception that caused a dump, and its traceback.
fn uncaught(py: Python<'_>, engine: &Engine) -> FxHashSet<VertexId> {
    let Some(dump) = engine.dump(py) else {
        return FxHashSet::default();
    };
    let roots = dump.roots().iter();
    let roots = roots.filter(|root| root.name.starts_with(UNCAUGHT));
    let exceptions: FxHashSet<_> = roots.map(|root| root.vertex).collect();
    if exceptions.is_empty() {
        return exceptions;
    }
    let here = |&v: &VertexId| exceptions.contains(&engine.saved(py, v).vertex());
    let mut pending: Vec<_> = engine.vertices().filter(here).collect();
    let mut found: FxHashSet<_> = pending.iter().copied().collect();
    let graph = engine.any_graph();
    while let Some(v) = pending.pop() {
        for edge in graph.out_edges(v) {
            if engine.type_name(py, edge.head) == "traceback" && found.insert(edge.head) {
                pending.push(edge.head);
            }
        }
    }
    found
}

/// Follows the child that retains most, down to the first vertex that passes on too little.
fn accumulation_point(retention: &Retention, from: VertexId) -> VertexId {
    let mut v = from;
    loop {
        let most = retention.children(Some(v)).first().copied();
        match most {
            Some(child) if retention.size(child) as f64 >= PASSED_ON * retention.size(v) as f64 => {
                v = child;
            }
            _ => return v,
        }
    }
}

/// Adds the children of the vertices on the path downwards, without the path itself: what they
/// retain may be large too.
fn beside(retention: &Retention, from: VertexId, point: VertexId, pending: &mut Vec<VertexId>) {
    let mut v = from;
    loop {
        let children = retention.children(Some(v));
        if v == point {
            return pending.extend(children);
        }
        // The first one retains most, and is next on the path.
        pending.extend(children.iter().skip(1));
        v = children[0];
    }
}
