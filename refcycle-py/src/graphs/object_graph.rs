//! Graphs of objects and the references between them. They are in one file because PyO3 accepts
//! only one block of methods for a class.

mod class;

use std::collections::HashSet;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use refcycle_core::VertexId;
use refcycle_dot::End;

use super::arrays::column;
use super::base::{GraphBase, wrap};
use super::comparison::vertices_of;
use super::count::count;
use super::former_names::renamed;
use super::groups;
use super::own_memory::search_memory;
use super::reduce::{Reduced, reduce};
use super::waste::waste;
use super::why::told;
use crate::answers::{self, Earlier, NetGrowth, ObjectNames, Taken};
use crate::border;
use crate::engine::{Engine, NativeBuffer, statistics};
use crate::files::NewFile;
use crate::heap::memory;
use crate::heap::{Distinct, Topology, graph_of, has_unknown_size};
use crate::interrupt::Checkpoint;
use crate::memory_search::PlacesInMemory;
use crate::modules;
use crate::outputs::destination::destination;
use crate::outputs::named;
use crate::outputs::save;
use crate::outputs::treemap::{self, TreemapRequest};
use crate::progress::Progress;
use crate::provided::{Provided, provided};
use crate::roots::roots;
pub(super) use class::LiveObjects;
pub(crate) use class::ObjectGraph;

/// An argument that was given, `None` included.
fn given<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(Some(object.clone()))
}

/// The graph of a topology, as a Python object.
pub(crate) fn object_graph(py: Python<'_>, topology: Topology) -> PyResult<Py<PyAny>> {
    wrap(py, engine_of(topology))
}

/// The graph of a topology.
pub(crate) fn engine_of(topology: Topology) -> Engine {
    Engine::of_heap(Box::new(LiveObjects), topology)
}

/// The graph of some objects, which may occur several times.
pub(crate) fn graph_between<'py>(
    py: Python<'py>,
    objects: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Engine> {
    let mut checkpoint = Checkpoint::of(objects.size_hint().0);
    let mut distinct = Distinct::new();
    let mut kept = Vec::new();
    for object in objects {
        checkpoint.step(py)?;
        // A place in a table and one in an array, which both grow.
        memory::room_for(72)?;
        let object = object?;
        if distinct.is_new(&object)? {
            kept.push(object.unbind());
        }
    }
    let topology = graph_of(py, kept.into(), distinct)?;
    Ok(Engine::of_heap(Box::new(LiveObjects), topology))
}

/// What `ObjectGraph.why` returns.
pub(crate) fn why<'py>(
    graph: &Bound<'py, ObjectGraph>,
    object: &Bound<'py, PyAny>,
    limit: isize,
    taken: Taken,
) -> PyResult<Bound<'py, PyAny>> {
    let py = graph.py();
    let limit = checked_limit(limit)?;
    let base = graph.as_super().borrow();
    let mut engine = base.engine();
    let alone;
    if taken == Taken::InThisCall && engine.find(object)?.is_none() {
        // Only the arguments of the call lead to it.
        alone = graph_between(py, std::iter::once(Ok(object.clone())))?;
        engine = &alone;
    }
    let v = engine.vertex(object)?;
    let open = answers::held_from_outside(py, engine)?;
    let found = answers::why(py, engine, &open, v, limit, taken)?;
    told(engine, object, found)
}

fn checked_limit(limit: isize) -> PyResult<usize> {
    match usize::try_from(limit) {
        Ok(limit) if limit > 0 => Ok(limit),
        _ => Err(PyValueError::new_err(format!(
            "limit must be at least 1, but is {limit}"
        ))),
    }
}

