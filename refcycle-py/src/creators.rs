//! Graphs of the live heap and of garbage.

use pyo3::exceptions::PyBaseException;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use refcycle_core::{Successors, VertexId};

use crate::answers::Taken;
use crate::border;
use crate::collector::SavedGarbage;
use crate::engine::{Engine, WantedComponents};
use crate::graphs::{self, graph_between, object_graph, wrap};
use crate::heap::{self, Keys};
use crate::interrupt::Checkpoint;
use crate::modules;
use crate::progress::Progress;

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
/// `progress(done, total)` is called while the call runs; `True` shows a bar.
///
///     >>> import refcycle
///     >>> data = [[]]
///     >>> refcycle.snapshot().children(data)
///     [[]]
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (*, untracked=false, progress=None), text_signature = "(*, untracked=False, progress=None)")]
pub(crate) fn snapshot(
    py: Python<'_>,
    untracked: bool,
    progress: Progress<'_>,
) -> PyResult<Py<PyAny>> {
    modules::import_all_before_a_snapshot(py)?;
    object_graph(py, heap::snapshot_topology(py, untracked)?)
}

/// Returns a snapshot for a dump, without the variables of refcycle's own running frames.
///
/// It imports nothing: the caller has imported what writing the dump needs.
///
/// `uncaught` is the exception that ends the thread that calls this, if one causes the dump.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(
    name = "_snapshot_for_a_dump",
    signature = (*, untracked, uncaught=None),
    text_signature = "(*, untracked, uncaught=None)"
)]
pub(crate) fn snapshot_for_a_dump(
    py: Python<'_>,
    untracked: bool,
    uncaught: Option<Bound<'_, PyBaseException>>,
) -> PyResult<Py<PyAny>> {
    let uncaught = match uncaught {
        Some(exception) => Some(heap::Uncaught {
            exception: exception.as_ptr() as usize,
            traceback: PyErr::from_value(exception.into_any())
                .traceback(py)
                .map(|found| found.as_ptr() as usize),
            thread: modules::attribute(py, "_thread", "get_ident")?
                .call0()?
                .extract()?,
        }),
        None => None,
    };
    object_graph(py, heap::dump_topology(py, untracked, uncaught)?)
}

/// Returns why an object is alive now: takes a snapshot and calls its `ObjectGraph.why`.
///
/// For an object that the collector does not track, such as a string, the snapshot contains
/// everything (`untracked=True`). Errors and the meaning of `limit` are those of
/// `ObjectGraph.why`. The time is that of the snapshot and of `ObjectGraph.why` together.
///
/// `progress(done, total)` is called while the call runs; `True` shows a bar.
///
///     >>> import sys, refcycle
///     >>> [chain] = refcycle.why(sys.modules, limit=1).chains
///     >>> chain.holder
///     'sys.modules'
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (obj, *, limit=5, progress=None), text_signature = "(obj, *, limit=5, progress=None)")]
pub(crate) fn why<'py>(
    obj: &Bound<'py, PyAny>,
    limit: isize,
    progress: Progress<'_>,
) -> PyResult<Bound<'py, PyAny>> {
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
/// `progress(done, total)` is called while the call runs; `True` shows a bar.
///
///     >>> import refcycle
///     >>> len(refcycle.objects_reachable_from([["text"]]))
///     3
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (obj, *, progress=None))]
pub(crate) fn objects_reachable_from(
    obj: &Bound<'_, PyAny>,
    progress: Progress<'_>,
) -> PyResult<Py<PyAny>> {
    let (py, mut checkpoint) = (obj.py(), Checkpoint::new());
    let topology = heap::reachable(py, obj, Keys::Shown, &mut || checkpoint.turn(py))?;
    object_graph(py, topology)
}

/// If more bytes than this are held by something else too, `size` looks whether that is garbage.
const MOST_HELD_BY_GARBAGE: u64 = 100_000;

