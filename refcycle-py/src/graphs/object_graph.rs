//! Graphs of objects and the references between them.

mod class;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use refcycle_core::VertexId;
use refcycle_dot::End;

use super::arrays::column;
use super::base::{GraphBase, wrap};
use super::count::count;
use super::former_names::{renamed, renamed_if_given};
use super::reduce::{Reduced, reduce};
use super::why::told;
use crate::answers::{self, Taken};
use crate::engine::{Engine, statistics};
use crate::files::NewFile;
use crate::heap::memory;
use crate::heap::{Distinct, Topology, graph_of};
use crate::interrupt::Checkpoint;
use crate::modules;
use crate::outputs::images::{self, ImageRequest, PictureLook};
use crate::outputs::named;
use crate::outputs::page;
use crate::outputs::save;
use crate::roots::roots;
pub(super) use class::LiveObjects;
pub(crate) use class::ObjectGraph;

/// An argument that was given, `None` included.
fn given<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(Some(object.clone()))
}

/// The graph of a topology, as a Python object.
pub(crate) fn object_graph(py: Python<'_>, topology: Topology) -> PyResult<Py<PyAny>> {
    wrap(py, Engine::of_heap(Box::new(LiveObjects), topology))
}

/// The graph of some objects, which may come several times.
pub(crate) fn graph_between<'py>(
    py: Python<'py>,
    objects: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Engine> {
    let mut checkpoint = Checkpoint::new();
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
    limit: usize,
    taken: Taken,
) -> PyResult<Bound<'py, PyAny>> {
    let py = graph.py();
    check_limit(limit)?;
    let base = graph.as_super().borrow();
    let mut engine = base.engine();
    let alone;
    if taken == Taken::InThisCall && engine.find(object)?.is_none() {
        // Nothing leads to it but the arguments of the call.
        alone = graph_between(py, std::iter::once(Ok(object.clone())))?;
        engine = &alone;
    }
    let v = engine.vertex(object)?;
    let open = answers::held_from_outside(py, engine)?;
    let found = answers::why(py, engine, &open, v, limit, taken)?;
    told(engine, object, found)
}