#[crate::border::guarded]
#[pymethods]
impl ObjectGraph {
    #[new]
    #[pyo3(signature = (objects=None), text_signature = "(objects=())")]
    fn new(
        py: Python<'_>,
        #[pyo3(from_py_with = given)] objects: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let engine = match objects {
            Some(objects) => graph_between(py, border::iterable(&objects, "objects")?)?,
            None => graph_between(py, std::iter::empty())?,
        };
        Ok(PyClassInitializer::from(GraphBase::new(engine)).add_subclass(Self))
    }

    /// Returns the reference cycles, as a list with a `refcycle.Cycle` for each strongly
    /// connected component that has one.
    ///
    /// A component comes before those that it reaches, so that in a graph of garbage the first
    /// ones keep the rest alive. The labels of a `Cycle` are computed when they are asked for.
    /// Takes the time of `strongly_connected_components`.
    ///
    /// Every class is in cycles with its own parts, such as its `__mro__` and its descriptors.
    /// Components that consist only of classes and their parts are left out, unless `classes` is
    /// true.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> numbers = [1]
    ///     >>> numbers.append(numbers)
    ///     >>> ObjectGraph([numbers]).cycles()
    ///     [<Cycle of 1 object: list[1] -> list>]
    #[pyo3(signature = (*, classes=false, progress=None), text_signature = "($self, *, classes=False, progress=None)")]
    fn cycles<'py>(
        slf: &Bound<'py, Self>,
        classes: bool,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        provided(slf.py(), Provided::Cycles)?.call1((slf, classes))
    }

    /// Returns the graph with labels in place of objects, as an `AnnotatedGraph`.
    ///
    /// The id of a vertex is the `id()` of its object, that of an edge its number in this graph.
    /// The result keeps no object alive. Its vertices and edges are created when they are asked
    /// for. Takes about a second and 110 MB for a million objects.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> [vertex.annotation for vertex in ObjectGraph([[1, 2], {}]).annotated()]
    ///     ['list[2]', 'dict[0]']
    #[pyo3(signature = (*, progress=None))]
    fn annotated(slf: &Bound<'_, Self>, progress: Progress<'_>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let base = slf.as_super().borrow();
        let named = base.engine.kind().named(py, &base.engine)?;
        super::annotated_graph::from_named(py, named, base.engine.asked())
    }

    /// Writes the graph as a heap snapshot for Chrome's DevTools and memlab.
    ///
    /// It has types, sizes (those of `shallow_sizes`), labels of references, weak references, and
    /// above the objects their holders from outside (see `roots`). In Chrome: Memory panel, Load;
    /// the file name must end in `.heapsnapshot`.
    ///
    /// An object has the same id in all snapshots of a process, so that DevTools can compare two
    /// of them. Objects are identified by their addresses: an object has a new id if an object of
    /// another type was at its address before, or a string or number of another value. An object
    /// that takes the place of another one of its own class has the old id; differences of counts
    /// and sizes are still right.
    ///
    /// Sizes and labels are those at the time of the call. Takes about the time of a snapshot and
    /// of `annotated`, and 120 bytes an object. `ValueError` for more than 600 million objects,
    /// `OSError` if the file cannot be written.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import os, tempfile
    ///     >>> from refcycle import ObjectGraph
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "list.heapsnapshot")
    ///     >>> ObjectGraph([[]]).export_heapsnapshot(path)
    ///     >>> os.path.getsize(path) > 500
    ///     True
    #[pyo3(signature = (path, *, progress=None))]
    fn export_heapsnapshot(
        slf: &Bound<'_, Self>,
        path: std::path::PathBuf,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let path = destination(slf.py(), &path)?;
        crate::outputs::heapsnapshot::export(slf.py(), &slf.as_super().borrow().engine, &path)
    }

    /// Writes the retained memory as a flame graph, for the viewers of profiles.
    ///
    /// A stack of frames is a path in the dominator tree: an object is below the one with which it
    /// would be freed, and the width of a frame is the memory that its objects retain. The widths
    /// add up to `sum(shallow_sizes())`. Objects of the same name in the same place are one frame:
    /// instances of one class, functions and frames of one file and line, and large containers
    /// that belong to one object, as in `dict, app.cache.entries`. Names have no lengths, keys or
    /// indices, so that viewers can compare two files of one program.
    ///
    /// `format` is one of these; by default, it is that of the end of `path`:
    ///
    /// - `'pprof'` (`.pb.gz`, `.pprof`): for `go tool pprof`, Perfetto, Pyroscope and others. The
    ///   values are `inuse_objects` and `inuse_space`.
    /// - `'speedscope'` (`.speedscope.json`): for speedscope.
    /// - `'collapsed'` (`.collapsed`, `.folded`): a line for each stack, for flamegraph.pl,
    ///   inferno and speedscope.
    ///
    /// The file has the 20,000 frames that retain most, and 200 levels; the rest is in frames
    /// `(objects not shown)`. `ValueError` if the format is unknown, `OSError` if the file cannot
    /// be written; an existing file is then unchanged. Takes about the time of `dominator_tree`
    /// and 50 bytes an object in addition.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import os, tempfile
    ///     >>> from refcycle import ObjectGraph
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "heap.collapsed")
    ///     >>> graph = ObjectGraph([[1], {}])
    ///     >>> graph.export_flame_graph(path)
    ///     >>> sizes = [int(line.rsplit(" ", 1)[1]) for line in open(path)]
    ///     >>> sum(sizes) == sum(graph.shallow_sizes())
    ///     True
    #[pyo3(signature = (path, *, format=None, progress=None))]
    fn export_flame_graph(
        slf: &Bound<'_, Self>,
        path: std::path::PathBuf,
        format: Option<&str>,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let path = destination(slf.py(), &path)?;
        let engine = &slf.as_super().borrow().engine;
        crate::outputs::flame_graph::export(slf.py(), engine, &path, format)
    }

    /// Writes the graph into a file, which `refcycle.load` reads.
    ///
    /// For each object, the file has its type, label, size, address, reference count and holders
    /// from outside (see `roots`). It has each reference with its label, and for the whole graph
    /// the versions, the command, the time and the current stacks of all threads. It is an Apache
    /// Arrow table (IPC, also called Feather version 2, with zstd), one row an object, which
    /// pyarrow, pandas and Polars read too; the guide's page on files lists its columns.
    ///
    /// Unless `redact=False`, the file has identifiers but no other string, and neither bytes nor
    /// numbers: `str (12 characters)` stands for a string. Identifiers are the names of types,
    /// functions, modules, attributes, variables, threads and tasks, and the paths of source
    /// files. A dict key is an identifier only if the dict is a namespace: that of a module, a
    /// class, an instance or a frame, `sys.modules`, `__annotations__`, `__kwdefaults__`, and
    /// `os.environ` (without its values). The guide's page on files says what this means for data
    /// in names. With `redact=False`, labels are those of `annotated`, and the command has its
    /// arguments.
    ///
    /// A graph from a file is written as it is. With `redact=True`, one from a file that is not
    /// redacted is a `ValueError`, as its labels contain the values.
    ///
    /// Labels, sizes and holders are those at the time of the call. Takes some 2 s for a million
    /// objects, and up to 100 bytes an object and 30 a reference. The file is written under a
    /// temporary name and moved to `path` when it is complete. A new file is readable by its owner
    /// only (0600), like all files that refcycle writes; an existing one keeps its permissions.
    /// `OSError` if it cannot be written; an existing file is then unchanged.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import os, tempfile, refcycle
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
    ///     >>> refcycle.ObjectGraph([[]]).save(path)
    ///     >>> len(refcycle.load(path))
    ///     1
    #[pyo3(signature = (path, *, redact=None, progress=None))]
    fn save(
        slf: &Bound<'_, Self>,
        path: std::path::PathBuf,
        redact: Option<bool>,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        save::save(slf.py(), &slf.as_super().borrow().engine, &path, redact)
    }

    /// Returns the objects that belong to this graph and that a later snapshot would contain,
    /// as a list: the graph itself.
    fn owned_objects<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(slf.py(), [slf])
    }

    /// Returns how many references to an object come from outside the graph, or `None` if that
    /// is unknown.
    ///
    /// They come from objects that the collector does not track, from C code or, in a part of a
    /// graph, from the rest of it. The graph's own reference is not counted. The number is unknown
    /// for immortal objects. It is that of the time when the graph was made. `KeyError` if `obj`
    /// is not in the graph. Takes time in proportion to the referrers of the object, and at the
    /// first call that of `in_edges`.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> inner = []
    ///     >>> graph = ObjectGraph([[inner], inner])
    ///     >>> graph.external_references(inner)  # the variable, and the list given to ObjectGraph
    ///     2
    fn external_references(slf: &Bound<'_, Self>, obj: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
        let base = slf.as_super().borrow();
        let v = base.engine.vertex(obj)?;
        base.engine.external_references_of(slf.py(), v)
    }

    fn _number_of(slf: &Bound<'_, Self>, obj: &Bound<'_, PyAny>) -> PyResult<usize> {
        Ok(slf.as_super().borrow().engine.vertex(obj)?.index())
    }

    #[pyo3(signature = (number, *, progress=None))]
    fn _search_memory(
        slf: &Bound<'_, Self>,
        number: usize,
        progress: Progress<'_>,
    ) -> PyResult<PlacesInMemory> {
        search_memory(slf.py(), &slf.as_super().borrow().engine, number)
    }

    /// Returns the graph of the objects that cannot be reached from outside the graph.
    ///
    /// For a whole snapshot this is the garbage that the next collection would find. For a part of
    /// one, it is the objects that only the part itself keeps alive. Reference counts are those of
    /// the time when the graph was made; objects without a count, such as immortal ones, are
    /// assumed to be held. Takes time and memory in proportion to the graph; `MemoryError` if
    /// there is not enough.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import gc, refcycle
    ///     >>> gc.disable()
    ///     >>> class Node: pass
    ///     >>> one, other = Node(), Node()
    ///     >>> one.other, other.other = other, one
    ///     >>> len(refcycle.snapshot().unreachable().find_by_typename("Node"))
    ///     0
    ///     >>> del one, other
    ///     >>> len(refcycle.snapshot().unreachable().find_by_typename("Node"))
    ///     2
    ///     >>> gc.enable()
    #[pyo3(signature = (*, progress=None))]
    fn unreachable(slf: &Bound<'_, Self>, progress: Progress<'_>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let engine = &slf.as_super().borrow().engine;
        wrap(py, engine.unreachable(py, &[])?)
    }

    /// The graph that `unreachable` returns if the `ignored` objects were not in this one.
    #[pyo3(name = "_unreachable_without")]
    fn unreachable_without(
        slf: &Bound<'_, Self>,
        ignored: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let engine = &slf.as_super().borrow().engine;
        let ignored = ignored.iter().map(|object| engine.vertex(object));
        wrap(
            py,
            engine.unreachable(py, &ignored.collect::<PyResult<Vec<_>>>()?)?,
        )
    }

    /// Returns the objects with references from outside the graph, as a list of `Root` in the
    /// order of the vertices.
    ///
    /// Every chain of references that keeps objects alive starts at one of them. References are
    /// counted as they were when the graph was made; their holders are looked up at the time of
    /// the call. Takes about the time of a snapshot.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> inner = []
    ///     >>> [root.external_references for root in ObjectGraph([[inner], inner]).roots()]
    ///     [1, 2]
    #[pyo3(signature = (*, progress=None))]
    fn roots<'py>(slf: &Bound<'py, Self>, progress: Progress<'_>) -> PyResult<Bound<'py, PyList>> {
        let roots = roots(slf.py(), &slf.as_super().borrow().engine)?;
        PyList::new(slf.py(), roots)
    }

    /// Returns why an object is alive: the chains of references that keep it alive, as a
    /// `refcycle.liveness.Why`.
    ///
    /// A chain leads from an object that is held from outside, such as the frame of a thread or
    /// `sys.modules`, to `obj`. The chains share no object except `obj` and modules, so that each
    /// of them has to be broken to free it. At most `limit` chains are returned: those through the
    /// program before those through libraries and caches, and of equal ones the shortest first. Of
    /// a coroutine and its frame, which hold the same variables, one is shown. Variables of the
    /// calling function that refer to `obj` itself are ignored unless nothing else holds it, and
    /// so are the objects of this package. References whose holder is unknown, such as those from
    /// C code, are counted in `unexplained`; chains through objects that only C code holds come
    /// last. Print the result for a tree, with a fix where refcycle recognises the pattern.
    ///
    /// For garbage, the result has the cycles that hold the object, references whose removal frees
    /// it, and whether a collection frees it.
    ///
    /// `KeyError` if `obj` is not in the graph, `ValueError` if `limit` is less than 1. Takes
    /// about the time of `roots`, and that of a search that ends when all chains are found.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import refcycle
    ///     >>> class Pool:
    ///     ...     def __init__(self):
    ///     ...         self.free = [set()]
    ///     >>> pool = Pool()
    ///     >>> [chain, *_] = refcycle.snapshot().why(pool.free[0]).chains
    ///     >>> [(step.reference, step.label) for step in chain.steps][-2:]
    ///     [('.free', 'list (1 item)'), ('[0]', 'set (0 items)')]
    #[pyo3(signature = (obj, *, limit=5, progress=None), text_signature = "($self, obj, *, limit=5, progress=None)")]
    fn why<'py>(
        slf: &Bound<'py, Self>,
        obj: &Bound<'py, PyAny>,
        limit: isize,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        why(slf, obj, limit, Taken::Before)
    }

    /// Returns why many objects are alive: groups of objects that are held alike, as a
    /// `refcycle.holder_groups.WhyAll`.
    ///
    /// `target` is a class, the name of one, with or without its module, or a collection of
    /// objects of the graph. A class stands for its direct instances. Each object counts in one
    /// group, by the signature of the chain of references that is shown for it: types and names of
    /// references, without indices, keys and addresses. Of several chains, one through the program
    /// comes before one through a library, and that before one through thread locals, caches of
    /// the interpreter and the import system; then the shortest, then the first in alphabetical
    /// order. So the result does not depend on addresses. C code, and what the calling function, a
    /// test runner or a prompt holds, is shown only if nothing else holds the object. Garbage is
    /// grouped by the types of the cycle that holds it.
    ///
    /// The groups that retain most come first; the first `limit` have a chain to an example. Of
    /// the first ten of these, `also_held_by` says what else holds their objects: one that has two
    /// holders is freed only when both let it go. Unless the snapshot was taken with
    /// `untracked=True`, strings, numbers and other untracked objects are missing, also from the
    /// bytes.
    ///
    /// `KeyError` if an object is not in the graph, `TypeError` if `target` is none of these,
    /// `ValueError` if `limit` is less than 1. Takes the time of two to four snapshots; if some of
    /// the objects hold others of them, also that of `retained_size`. For each of the first ten
    /// groups whose objects have more than one referrer, the time of a snapshot is added; if other
    /// chains hold them, that of at most ten.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import refcycle
    ///     >>> class Session: pass
    ///     >>> by_name, recent = {number: Session() for number in range(3)}, [Session()]
    ///     >>> found = refcycle.snapshot().why_all("Session")
    ///     >>> [(group.count, group.signature) for group in found.groups]
    ///     [(3, 'module __main__.by_name -> dict[*] -> __main__.Session'),
    ///      (1, 'module __main__.recent -> list[*] -> __main__.Session')]
    #[pyo3(signature = (target, *, limit=10, progress=None), text_signature = "($self, target, *, limit=10, progress=None)")]
    fn why_all<'py>(
        slf: &Bound<'py, Self>,
        target: &Bound<'py, PyAny>,
        limit: isize,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let limit = checked_limit(limit)?;
        groups::why_all(&slf.as_super().borrow().engine, target, limit)
    }

    /// `why_all` of objects, with a chain for the groups of each type that retain most, and for
    /// those of its garbage. Groups with the signatures in `allowed` have none.
    ///
    /// A row follows for each group: how many more objects there are than in `before`, an earlier
    /// graph with those of its objects that only it has, their bytes, and the part of what the group
    /// retains that this is. Groups that did not grow, and what refcycle holds itself, have no chain.
    #[pyo3(name = "_why_types", signature = (objects, allowed, before=None))]
    fn why_types<'py>(
        slf: &Bound<'py, Self>,
        objects: &Bound<'py, PyAny>,
        allowed: HashSet<String>,
        before: Option<(Bound<'py, GraphBase>, Bound<'py, PyAny>)>,
    ) -> PyResult<Told<'py>> {
        let engine = &slf.as_super().borrow().engine;
        let targets = vertices_of(slf.as_any(), engine, objects)?;
        let before = match &before {
            Some((graph, gone)) => {
                let earlier = graph.borrow();
                let gone = vertices_of(graph.as_any(), &earlier.engine, gone)?.into_owned();
                Some((earlier, gone))
            }
            None => None,
        };
        let before = before.as_ref().map(|(graph, gone)| Earlier {
            engine: &graph.engine,
            gone,
        });
        let found = groups::why_types(slf.py(), engine, &targets, &allowed, before.as_ref());
        let (told, grown) = found?;
        let row = |one: NetGrowth| (one.count, one.size, one.weight);
        Ok((told, grown.into_iter().map(row).collect()))
    }

    /// Objects that have become larger, each by some bytes, grouped by how they are held: the number of
    /// objects of each group, its bytes, and the `Why` of the one that grew most.
    #[pyo3(name = "_why_larger")]
    fn why_larger<'py>(
        slf: &Bound<'py, Self>,
        larger: Vec<(Bound<'py, PyAny>, u64)>,
        allowed: HashSet<String>,
        limit: usize,
    ) -> PyResult<Vec<(usize, u64, Bound<'py, PyAny>)>> {
        let engine = &slf.as_super().borrow().engine;
        let groups = groups::larger_groups(slf.py(), engine, &larger, &allowed, limit)?;
        let groups = groups.into_iter();
        Ok(groups.map(|one| (one.count, one.more, one.why)).collect())
    }

    /// The rows of `signatures` with these signatures. Takes a fraction of its time.
    #[pyo3(name = "_signatures_among")]
    fn signatures_among<'py>(
        slf: &Bound<'py, Self>,
        wanted: HashSet<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        groups::signatures_among(slf.py(), &slf.as_super().borrow().engine, &wanted)
    }

    /// Returns how the objects of the graph are held, as a table by signature.
    ///
    /// A row has the signature of the chain of references that holds an object, the number of
    /// objects with this signature, their bytes, the bytes that they retain, and one of them as an
    /// example; see `why_all`. The rows that retain most come first. `objects` is a collection of
    /// the objects that count; `None` stands for all. Two tables can be compared, even if they are
    /// from different runs, or one is live and the other from a file.
    ///
    /// `KeyError` if an object is not in the graph. Takes some 2 s for a million objects.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import refcycle
    ///     >>> class Session: pass
    ///     >>> sessions = [Session(), Session()]
    ///     >>> graph = refcycle.snapshot()
    ///     >>> for row in graph.signatures(sessions):
    ///     ...     print(row.count, row.signature)
    ///     2 module __main__.sessions -> list[*] -> __main__.Session
    #[pyo3(signature = (objects=None, *, progress=None))]
    fn signatures<'py>(
        slf: &Bound<'py, Self>,
        objects: Option<&Bound<'py, PyAny>>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        groups::signatures(slf.py(), &slf.as_super().borrow().engine, objects)
    }

    /// The names of the objects, in their order, and the references by the addresses of their
    /// ends.
    #[pyo3(name = "_names")]
    fn graph_names(slf: &Bound<'_, Self>) -> PyResult<named::GraphNames> {
        named::graph_names(slf.py(), &slf.as_super().borrow().engine)
    }

    /// The name of an object, and for a container what it belongs to. `KeyError` if it is not a
    /// vertex of the graph.
    #[pyo3(name = "_name_of")]
    fn name_of(slf: &Bound<'_, Self>, obj: &Bound<'_, PyAny>) -> PyResult<String> {
        let engine = &slf.as_super().borrow().engine;
        ObjectNames::new(slf.py(), engine).full(engine.vertex(obj)?)
    }

    /// Returns the bytes that would be freed if an object were gone.
    ///
    /// These are its own bytes and those of all objects that can be reached from outside only
    /// through it: the objects that it dominates. Sizes are those of `shallow_sizes` at the time
    /// of the first call of this method or of another one about retained memory, which are kept.
    /// Strings, numbers and other objects that the collector does not track are only counted in
    /// `snapshot(untracked=True)`.
    ///
    /// A value of a `weakref.WeakKeyDictionary` is freed with its key: the key retains it, unless
    /// something else holds the value too, or only the value holds the key. An entry of a
    /// `weakref.WeakValueDictionary` or a `weakref.WeakSet` is freed with its object or with the
    /// container, and counts for both. A class retains the weak references that its bases have to
    /// it. In a part of a graph from a file, and in a graph from an older file, the container
    /// retains its entries. refcycle's own graphs, such as a snapshot that is kept, retain only
    /// what nothing else holds.
    ///
    /// Garbage that has not been collected yet does not hold live objects: their sizes are those
    /// after `gc.collect()`, and garbage retains garbage only. This includes garbage that no
    /// collection frees, of which `why` says so. In a graph of a part of the heap, what refers to
    /// an object from outside the part holds it, because it may be live.
    ///
    /// `KeyError` if `obj` is not in the graph. The first call takes some 0.3 s for a million
    /// objects, later ones constant time.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> inner = []
    ///     >>> graph = ObjectGraph([[inner], inner])
    ///     >>> graph.retained_size(inner) == graph.shallow_size(inner)
    ///     True
    #[pyo3(signature = (obj, *, progress=None))]
    fn retained_size(
        slf: &Bound<'_, Self>,
        obj: &Bound<'_, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<u64> {
        let engine = &slf.as_super().borrow().engine;
        let v = engine.vertex(obj)?;
        Ok(engine.retention(slf.py())?.size(v))
    }

    /// Returns the retained size of each object in the order of iteration, as an `array.array`
    /// of type code `Q`.
    ///
    /// Sizes and cost are those of `retained_size`; the result takes 8 bytes an object.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (*, progress=None))]
    fn retained_sizes<'py>(
        slf: &Bound<'py, Self>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let engine = &slf.as_super().borrow().engine;
        match engine.vertex_count() {
            0 => column(py, &[]),
            many => {
                memory::ask(24 * many)?;
                column(py, engine.retention(py)?.all())
            }
        }
    }

    /// Returns the dominator tree of the graph, as a `refcycle.DominatorTree`.
    ///
    /// An object dominates another one if every path from outside to the latter goes through it:
    /// without it, the other would be freed too. Print the tree to see the objects that retain
    /// most, and where. It is computed on first use, in the time of `retained_size`.
    ///
    ///     >>> import refcycle
    ///     >>> class Pool:
    ///     ...     def __init__(self):
    ///     ...         self.free = [bytearray(1000)]
    ///     >>> pool = Pool()
    ///     >>> heap = refcycle.snapshot(untracked=True)
    ///     >>> graph = heap.full_subgraph([pool, pool.free, *pool.free])
    ///     >>> [found.retained_count for found in graph.dominator_tree().children(pool)]
    ///     [2]
    fn dominator_tree<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        provided(slf.py(), Provided::DominatorTree)?.call1((slf,))
    }

    /// Draws the dominator tree into a file, as blocks within blocks.
    ///
    /// Each block is as large as what would be freed without its object. `form` is `'treemap'`
    /// (the area of a rectangle is the size) or `'icicle'` (the width is the size, and what a
    /// block retains is below it, as in a flame graph upside down). Blocks have the names of the
    /// objects and, for containers, of their owners; an SVG shows them in full when the mouse is
    /// over a block. What an object itself takes is the part of its block that is free. Objects
    /// that retain less than about a 1,500th of all are counted together as "smaller objects", by
    /// type. If these are smaller than that together, they are left free. With `target`, only
    /// what that object retains is drawn.
    ///
    /// The format is `format`, or else the extension of the file name: SVG, PNG or PDF. `theme`
    /// is `'light'` or `'dark'`. Sizes are those of `retained_size`: take the snapshot with
    /// `untracked=True` to see strings and numbers. `KeyError` if the target is not in the graph,
    /// `ValueError` for another form, theme or format, `OSError` if the file cannot be written;
    /// an existing file is then unchanged. Takes the time of `retained_size` and less than a
    /// second.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import os, tempfile, refcycle
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "memory.svg")
    ///     >>> refcycle.ObjectGraph([[1, 2, 3]]).export_treemap(path)
    ///     >>> "list (3 items)" in open(path, encoding="utf-8").read()
    ///     True
    #[pyo3(
        signature = (path, *, form="treemap", format=None, target=None, theme=None, progress=None),
        text_signature = "($self, path, *, form='treemap', format=None, target=None, theme='light', progress=None)",
    )]
    fn export_treemap(
        slf: &Bound<'_, Self>,
        path: std::path::PathBuf,
        form: &str,
        format: Option<String>,
        target: Option<&Bound<'_, PyAny>>,
        theme: Option<&Bound<'_, PyAny>>,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let engine = &slf.as_super().borrow().engine;
        let request = TreemapRequest::new(slf.py(), &path, format, form, theme)?;
        let target = target.map(|target| engine.vertex(target)).transpose()?;
        treemap::export(slf.py(), engine, request, target)
    }

    /// Returns the nearest other object without which an object would be freed too, or `None`.
    ///
    /// There is no such object if `obj` is held from outside, or by two paths that share no
    /// object. `KeyError` if `obj` is not in the graph. The cost is that of `retained_size`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (obj, *, progress=None))]
    fn immediate_dominator<'py>(
        slf: &Bound<'py, Self>,
        obj: &Bound<'py, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let engine = &slf.as_super().borrow().engine;
        let v = engine.vertex(obj)?;
        let dominator = engine.retention(slf.py())?.immediate_dominator(v);
        let dominator = dominator.map(|dominator| engine.object(slf.py(), dominator));
        dominator.transpose()
    }

    /// Returns the graph of an object and of all objects that it dominates: of what would be
    /// freed without it.
    ///
    /// `KeyError` if `obj` is not in the graph. The cost is that of `retained_size` and of
    /// `full_subgraph`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (obj, *, progress=None))]
    fn dominated_by(
        slf: &Bound<'_, Self>,
        obj: &Bound<'_, PyAny>,
        progress: Progress<'_>,
    ) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let engine = &slf.as_super().borrow().engine;
        let v = engine.vertex(obj)?;
        let vertices = engine.retention(py)?.vertices(v).to_vec();
        wrap(
            py,
            engine.induced(py, vertices)?.answering(engine, 0, End::Top),
        )
    }

    /// Returns the objects directly below an object in the dominator tree, as a list of
    /// `Retained`, the largest first. Print it for a table.
    ///
    /// Without an argument, those that no other object dominates. `KeyError` if `obj` is not in
    /// the graph. The cost is that of `retained_size`, and some 200 bytes for each item of the
    /// result.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (obj=None, *, progress=None))]
    fn directly_dominated_by<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = given)] obj: Option<Bound<'py, PyAny>>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let v = obj
            .map(|obj| slf.as_super().borrow().engine.vertex(&obj))
            .transpose()?;
        retained_below(slf, v, usize::MAX)
    }

    /// Returns the `n` objects that retain most among those that no other object dominates, as
    /// a list of `Retained`, the largest first. Print it for a table.
    ///
    /// Unless the snapshot was taken with `untracked=True`, the bytes are those of tracked
    /// objects, without strings and numbers. `ValueError` if `n` is negative. The cost is that of
    /// `retained_size`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (n=10, *, progress=None), text_signature = "($self, n=10, *, progress=None)")]
    fn top_retained<'py>(
        slf: &Bound<'py, Self>,
        n: isize,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let most = usize::try_from(n)
            .map_err(|_| PyValueError::new_err(format!("n must not be negative, but is {n}")))?;
        retained_below(slf, None, most)
    }

    /// Returns the few objects that retain most of the memory, as a list of `Suspect`, the
    /// largest first. Print it for a table.
    ///
    /// A suspect is a single object, or all objects of one type, that no other object dominates
    /// and that retain at least the part `share` of all bytes, as in Eclipse's Memory Analyzer.
    /// Classes, modules, functions and their namespaces are not suspects, because they are the
    /// program itself, and neither are groups of objects of a builtin type. A healthy program has
    /// no suspects. `ValueError` unless `share` is more than 0 and at most 1. The cost is that of
    /// `retained_size`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    #[pyo3(signature = (share=0.1, *, progress=None), text_signature = "($self, share=0.1, *, progress=None)")]
    fn leak_suspects<'py>(
        slf: &Bound<'py, Self>,
        share: f64,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        if !(share > 0.0 && share <= 1.0) {
            return Err(PyValueError::new_err(format!(
                "share must be more than 0 and at most 1, not {share}"
            )));
        }
        let table = provided(py, Provided::SuspectTable)?;
        let engine = &slf.as_super().borrow().engine;
        if engine.vertex_count() == 0 {
            return table.call0();
        }
        let retention = engine.retention(py)?;
        let found = answers::suspects(py, engine, &retention, share)?;
        table.call1((PyList::new(py, found)?,))
    }

    /// Returns the bytes that the program could save, as a `refcycle.waste.Waste`.
    ///
    /// These are strings and bytes with equal contents, empty containers and sets and deques with
    /// one item, spare room in dicts, lists, sets and bytearrays, instances with a `__dict__` that
    /// slots would save, and lists and tuples of numbers that an array would hold. A row has the
    /// objects of one kind and one type that belong to one holder: their number, the bytes that
    /// following its advice saves, the name of the holder, and one of the objects as an example.
    /// The rows that save most come first. Print the result for a table.
    ///
    /// Left out is what cannot be saved: interned strings, constants of code, docstrings, names,
    /// and objects that C code holds. What libraries and the interpreter hold is in rows of its
    /// own, `Waste.others`. `Waste.garbage` has the number of wasteful objects of garbage, and the
    /// bytes that they waste. Strings, and numbers in most cases, are seen only in
    /// `snapshot(untracked=True)`.
    ///
    /// No code of the objects runs. Contents are compared by a hash whose key is random and that
    /// is not kept. In a graph from a file, the bytes are those of the time when it was written; a
    /// file from an earlier version does not contain them, and the result says so.
    ///
    /// Takes the time of about two snapshots, and that of `retained_size`.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import refcycle
    ///     >>> names = [" ".join(["John", "Smith"]) for _ in range(1000)]
    ///     >>> for row in refcycle.snapshot(untracked=True).waste():
    ///     ...     if row.owner == "__main__.names":
    ///     ...         print(row.count, row.kind, row.type_name)
    ///     999 duplicate str
    #[pyo3(signature = (*, progress=None))]
    fn waste<'py>(slf: &Bound<'py, Self>, progress: Progress<'_>) -> PyResult<Bound<'py, PyAny>> {
        waste(slf.py(), &slf.as_super().borrow().engine)
    }

    /// Returns figures of the graph and of how the heap was read, as a dict.
    ///
    /// `vertices`, `edges` and `memory` (bytes of the graph's arrays); for a snapshot and its
    /// parts also `pause_seconds` (how long no other thread could run), `running_frames`,
    /// `untracked` (whether untracked objects were asked for), `frozen` (objects that
    /// `gc.freeze()` has put aside), `frozen_unseen` (those of them that are not in the snapshot),
    /// `tuples_let_go` (tuples and frozensets that only C code held, perhaps incomplete),
    /// `allocated_blocks` (`sys.getallocatedblocks()`; since 3.12 only in a process with one
    /// interpreter, as the count could crash a process with more), `resident_bytes` (the memory
    /// of the process, if the system reports it), `own_bytes` (an upper bound for the part of it
    /// that the graphs of this package took) and `residue_bytes` (the part by which the
    /// first `save` and the first `dump` of the process made it larger, without their graphs).
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> figures = ObjectGraph([[]]).statistics()
    ///     >>> figures["vertices"], figures["edges"]
    ///     (1, 0)
    fn statistics<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        statistics(slf.py(), &slf.as_super().borrow().engine)
    }

    /// Returns the objects whose type has this name, as a list in the order of iteration.
    ///
    /// The name is the type's `__name__`, without module and enclosing classes, or its qualified
    /// name with the module, such as `"collections.OrderedDict"`. The time is proportional to the
    /// number of objects of the graph.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> ObjectGraph([[], {}, [1]]).find_by_typename("list")
    ///     [[], [1]]
    ///
    /// `name` is the former name of `type_name`.
    #[pyo3(signature = (type_name=None, *, name=None, progress=None), text_signature = "($self, type_name=..., *, name=..., progress=None)")]
    fn find_by_typename<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = given)] type_name: Option<Bound<'py, PyAny>>,
        #[pyo3(from_py_with = given)] name: Option<Bound<'py, PyAny>>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let type_name = renamed(("type_name", type_name), ("name", name))?;
        let Ok(name) = type_name.extract::<String>() else {
            return Ok(PyList::empty(py));
        };
        let base = slf.as_super().borrow();
        let found = groups::named_type(py, &base.engine, &name)?;
        memory::ask(32 * found.len())?;
        base.engine.list(py, found.into_iter())
    }

    /// Counts the objects of each type name, as a `collections.Counter`.
    ///
    /// The name is the type's `__name__`, without module and enclosing classes. Takes time in
    /// proportion to the graph.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> ObjectGraph([[], {}, [1]]).count_by_typename()
    ///     Counter({'list': 2, 'dict': 1})
    #[pyo3(signature = (*, progress=None))]
    fn count_by_typename<'py>(
        slf: &Bound<'py, Self>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let base = slf.as_super().borrow();
        let vertices = (0..base.engine.vertex_count()).map(VertexId::from_index);
        let names = vertices.map(|v| {
            let name = base.engine.type_name(py, v);
            Ok(name.into_pyobject(py)?.into_any())
        });
        count(py, names)
    }

    /// Returns the bytes that an object itself takes.
    ///
    /// That includes the header of the collector, the words before the object, its items and
    /// tables, the attributes that it stores inline, and the buffers that objects of the standard
    /// library own (`io.StringIO`, `ctypes`, `zlib`, `bz2`, `csv`, the mapped bytes of `mmap`),
    /// but not the objects that it refers to. The table of attribute names that the instances of
    /// a class share counts with the class. Memory of a library that only this object uses is
    /// included (see `buffers`). `has_unknown_size` tells whether there is more.
    ///
    /// The object is measured as it is at the time of the call. None of its code runs: a
    /// `__sizeof__` that is written in Python is ignored. `KeyError` if `obj` is not in the graph.
    /// Takes constant time.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> data = bytes(100)
    ///     >>> ObjectGraph([data]).shallow_size(data)
    ///     133
    fn shallow_size(slf: &Bound<'_, Self>, obj: &Bound<'_, PyAny>) -> PyResult<u64> {
        let engine = &slf.as_super().borrow().engine;
        let v = engine.vertex(obj)?;
        Ok(engine.size_of(slf.py(), v))
    }

    /// Returns whether an object uses memory whose size cannot be known.
    ///
    /// Some libraries keep memory for an object in structs that nothing describes: OpenSSL,
    /// SQLite, liblzma, Expat, DuckDB. That of an instance of a subclass of PyTorch's `Tensor` is
    /// not read either, because reading it runs Python code. Then the sizes of the object are
    /// smaller than the truth. `False` means that `shallow_size` counts all that the object
    /// itself uses, as far as its type is known: a type of an extension module that refcycle does
    /// not know and that has no `__sizeof__` may use more. For a graph from an older file, which
    /// does not say it, the result is `None`.
    ///
    /// None of the object's code runs. `KeyError` if `obj` is not in the graph. Takes constant
    /// time.
    ///
    ///     >>> import hashlib
    ///     >>> from refcycle import ObjectGraph
    ///     >>> digest = hashlib.new("sha256")
    ///     >>> graph = ObjectGraph([digest])
    ///     >>> graph.has_unknown_size(digest)
    ///     True
    fn has_unknown_size(slf: &Bound<'_, Self>, obj: &Bound<'_, PyAny>) -> PyResult<Option<bool>> {
        let engine = &slf.as_super().borrow().engine;
        let v = engine.vertex(obj)?;
        Ok(match engine.kind().is_from_file() {
            true => engine.saved(slf.py(), v).has_unknown_size(),
            false => Some(has_unknown_size(obj)),
        })
    }

    /// Returns the bytes that each object itself takes in the order of iteration, as an
    /// `array.array` of type code `Q`.
    ///
    /// Each object is measured as by `shallow_size`, at the time of the call. Takes some 20 to 60
    /// ms for a million objects, and 8 bytes each for the result (16 while it is made).
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> ObjectGraph([bytes(100), bytes(10)]).shallow_sizes()
    ///     array('Q', [133, 43])
    #[pyo3(signature = (*, progress=None))]
    fn shallow_sizes<'py>(
        slf: &Bound<'py, Self>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let base = slf.as_super().borrow();
        memory::ask(24 * base.engine.vertex_count())?;
        column(py, &base.engine.sizes(py))
    }

    /// Returns the memory outside of Python's objects that the objects of the graph use, as a
    /// list of `NativeBuffer`, the largest first.
    ///
    /// That is the data of arrays, tables, tensors, images and documents of NumPy, pyarrow,
    /// pandas, Polars, PyTorch, Pillow and lxml, and what the functions of `register_size`
    /// return. Each buffer has its size, its device and its holders. Memory with one holder is
    /// a part of the holder's size; in a snapshot, memory that several objects share is a
    /// vertex, and so is memory on a device. Objects whose memory cannot be read are at the
    /// end, with the size None.
    ///
    /// A graph from a file has only the buffers that are vertices. The memory is read at the
    /// time of the call, which takes some microseconds for each object that has a buffer, and
    /// one pass over the others.
    ///
    /// `progress(done, total)` is called while the call runs; `True` shows a bar.
    ///
    ///     >>> import refcycle
    ///     >>> class Texture: pass
    ///     >>> data = refcycle.Buffer(8_000, device="cuda:0")
    ///     >>> refcycle.register_size(Texture, lambda texture: data)
    ///     >>> refcycle.ObjectGraph([Texture()]).buffers()
    ///     [<NativeBuffer: 8000 bytes on cuda:0, 1 holder>]
    ///     >>> refcycle.register_size(Texture, None)
    #[pyo3(signature = (*, progress=None))]
    fn buffers<'py>(
        slf: &Bound<'py, Self>,
        progress: Progress<'_>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let base = slf.as_super().borrow();
        PyList::new(py, NativeBuffer::of(py, &base.engine)?)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduce(slf.as_any(), &slf.as_super().borrow().engine)
    }

    /// Returns an empty set for vertices, which tells objects apart by identity.
    #[classmethod]
    fn vertex_set<'py>(class: &Bound<'py, pyo3::types::PyType>) -> PyResult<Bound<'py, PyAny>> {
        let py = class.py();
        let set = provided(py, Provided::KeyedSet)?;
        set.call1((modules::attribute(py, "builtins", "id")?,))
    }

    /// Returns an empty mapping for vertices, which tells objects apart by identity.
    #[classmethod]
    fn vertex_dict<'py>(class: &Bound<'py, pyo3::types::PyType>) -> PyResult<Bound<'py, PyAny>> {
        let py = class.py();
        let dict = provided(py, Provided::KeyedDict)?;
        dict.call1((modules::attribute(py, "builtins", "id")?,))
    }

    /// Returns whether two vertices are the same object.
    #[classmethod]
    fn vertex_equal(
        _class: &Bound<'_, pyo3::types::PyType>,
        vertex1: &Bound<'_, PyAny>,
        vertex2: &Bound<'_, PyAny>,
    ) -> bool {
        vertex1.is(vertex2)
    }
}

