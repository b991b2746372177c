//! What two files of one process do not have in common, and what grew between them.

use std::borrow::Cow;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::VertexId;
use refcycle_dot::dump::{Difference, HeapDump};
use rustc_hash::{FxHashMap, FxHashSet};

use super::base::{GraphBase, wrap};
use super::groups;
use super::grown::{Larger, by_themselves, is_refilled};
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::{self, Checkpoint};

/// Some objects of a `LoadedGraph`, as numbers. The graph of them is made when it is asked
/// for.
#[pyclass(frozen, module = "refcycle._refcycle")]
pub(crate) struct SavedObjectSet {
    graph: Py<GraphBase>,
    vertices: Vec<VertexId>,
}

impl SavedObjectSet {
    /// The objects, ascending, if they are vertices of this graph.
    pub(super) fn vertices_in(&self, graph: &Bound<'_, PyAny>) -> Option<&[VertexId]> {
        self.graph.is(graph).then_some(&self.vertices)
    }
}

#[crate::border::guarded]
#[pymethods]
impl SavedObjectSet {
    fn __len__(&self) -> usize {
        self.vertices.len()
    }

    /// Returns the graph of these objects, as `full_subgraph` does.
    fn graph(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let graph = self.graph.borrow(py);
        wrap(py, graph.engine.induced(py, self.vertices.clone())?)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.graph)
    }
}

/// The vertices of some objects of a graph, ascending: a set of this graph, or any iterable.
pub(super) fn vertices_of<'a>(
    graph: &Bound<'_, PyAny>,
    engine: &Engine,
    objects: &'a Bound<'_, PyAny>,
) -> PyResult<Cow<'a, [VertexId]>> {
    let set = objects.cast::<SavedObjectSet>().ok();
    match set.and_then(|set| set.get().vertices_in(graph)) {
        Some(vertices) => Ok(Cow::Borrowed(vertices)),
        None => Ok(Cow::Owned(groups::vertices(engine, objects.try_iter()?)?)),
    }
}

/// The objects that only the earlier file has, those that only the later one has, and those of the later
/// one that grew, each with the number of additional bytes.
type Compared<'py> = (
    SavedObjectSet,
    SavedObjectSet,
    Vec<(Bound<'py, PyAny>, u64)>,
);

/// Returns the objects that only the earlier and only the later of two graphs from files have: none
/// of their type is at their address in the other file. The objects that are in both and have become
/// larger themselves follow, as `_larger_containers` returns them.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_compare_files")]
pub(crate) fn compare_files<'py>(
    before: &Bound<'py, GraphBase>,
    after: &Bound<'py, GraphBase>,
) -> PyResult<Compared<'py>> {
    let py = before.py();
    let (found, grown) = {
        let (one, other) = (before.borrow(), after.borrow());
        if [&one, &other]
            .iter()
            .any(|graph| !graph.engine.kind().is_from_file())
        {
            return Err(PyTypeError::new_err("both graphs must be from files"));
        }
        let found = difference(py, &one.engine, &other.engine)?;
        let grown = grown(py, (&one.engine, &other.engine), &found)?;
        (found, grown)
    };
    let set = |graph: &Bound<'_, GraphBase>, places: Vec<u32>| SavedObjectSet {
        graph: graph.clone().unbind(),
        vertices: places.into_iter().map(VertexId::new).collect(),
    };
    Ok((set(before, found.gone), set(after, found.new), grown))
}

fn grown<'py>(
    py: Python<'py>,
    (before, after): (&Engine, &Engine),
    found: &Difference,
) -> PyResult<Vec<(Bound<'py, PyAny>, u64)>> {
    if found.grown.is_empty() {
        return Ok(Vec::new());
    }
    memory::ask(after.vertex_count())?;
    let mut is_new = vec![false; after.vertex_count()];
    for &place in &found.new {
        is_new[place as usize] = true;
    }
    let larger = found.grown.iter().map(|grown| {
        let v = VertexId::new(grown.place);
        let size = after.saved(py, v).size();
        Larger {
            v,
            size,
            more: grown.more,
        }
    });
    let mut larger: Vec<_> = larger.collect();
    let refilled = refilled(py, before, after, &larger)?;
    larger.retain(|one| !refilled.contains(&one.v));
    by_themselves(py, after, larger, |v| is_new[v.index()])
}

/// Those that are larger only because entries were replaced, if the files have untracked objects.
fn refilled(
    py: Python<'_>,
    before: &Engine,
    after: &Engine,
    larger: &[Larger],
) -> PyResult<FxHashSet<VertexId>> {
    let mut found = FxHashSet::default();
    if after.has_tracked_only(py) {
        return Ok(found);
    }
    let by_address = larger.iter().map(|one| (after.saved(py, one.v), one));
    let by_address: FxHashMap<_, _> = by_address
        .map(|(saved, one)| (saved.address(), (saved, one)))
        .collect();
    let mut checkpoint = Checkpoint::new();
    for v in before.vertices() {
        checkpoint.step(py)?;
        let earlier = before.saved(py, v);
        if let Some((later, one)) = by_address.get(&earlier.address()) {
            let degrees = (earlier.out_degree(), later.out_degree());
            if is_refilled(one, later.short_type_name(), degrees) {
                found.insert(one.v);
            }
        }
    }
    Ok(found)
}

fn difference(py: Python<'_>, before: &Engine, after: &Engine) -> PyResult<Difference> {
    let count = before.vertex_count() + after.vertex_count();
    memory::ask((Difference::BYTES_AN_OBJECT + size_of::<VertexId>()) * count)?;
    let all = |engine: &Engine| (0..engine.vertex_count() as u32).collect();
    match (Saved::of(py, before)?, Saved::of(py, after)?) {
        (Some(one), Some(other)) => interrupt::run(py, count, |signals| {
            let one = (&*one.dump, &one.vertices[..]);
            let other = (&*other.dump, &other.vertices[..]);
            Difference::of(one, other, signals)
        }),
        // A graph without vertices has no file.
        _ => Ok(Difference {
            gone: all(before),
            new: all(after),
            grown: Vec::new(),
        }),
    }
}

/// The objects of a graph in their file.
struct Saved {
    dump: Arc<HeapDump>,
    vertices: Vec<VertexId>,
}

impl Saved {
    fn of(py: Python<'_>, engine: &Engine) -> PyResult<Option<Self>> {
        let mut checkpoint = Checkpoint::new();
        let mut vertices = Vec::with_capacity(engine.vertex_count());
        for v in engine.vertices() {
            checkpoint.step(py)?;
            vertices.push(engine.saved(py, v).vertex());
        }
        Ok(engine.dump(py).map(|dump| Self {
            dump: Arc::clone(dump),
            vertices,
        }))
    }
}