/// Returns the bytes that would be freed if an object were gone: its retained size.
///
/// These are its own bytes and those of all objects that nothing else holds. What can be reached
/// from it but is also held by C code, by a variable or by another object is left out: classes,
/// modules, shared data. `obj` itself always counts, and cycles count as if a collection
/// followed. Strings and numbers are included, and so are buffers, as in
/// `ObjectGraph.shallow_size`. Memory whose size cannot be known is missing (see
/// `ObjectGraph.has_unknown_size`). With several objects, the result is what would be freed if
/// all of them were gone. refcycle's own graphs do not count as holders. Nor does garbage that has
/// not been collected yet, but up to 100 kB to which it refers may be missing.
///
/// No code of the objects runs. Takes time in proportion to what can be reached: microseconds
/// for lists and dicts of plain data, and up to twice the time of `snapshot(untracked=True)` for
/// an instance, which leads to its class, and often to everything. The time of a snapshot is added
/// if only that shows what holds the memory:
///
/// - More than 100 kB of data that can be reached are held by something else too, which may be
///   garbage.
/// - Memory of a library is among it, as that of an Arrow array, which others may share.
/// - An object that would be freed has weak references, as a class has: entries of weak containers
///   are freed with it.
///
/// For objects that are not in such a snapshot, other holders are not known, and the memory counts
/// as if there were none. For the sizes of many objects, take one snapshot and use
/// `ObjectGraph.retained_size`. `TypeError` without an object.
///
/// `progress(done, total)` is called while the call runs; `True` shows a bar.
///
///     >>> import refcycle
///     >>> shared = bytes(1000)
///     >>> data = [shared, bytes(100)]
///     >>> alone = refcycle.size(data)
///     >>> refcycle.size(data, shared) - alone == refcycle.size(shared)
///     True
///     >>> refcycle.objects_reachable_from(data).shallow_sizes()[0] < alone < 1000
///     True
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (obj, /, *others, progress=None))]
pub(crate) fn size(
    obj: &Bound<'_, PyAny>,
    others: &Bound<'_, PyTuple>,
    progress: Progress<'_>,
) -> PyResult<u64> {
    let py = obj.py();
    let objects: Vec<_> = std::iter::once(obj.clone()).chain(others.iter()).collect();
    /// The tuple of the objects is the first vertex.
    const TUPLE: VertexId = VertexId::new(0);

    let all = PyTuple::new(py, &objects)?;
    let mut checkpoint = Checkpoint::new();
    let mut topology = heap::reachable(py, all.as_any(), Keys::All, &mut || checkpoint.turn(py))?;
    graphs::without_own_references(py, &mut topology)?;
    let mut needs_whole = heap::has_shareable_memory(py, &topology.objects);
    let engine = graphs::engine_of(topology);
    let vertices = first_vertices(&engine, &objects)?;
    let freed = engine.freed_with(py, &vertices)?;
    heap::in_slices(&freed, &mut || checkpoint.turn(py), |part| {
        let held = part.iter().map(|v| &engine.objects()[v.index()]);
        needs_whole |= heap::may_have_weak_entries(py, held);
        Ok(())
    })?;
    if !needs_whole {
        let mut others = engine.freed_without_outside(py, &vertices, &freed)?;
        others.retain(|&v| v != TUPLE);
        needs_whole = engine.freed_bytes(py, others)? > MOST_HELD_BY_GARBAGE;
    }
    let bytes = engine.freed_bytes(py, freed)?;
    engine.release(py);
    if !needs_whole {
        return Ok(bytes);
    }
    // It would hold all objects that can be reached.
    drop(all);
    let whole = graphs::engine_of(heap::snapshot_topology(py, true)?);
    let Ok(vertices) = vertices_of(&whole, &objects) else {
        return Ok(bytes);
    };
    let freed = whole.freed_with(py, &vertices)?;
    let bytes = whole.freed_bytes(py, freed)?;
    whole.release(py);
    Ok(bytes)
}