/// A `WhyAll`, and how much each of its groups has grown.
type Told<'py> = (Bound<'py, PyAny>, Vec<(usize, u64, u64)>);

/// The number of retainers whose owners are searched for.
const NAMED: usize = 1000;

fn retained_below<'py>(
    graph: &Bound<'py, ObjectGraph>,
    v: Option<VertexId>,
    most: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let py = graph.py();
    let table = provided(py, Provided::RetainedTable)?;
    let engine = &graph.as_super().borrow().engine;
    if engine.vertex_count() == 0 {
        return table.call0();
    }
    let retention = engine.retention(py)?;
    let below = retention.children(v);
    memory::ask(200 * below.len().min(most))?;
    let mut names = ObjectNames::new(py, engine);
    let below = below.into_iter().take(most).enumerate();
    let below: PyResult<Vec<_>> = below
        .map(|(place, v)| {
            let name = (place < NAMED).then(|| names.full(v)).transpose()?;
            retention.retained(py, engine, v, name)
        })
        .collect();
    table.call1((PyList::new(py, below?)?,))
}

/// Writes a graph as `ObjectGraph.save` does, into a `NewFile`.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (graph, file, *, redact))]
pub(crate) fn save_into(
    graph: &Bound<'_, ObjectGraph>,
    file: &Bound<'_, NewFile>,
    redact: bool,
) -> PyResult<()> {
    save::save_into(
        graph.py(),
        &graph.as_super().borrow().engine,
        file.get(),
        redact,
    )
}
