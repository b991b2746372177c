//! Graphs of the live heap and of garbage.

use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::answers::Taken;
use crate::collector::SavedGarbage;
use crate::engine::Engine;
use crate::graphs::{self, graph_between, object_graph, wrap};
use crate::heap;

/// The graph of all objects that the garbage collector tracks, and of the frames that
/// are running.
///
/// With `untracked=True` it has everything else that can be reached from those as well:
/// strings, numbers, code, tuples and dicts that hold nothing else, the types that are
/// compiled into CPython. The graph itself is not in it. Nothing is collected first.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (*, untracked=false))]
pub(crate) fn snapshot(py: Python<'_>, untracked: bool) -> PyResult<Py<PyAny>> {
    object_graph(py, heap::snapshot_topology(py, untracked)?)
}

/// Why an object is alive, of a snapshot that is taken now: see `ObjectGraph.why`.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (obj, *, limit=5))]
pub(crate) fn why<'py>(obj: &Bound<'py, PyAny>, limit: usize) -> PyResult<Bound<'py, PyAny>> {
    let py = obj.py();
    let held = obj.as_unbound();
    let untracked = heap::paused(py, |still| !heap::is_tracked(still.see(held)));
    let graph = object_graph(py, heap::snapshot_topology(py, untracked)?)?;
    graphs::why(graph.bind(py).cast()?, obj, limit, Taken::InThisCall)
}

/// The graph of an object and everything that can be reached from it.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn objects_reachable_from(obj: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    object_graph(obj.py(), heap::reachable(obj.py(), obj)?)
}

/// The graph of what is garbage now: unreachable objects that only a collection can
/// free.
///
/// Runs a collection that keeps what it finds, so that finalizers run, weak references
/// to the garbage are cleared and their callbacks are called. What the graph does not
/// hold is freed by the next collection. The collector's state is left as it was.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn garbage(py: Python<'_>) -> PyResult<Py<PyAny>> {
    wrap(py, graph_of(py, SavedGarbage::new(py, false)?)?)
}

/// The graph of what `garbage()` would return, without collecting anything: no finalizer
/// runs, no weak reference is cleared, no callback is called, and the garbage stays what
/// it is as soon as the graph is gone. What a finalizer would bring back to life is in it.
///
/// Takes about the time of a collection.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn garbage_preview(py: Python<'_>) -> PyResult<Py<PyAny>> {
    wrap(
        py,
        graph_between(
            py,
            heap::unreachable(py)?
                .into_iter()
                .map(|object| Ok(object.into_bound(py))),
        )?,
    )
}

/// The graph of the garbage that a call leaves behind.
///
/// What was garbage before is collected first. The callable takes no arguments and runs
/// with the collector disabled; what it raises is passed on. The collector's state is
/// left as it was.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn cycles_created_by(callable: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let py = callable.py();
    let saved = SavedGarbage::new(py, true)?;
    callable.call0()?;
    wrap(py, graph_of(py, saved)?)
}

/// The cycles that keep the present garbage alive: a list of graphs, the source
/// components of the garbage that are cycles.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn key_cycles(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let engine = graph_of(py, SavedGarbage::new(py, false)?)?;
    let found = PyList::empty(py);
    engine.components(py, true, |component| {
        if component.edge_count() > 0 {
            found.append(wrap(py, component)?)?;
        }
        Ok(())
    })?;
    Ok(found)
}

fn graph_of<'py>(py: Python<'py>, garbage: SavedGarbage<'py>) -> PyResult<Engine> {
    graph_between(py, garbage.collect()?.into_iter().map(Ok))
}