/// The vertices of some objects, each once. The first vertex of the graph is a tuple of them.
fn first_vertices(engine: &Engine, objects: &[Bound<'_, PyAny>]) -> PyResult<Vec<VertexId>> {
    let graph = engine.any_graph();
    let first: Vec<_> = graph.successors(VertexId::new(0)).collect();
    let is_right =
        |(v, object): (&VertexId, &Bound<'_, PyAny>)| engine.objects()[v.index()].is(object);
    if first.len() != objects.len() || !first.iter().zip(objects).all(is_right) {
        return vertices_of(engine, objects);
    }
    Ok(distinct(first))
}

/// The vertices of some objects, each once; `KeyError` if an object is none.
fn vertices_of(engine: &Engine, objects: &[Bound<'_, PyAny>]) -> PyResult<Vec<VertexId>> {
    let vertices = objects.iter().map(|object| engine.vertex(object));
    vertices.collect::<PyResult<_>>().map(distinct)
}

fn distinct(mut vertices: Vec<VertexId>) -> Vec<VertexId> {
    vertices.sort_unstable();
    vertices.dedup();
    vertices
}

/// Returns the graph of the current garbage, as an `ObjectGraph`: the unreachable objects that
/// only a collection can free.
///
/// It runs a collection that keeps the garbage that it finds: finalizers run, weak references
/// to the garbage are cleared and their callbacks are called. The next collection frees everything
/// that the graph does not hold. The state of the collector is left unchanged. Takes the time of a
/// collection.
///
/// `progress(done, total)` is called while the call runs; `True` shows a bar.
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
#[pyo3(signature = (*, progress=None))]
pub(crate) fn garbage(py: Python<'_>, progress: Progress<'_>) -> PyResult<Py<PyAny>> {
    wrap(py, graph_of(py, SavedGarbage::new(py, false)?)?)
}

/// Returns the graph that `garbage()` would return, without running a collection.
///
/// No finalizer runs, no weak reference is cleared and no callback is called; when the graph is
/// deleted, the objects are garbage again. Objects that a finalizer would resurrect are included.
/// Takes about the time of a collection.
///
/// `progress(done, total)` is called while the call runs; `True` shows a bar.
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
#[pyo3(signature = (*, progress=None))]
pub(crate) fn garbage_preview(py: Python<'_>, progress: Progress<'_>) -> PyResult<Py<PyAny>> {
    let whole = graphs::engine_of(heap::collectable_topology(py)?);
    let garbage = whole.garbage(py)?;
    let objects = whole.hold(py, &garbage)?.into_owned();
    whole.release(py);
    let objects = objects.into_iter().map(|object| Ok(object.into_bound(py)));
    wrap(py, graph_between(py, objects)?)
}

/// Returns the graph of the garbage that a call leaves behind, as an `ObjectGraph`.
///
/// `callable` is called without arguments. Earlier garbage is collected first, and the
/// collector is disabled during the call; its state is restored afterwards. An exception of the
/// callable is passed on. Takes the time of the call and of two collections.
///
/// `progress(done, total)` is called while the call runs; `True` shows a bar.
///
///     >>> import refcycle
///     >>> def leak():
///     ...     cycle = []
///     ...     cycle.append(cycle)
///     >>> len(refcycle.cycles_created_by(leak))
///     1
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (callable, *, progress=None))]
pub(crate) fn cycles_created_by(
    callable: &Bound<'_, PyAny>,
    progress: Progress<'_>,
) -> PyResult<Py<PyAny>> {
    let py = callable.py();
    border::callable(callable, "callable")?;
    let saved = SavedGarbage::new(py, true)?;
    callable.call0()?;
    wrap(py, graph_of(py, saved)?)
}

/// Returns the cycles that keep the current garbage alive, as a list of graphs.
///
/// They are the source components of `garbage()` that have a cycle: when they are broken, all of
/// the garbage is freed. Effects and cost are those of `garbage()`.
///
/// `progress(done, total)` is called while the call runs; `True` shows a bar.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (*, progress=None))]
pub(crate) fn key_cycles<'py>(
    py: Python<'py>,
    progress: Progress<'_>,
) -> PyResult<Bound<'py, PyList>> {
    let engine = graph_of(py, SavedGarbage::new(py, false)?)?;
    let found = PyList::empty(py);
    engine.components(py, WantedComponents::Sources, |component| {
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
