//! The memory that a forked process does not share with another one.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_core::VertexId;

use super::snapshot_of;
use crate::answers::{self, ObjectTypes};
use crate::engine::Engine;
use crate::graphs::ObjectGraph;
use crate::heap::{self, MappingKind, PrivatePages, ProcessState, memory};
use crate::modules;
use crate::progress::Progress;
use crate::provided::{Provided, provided};

/// Which pages of the process are its own, before a snapshot.
#[pyclass(frozen, module = "refcycle._refcycle")]
pub(crate) struct PageReading {
    state: ProcessState,
    pages: Option<PrivatePages>,
}

/// Says which objects are on memory that this forked process does not share with its parent.
///
/// A fork shares all pages of memory with its parent until one of the two writes to a page; then
/// each has its own copy. Python writes to an object whenever its reference count changes. In a
/// worker of a pre-fork server, the result names the objects on the pages that are not shared any
/// more, by how they are held: create them after the fork, or do not touch them in the worker.
/// `gc.freeze()` before the fork keeps collections from writing to all objects.
///
/// Each private page is divided among the objects on it. No code of the objects runs, and nothing
/// is kept alive. But the snapshot that this takes changes the reference counts of all objects, so
/// that hardly any page is shared afterwards: call it in one worker only, or before a worker ends.
///
/// Linux only: `private` is `None` where `/proc/self/smaps` cannot be read, and `rows` where
/// `/proc/self/pagemap` cannot, as in some containers. Takes about five times as long as
/// `snapshot(untracked=True)`.
///
/// `progress(done, total)` is called while the call runs; `True` shows a bar.
///
/// >>> import refcycle
/// >>> found = refcycle.unshared()
/// >>> found.is_forked in (False, None)
/// True
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (*, progress=None))]
pub(crate) fn unshared<'py>(
    py: Python<'py>,
    progress: Progress<'_>,
) -> PyResult<Bound<'py, PyAny>> {
    // Before the first import, which writes to many pages, and before the snapshot, which changes
    // the reference counts of all objects.
    let state = ProcessState::now(py);
    let pages = state.private_pages();
    modules::import_all_before_a_snapshot(py)?;
    provided(py, Provided::Unshared)?.call1((PageReading { state, pages },))
}

#[crate::border::guarded]
#[pymethods]
impl PageReading {
    /// Whether this process is a fork of the one that imported refcycle.
    #[getter]
    fn is_fork(&self) -> bool {
        heap::is_fork()
    }

    /// The bytes in main memory that no other process has, without those of files; `None` if
    /// they are unknown.
    #[getter]
    fn private(&self) -> Option<u64> {
        self.private_bytes()
    }

    /// The bytes in main memory without a file that another process has too; `None` if they are
    /// unknown.
    #[getter]
    fn shared(&self) -> Option<u64> {
        let mappings = self.state.mappings.as_ref()?;
        let shared = |kind| kind == MappingKind::Anonymous;
        let shared = mappings.iter().filter(|mapping| shared(mapping.kind));
        Some(shared.map(|mapping| mapping.shared).sum())
    }

    /// Returns the private bytes as a dict: `rows`, a list of tuples of a signature, a type, a
    /// number of objects and bytes, the largest bytes first, and `others`, which maps what is not
    /// an object to bytes. `None` if the pages are unknown.
    fn unshared<'py>(
        &self,
        py: Python<'py>,
        graph: &Bound<'py, ObjectGraph>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        let engine = &graph.as_super().borrow();
        let engine = snapshot_of(engine.engine())?;
        let Some(pages) = &self.pages else {
            return Ok(None);
        };
        memory::ask(32 * engine.objects().len() + 4 * pages.count)?;
        let sizes = engine.sizes(py);
        let shares = heap::page_shares(py, engine.objects(), &sizes, &self.state, pages);
        let of_kind = |kind| -> u64 {
            let mappings = self.state.mappings.iter().flatten();
            let of_kind = mappings.filter(|mapping| mapping.kind == kind);
            of_kind.map(|mapping| mapping.private_dirty).sum()
        };
        let libraries = of_kind(MappingKind::Library);
        let main_stack = of_kind(MappingKind::Stack);
        let all = self.private_bytes().unwrap_or(0);
        let found = PyDict::new(py);
        let (rows, own) = rows(py, engine, &shares.of_objects)?;
        found.set_item("rows", rows)?;
        let others = PyDict::new(py);
        others.set_item("blocks_without_object", shares.in_arenas)?;
        others.set_item("libraries", libraries)?;
        others.set_item("stacks", main_stack + shares.in_stacks)?;
        others.set_item("refcycle", shares.own + own)?;
        let elsewhere = all - pages.bytes() - libraries - main_stack;
        others.set_item("other", shares.elsewhere + elsewhere)?;
        found.set_item("others", others)?;
        Ok(Some(found))
    }
}

impl PageReading {
    fn private_bytes(&self) -> Option<u64> {
        let mappings = self.state.mappings.as_ref()?;
        let of_all: u64 = mappings.iter().map(|mapping| mapping.private_dirty).sum();
        // The pages were read a moment later: what is divided is what was read then.
        Some(match &self.pages {
            Some(pages) => of_all - pages.in_mappings + pages.bytes(),
            None => of_all,
        })
    }
}

/// A signature, the name of a type, the number of objects and their bytes.
type Row = (String, String, usize, u64);

/// The objects with private bytes by the signature of the chain that holds them, and the bytes of
/// those that modules of this package hold, which are in no row.
fn rows(py: Python<'_>, engine: &Engine, private: &[u64]) -> PyResult<(Vec<Row>, u64)> {
    let has_some = |v: &VertexId| private[v.index()] > 0;
    let targets: Vec<_> = engine.vertices().filter(has_some).collect();
    if targets.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let types = ObjectTypes::new(py, engine)?;
    let found = answers::holder_groups(py, engine, &types, &targets)?;
    let mut bytes = vec![0; found.groups.len()];
    for (v, &group) in targets.iter().zip(&found.group_of) {
        bytes[group as usize] += private[v.index()];
    }
    let (mut rows, mut own) = (Vec::new(), 0);
    for (group, bytes) in found.groups.iter().zip(bytes) {
        if found.is_ours(group) {
            own += bytes;
        } else if bytes > 0 {
            let type_name = engine.type_name(py, group.example);
            rows.push((group.signature.clone(), type_name, group.count, bytes));
        }
    }
    rows.sort_by(|one, other| (other.3, &one.0).cmp(&(one.3, &other.0)));
    Ok((rows, own))
}
