//! Graphs of the live heap and of garbage.

use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::answers::Taken;
use crate::collector::SavedGarbage;
use crate::engine::Engine;
use crate::graphs::{self, graph_between, object_graph, wrap};
use crate::heap;
use crate::modules;

/// Returns the graph of all objects that the garbage collector tracks and of the running
/// frames, as an `ObjectGraph`.
///
/// With `untracked=True`, it also contains everything else that can be reached from those:
/// strings, numbers, code, tuples and dicts that contain nothing else, and the types that are
/// compiled into CPython. The graph does not contain itself. No collection runs first, no code of
/// the objects runs, and nothing in them changes.
///
/// No other thread runs meanwhile: about 60 ms for a million objects, 300 ms with
/// `untracked=True`. At its peak, it needs about 20 bytes per object and 4 per reference.
/// `MemoryError` if there is not enough memory.
///
///     >>> import refcycle
///     >>> data = [[]]
///     >>> refcycle.snapshot().children(data)
///     [[]]
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (*, untracked=false))]
pub(crate) fn snapshot(py: Python<'_>, untracked: bool) -> PyResult<Py<PyAny>> {
    modules::import_all_before_a_snapshot(py)?;
    object_graph(py, heap::snapshot_topology(py, untracked)?)
}

/// Returns why an object is alive now: takes a snapshot and calls its `ObjectGraph.why`.
///
/// For an object that the collector does not track, such as a string, the snapshot contains
/// everything (`untracked=True`). Errors and the meaning of `limit` are those of
/// `ObjectGraph.why`. The time is that of the snapshot and of `ObjectGraph.why` together.
///
///     >>> import sys, refcycle
///     >>> [chain] = refcycle.why(sys.modules, limit=1).chains
///     >>> chain.holder
///     'sys.modules'
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (obj, *, limit=5))]
pub(crate) fn why<'py>(obj: &Bound<'py, PyAny>, limit: isize) -> PyResult<Bound<'py, PyAny>> {
    let py = obj.py();
    let held = obj.as_unbound();
    let untracked = heap::paused(py, |still| !heap::is_tracked(still.see(held)));
    let graph = object_graph(py, heap::snapshot_topology(py, untracked)?)?;
    graphs::why(graph.bind(py).cast()?, obj, limit, Taken::InThisCall)
}

/// Returns the graph of an object and of everything that can be reached from it, as an
/// `ObjectGraph` whose first vertex is `obj`.
///
/// Untracked objects such as strings are included. No code of the objects runs. Takes time in
/// proportion to the result, about 170 ms for a million objects.
///
///     >>> import refcycle
///     >>> len(refcycle.objects_reachable_from([["text"]]))
///     3
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn objects_reachable_from(obj: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    object_graph(obj.py(), heap::reachable(obj.py(), obj)?)
}

/// Returns the graph of the current garbage, as an `ObjectGraph`: the unreachable objects that
/// only a collection can free.
///
/// It runs a collection that keeps the garbage that it finds: finalizers run, weak references
/// to the garbage are cleared and their callbacks are called. The next collection frees everything
/// that the graph does not hold. The state of the collector is left unchanged. Takes the time of a
/// collection.
///
///     >>> import gc, refcycle
///     >>> gc.disable()
///     >>> cycle = []
///     >>> cycle.append(cycle)
///     >>> del cycle
///     >>> len(refcycle.garbage()) >= 1
///     True
///     >>> gc.enable()
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn garbage(py: Python<'_>) -> PyResult<Py<PyAny>> {
    wrap(py, graph_of(py, SavedGarbage::new(py, false)?)?)
}

/// Returns the graph that `garbage()` would return, without running a collection.
///
/// No finalizer runs, no weak reference is cleared and no callback is called; when the graph is
/// deleted, the objects are garbage again. Objects that a finalizer would resurrect are included.
/// Takes about the time of a collection.
///
///     >>> import gc, refcycle
///     >>> gc.disable()
///     >>> cycle = []
///     >>> cycle.append(cycle)
///     >>> del cycle
///     >>> len(refcycle.garbage_preview()) >= 1
///     True
///     >>> gc.enable()
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

/// Returns the graph of the garbage that a call leaves behind, as an `ObjectGraph`.
///
/// `callable` is called without arguments. Earlier garbage is collected first, and the
/// collector is disabled during the call; its state is restored afterwards. An exception of the
/// callable is passed on. Takes the time of the call and of two collections.
///
///     >>> import refcycle
///     >>> def leak():
///     ...     cycle = []
///     ...     cycle.append(cycle)
///     >>> len(refcycle.cycles_created_by(leak))
///     1
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn cycles_created_by(callable: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let py = callable.py();
    let saved = SavedGarbage::new(py, true)?;
    callable.call0()?;
    wrap(py, graph_of(py, saved)?)
}

/// Returns the cycles that keep the current garbage alive, as a list of graphs.
///
/// They are the source components of `garbage()` that have a cycle: when they are broken, all of
/// the garbage is freed. Effects and cost are those of `garbage()`.
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