fn check_limit(limit: usize) -> PyResult<()> {
    match limit {
        0 => Err(PyValueError::new_err("limit must be at least 1, but is 0")),
        _ => Ok(()),
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
            Some(objects) => graph_between(py, objects.try_iter()?)?,
            None => graph_between(py, std::iter::empty())?,
        };
        Ok(PyClassInitializer::from(GraphBase { engine }).add_subclass(Self))
    }

    /// What holds together in cycles, a list of `refcycle.Cycle`.
    fn cycles<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        modules::attribute(slf.py(), "refcycle.cycles", "cycles_of")?.call1((slf,))
    }

    /// The graph with names in place of objects, an `AnnotatedGraph`: a vertex has the
    /// `id()` of its object, an edge the number that it has here.
    fn annotated(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let base = slf.as_super().borrow();
        let named = base.engine.kind().named(py, &base.engine)?;
        super::annotated_graph::from_named(py, named, base.engine.asked())
    }

    /// The graph with names as a JSON text.
    fn to_json(slf: &Bound<'_, Self>) -> PyResult<String> {
        named::to_json(slf.py(), &slf.as_super().borrow().engine)
    }

    /// Writes the graph with names to a JSON file. `filename` is the former name of `path`.
    #[pyo3(signature = (path=None, *, filename=None), text_signature = "($self, path=..., *, filename=...)")]
    fn export_json(
        slf: &Bound<'_, Self>,
        path: Option<std::path::PathBuf>,
        filename: Option<std::path::PathBuf>,
    ) -> PyResult<()> {
        let path = renamed(("path", path), ("filename", filename))?;
        named::export_json(slf.py(), &slf.as_super().borrow().engine, &path)
    }

    /// The graph with names in Graphviz's DOT language.
    fn to_dot(slf: &Bound<'_, Self>) -> PyResult<String> {
        named::to_dot(slf.py(), &slf.as_super().borrow().engine)
    }

    /// Draws the graph into a file. The format is `format`, else the extension of the
    /// file name, else PNG. SVG, PNG and PDF need no Graphviz; with `dot_executable` its
    /// `dot` is used, for any format that it knows. The stub says what the keywords mean.
    #[pyo3(
        signature = (path=None, format=None, dot_executable=None, *, filename=None, **keywords),
        text_signature = "($self, path='refcycle.png', format=None, dot_executable=None, *, filename=None, target=..., fold=True, merge_edges=True, legend=True, roots=None, theme='light', summary=None, limit_seconds=30.0)",
    )]
    fn export_image(
        slf: &Bound<'_, Self>,
        path: Option<std::path::PathBuf>,
        format: Option<String>,
        dot_executable: Option<std::path::PathBuf>,
        filename: Option<std::path::PathBuf>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let path = renamed_if_given(("path", path), ("filename", filename))?;
        let request = ImageRequest::new(path, format, dot_executable);
        let engine = &slf.as_super().borrow().engine;
        images::export_image(slf.py(), engine, &request, keywords)
    }

    /// The picture that `export_image` would write as SVG, a string.
    #[pyo3(
        signature = (**keywords),
        text_signature = "($self, *, target=..., fold=True, merge_edges=True, legend=True, roots=None, theme='light', summary=None, limit_seconds=30.0)",
    )]
    fn to_svg(slf: &Bound<'_, Self>, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<String> {
        let engine = &slf.as_super().borrow().engine;
        let look = PictureLook::new(slf.py(), engine, keywords)?;
        images::to_svg(slf.py(), engine, look)
    }

    /// Writes the graph as a heap snapshot, which Chrome's DevTools (Memory panel, Load)
    /// and memlab open: types, sizes, names of references, weak references, and what holds
    /// objects from outside the graph.
    ///
    /// An object has one id in all snapshots of a process, so that two can be compared. An
    /// object that has taken the place in memory of one of its own class has its id. Sizes
    /// and names are those at the time of the call. Takes about the time of a snapshot and
    /// of the names of all objects.
    fn export_heapsnapshot(slf: &Bound<'_, Self>, path: std::path::PathBuf) -> PyResult<()> {
        crate::outputs::heapsnapshot::export(slf.py(), &slf.as_super().borrow().engine, &path)
    }

    /// Writes the graph into a file, which `refcycle.load` reads and other tools as a table of
    /// Apache Arrow. The stub says what is in it.
    #[pyo3(signature = (path, *, redact=None))]
    fn save(slf: &Bound<'_, Self>, path: std::path::PathBuf, redact: Option<bool>) -> PyResult<()> {
        save::save(slf.py(), &slf.as_super().borrow().engine, &path, redact)
    }

    /// Writes a page that shows the graph, one HTML file that needs no network, and that
    /// starts at `target`, a vertex.
    #[pyo3(signature = (path=None, target=None, *, filename=None), text_signature = "($self, path=..., target=None, *, filename=...)")]
    fn export_html(
        slf: &Bound<'_, Self>,
        path: Option<std::path::PathBuf>,
        target: Option<Bound<'_, PyAny>>,
        filename: Option<std::path::PathBuf>,
    ) -> PyResult<()> {
        let path = renamed(("path", path), ("filename", filename))?;
        let engine = &slf.as_super().borrow().engine;
        page::export(slf.py(), engine, &path, target.as_ref())
    }

    /// Writes the page of `export_html` into a temporary file and opens it in the
    /// browser. Returns the path.
    #[pyo3(signature = (target=None))]
    fn view(slf: &Bound<'_, Self>, target: Option<Bound<'_, PyAny>>) -> PyResult<String> {
        page::view(slf.py(), &slf.as_super().borrow().engine, target.as_ref())
    }

    /// The objects that belong to this graph and that a later snapshot would show, a
    /// list.
    fn owned_objects<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(slf.py(), [slf])
    }

    /// How many references to a vertex come from outside the graph: from what the
    /// collector does not show, from C code, or, in a part of a graph, from the rest. The
    /// graph's own reference does not count. `None` where it is not known: for immortal
    /// objects.
    ///
    /// The count is that of the moment when the graph was made.
    fn external_references(slf: &Bound<'_, Self>, obj: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
        let base = slf.as_super().borrow();
        let v = base.engine.vertex(obj)?;
        base.engine.external_references_of(v)
    }

    /// The graph of the objects to which nothing from outside leads, by the counts of the
    /// moment when the graph was made.
    fn unreachable(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let engine = &slf.as_super().borrow().engine;
        wrap(py, engine.unreachable(py, &[])?)
    }

    /// The same, as if some vertices of the graph were not there.
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

    /// The vertices with references from outside the graph, a list of `Root` in the order
    /// of the vertices: what starts every chain of references that keeps objects alive.
    ///
    /// References are counted as they were when the graph was made; their holders are
    /// looked for when this is called. Takes about the time of a snapshot.
    fn roots<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let roots = roots(slf.py(), &slf.as_super().borrow().engine)?;
        PyList::new(slf.py(), roots)
    }

    /// Why an object is alive: a `Why`, with the shortest chains of references from what is
    /// held from outside to the object, at most `limit` of them, that share no other object.
    /// The stub says more.
    #[pyo3(signature = (obj, *, limit=5))]
    fn why<'py>(
        slf: &Bound<'py, Self>,
        obj: &Bound<'py, PyAny>,
        limit: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        why(slf, obj, limit, Taken::Before)
    }

    /// `why` of several objects. What is held from outside is looked for once.
    #[pyo3(name = "_why_each", signature = (objects, *, limit=5))]
    fn why_each<'py>(
        slf: &Bound<'py, Self>,
        objects: Vec<Bound<'py, PyAny>>,
        limit: usize,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let py = slf.py();
        check_limit(limit)?;
        let base = slf.as_super().borrow();
        let engine = base.engine();
        let open = answers::held_from_outside(py, engine)?;
        let answer = |object: &Bound<'py, PyAny>| {
            let v = engine.vertex(object)?;
            let found = answers::why(py, engine, &open, v, limit, Taken::Before)?;
            told(engine, object, found)
        };
        objects.iter().map(answer).collect()
    }

    /// The bytes that would be freed if a vertex were gone: its own and those of all that is
    /// reached through it alone.
    fn retained_size(slf: &Bound<'_, Self>, obj: &Bound<'_, PyAny>) -> PyResult<u64> {
        let engine = &slf.as_super().borrow().engine;
        let v = engine.vertex(obj)?;
        Ok(engine.retention(slf.py())?.size(v))
    }

    /// The retained size of each vertex, in the order of iteration: an `array.array` of type
    /// code `Q`.
    fn retained_sizes<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let engine = &slf.as_super().borrow().engine;
        let sizes = match engine.objects().len() {
            0 => Vec::new(),
            many => {
                memory::ask(24 * many)?;
                engine.retention(py)?.all().to_vec()
            }
        };
        column(py, sizes)
    }

    /// What would be freed with what, as a `refcycle.DominatorTree`.
    fn dominator_tree<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        modules::attribute(slf.py(), "refcycle.dominator_tree", "DominatorTree")?.call1((slf,))
    }

    /// The nearest other vertex without which this one would be gone too; `None` where there
    /// is none.
    fn immediate_dominator<'py>(
        slf: &Bound<'py, Self>,
        obj: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let engine = &slf.as_super().borrow().engine;
        let v = engine.vertex(obj)?;
        let dominator = engine.retention(slf.py())?.immediate_dominator(v);
        Ok(dominator.map(|dominator| engine.object(slf.py(), dominator)))
    }

    /// What would be gone without a vertex: the graph of it and all that it dominates.
    fn dominated_by(slf: &Bound<'_, Self>, obj: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let engine = &slf.as_super().borrow().engine;
        let v = engine.vertex(obj)?;
        let vertices = engine.retention(py)?.vertices(v).to_vec();
        wrap(
            py,
            engine.induced(py, vertices)?.answering(engine, 0, End::Top),
        )
    }

    /// The objects directly below another one in the dominator tree, or without an argument
    /// those that no other dominates: a list of `Retained`, the largest first.
    #[pyo3(signature = (obj=None))]
    fn directly_dominated_by<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = given)] obj: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let v = obj
            .map(|obj| slf.as_super().borrow().engine.vertex(&obj))
            .transpose()?;
        retained_below(slf, v, usize::MAX)
    }

    /// The `n` objects that retain most among those that no other dominates: a list of
    /// `Retained`, the largest first.
    #[pyo3(signature = (n=10))]
    fn top_retained<'py>(slf: &Bound<'py, Self>, n: usize) -> PyResult<Bound<'py, PyList>> {
        retained_below(slf, None, n)
    }

    /// The objects, single or all of a type, that retain at least this part of all bytes: a
    /// list of `Suspect`, the largest first.
    #[pyo3(signature = (share=0.1))]
    fn leak_suspects<'py>(slf: &Bound<'py, Self>, share: f64) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        if !(share > 0.0 && share <= 1.0) {
            return Err(PyValueError::new_err(format!(
                "share must be more than 0 and at most 1, not {share}"
            )));
        }
        let engine = &slf.as_super().borrow().engine;
        if engine.objects().is_empty() {
            return Ok(PyList::empty(py));
        }
        let retention = engine.retention(py)?;
        PyList::new(py, answers::suspects(py, engine, &retention, share))
    }

    /// What the graph holds and how the heap was read, a dict: `vertices`, `edges`,
    /// `memory` (bytes of the graph's arrays), and for a snapshot and its parts
    /// `pause_seconds` (for how long no other thread could run), `running_frames`,
    /// `untracked` (whether such objects were asked for), `frozen` (objects that
    /// `gc.freeze()` has put aside), `frozen_unseen` (those of them that are not in the
    /// snapshot) and `tuples_let_go` (tuples that only C code held and that may not have
    /// been complete).
    fn statistics<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        statistics(slf.py(), &slf.as_super().borrow().engine)
    }

    /// The vertices whose type has this name, a list. `name` is the former name of
    /// `type_name`.
    #[pyo3(signature = (type_name=None, *, name=None), text_signature = "($self, type_name=..., *, name=...)")]
    fn find_by_typename<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = given)] type_name: Option<Bound<'py, PyAny>>,
        #[pyo3(from_py_with = given)] name: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let type_name = renamed(("type_name", type_name), ("name", name))?;
        let Ok(name) = type_name.extract::<String>() else {
            return Ok(PyList::empty(py));
        };
        let base = slf.as_super().borrow();
        let mut checkpoint = Checkpoint::new();
        memory::ask(32 * base.engine.objects().len())?;
        let mut found = Vec::new();
        for v in (0..base.engine.objects().len()).map(VertexId::from_index) {
            checkpoint.step(py)?;
            if base.engine.type_name(py, v) == name {
                found.push(&base.engine.objects()[v.index()]);
            }
        }
        PyList::new(py, found)
    }

    /// How many vertices there are of each type name, a `collections.Counter`.
    fn count_by_typename<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let base = slf.as_super().borrow();
        let vertices = (0..base.engine.objects().len()).map(VertexId::from_index);
        let names = vertices.map(|v| {
            let name = base.engine.type_name(py, v);
            Ok(name.into_pyobject(py)?.into_any())
        });
        count(py, names)
    }

    /// The bytes that a vertex itself takes, an int.
    ///
    /// Counted are the header of the collector, the words before the object, its items
    /// and tables, and the attributes that it holds inline; not what it refers to. The
    /// table of names that the instances of a class share counts with the class.
    ///
    /// The object is measured as it is at the time of the call. No code of its own runs:
    /// a `__sizeof__` that is written in Python is passed over. `KeyError` when the
    /// object is no vertex. Takes constant time.
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

    /// The bytes that each vertex itself takes, in the order of iteration: an
    /// `array.array` of type code `Q`.
    ///
    /// Each is measured as `shallow_size` does, at the time of the call. Takes time in
    /// proportion to the vertices, some 20 to 60 ms a million, and 8 bytes each for the result
    /// (16 while it is made).
    ///
    ///     >>> from refcycle import ObjectGraph
    ///     >>> ObjectGraph([bytes(100), bytes(10)]).shallow_sizes()
    ///     array('Q', [133, 43])
    fn shallow_sizes<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let base = slf.as_super().borrow();
        memory::ask(24 * base.engine.objects().len())?;
        column(py, base.engine.sizes(py))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduce(slf.as_any(), &slf.as_super().borrow().engine)
    }

    /// An empty set for vertices: by identity.
    #[classmethod]
    fn vertex_set<'py>(class: &Bound<'py, pyo3::types::PyType>) -> PyResult<Bound<'py, PyAny>> {
        let py = class.py();
        let set = modules::attribute(py, "refcycle.element_transform_set", "ElementTransformSet")?;
        set.call1((modules::attribute(py, "builtins", "id")?,))
    }

    /// An empty mapping for vertices: by identity.
    #[classmethod]
    fn vertex_dict<'py>(class: &Bound<'py, pyo3::types::PyType>) -> PyResult<Bound<'py, PyAny>> {
        let py = class.py();
        let dict = modules::attribute(py, "refcycle.key_transform_dict", "KeyTransformDict")?;
        dict.call1((modules::attribute(py, "builtins", "id")?,))
    }

    /// Whether two vertices are the same: identical.
    #[classmethod]
    fn vertex_equal(
        _class: &Bound<'_, pyo3::types::PyType>,
        vertex1: &Bound<'_, PyAny>,
        vertex2: &Bound<'_, PyAny>,
    ) -> bool {
        vertex1.is(vertex2)
    }
}

fn retained_below<'py>(
    graph: &Bound<'py, ObjectGraph>,
    v: Option<VertexId>,
    most: usize,
) -> PyResult<Bound<'py, PyList>> {
    let py = graph.py();
    let engine = &graph.as_super().borrow().engine;
    if engine.objects().is_empty() {
        return Ok(PyList::empty(py));
    }
    let retention = engine.retention(py)?;
    let below = retention.children(v);
    memory::ask(200 * below.len().min(most))?;
    let below = below.into_iter().take(most);
    let below: Vec<_> = below.map(|v| retention.retained(py, engine, v)).collect();
    PyList::new(py, below)
}

/// Writes a graph as `ObjectGraph.save` does, into a file that was begun.
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
