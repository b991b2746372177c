//! Graphs of objects that are known from a file.

mod class;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_core::VertexId;
use refcycle_dot::dump::{DumpError, DumpReader, HeapDump, HeldFile, ReadLater};
use rustc_hash::FxHashMap;

use super::base::wrap;
use crate::border;
use crate::engine::Engine;
use crate::heap::{attached, memory};
use crate::interrupt;
use crate::modules;
use crate::os_error::os_error;
use crate::outputs::arrow::ArrowTable;
use crate::outputs::derived::{SignatureRow, derived};
use crate::outputs::save::dump_error;
use crate::progress::Listener;
pub(crate) use class::LoadedGraph;
use class::SavedObjects;

/// As many files may graphs hold open in any case.
const FEW_HELD: usize = 8;
/// More than this are never held open.
const MOST_HELD: usize = 256;

/// Returns the graph of a file that `ObjectGraph.save` or `refcycle.dump` has written.
///
/// The `LoadedGraph` supports the same queries as a graph of live objects; its vertices are
/// `SavedObject`s instead of objects. A file can be read by any version of Python. Loading a
/// million objects takes about 0.15 s and 40 bytes per object. Ctrl-C interrupts it. `progress` is
/// called from time to time with the number of objects that have been read and the number of all
/// objects; if it raises an exception, the call ends with it. `True` shows a bar.
///
/// The names of objects and references in a file of more than 131,072 objects are read when
/// they are asked for, in parts of 131,072 objects. Such a graph keeps its file open: you can
/// rename, remove or replace the file, but not write into it. With `check`, everything is read
/// at once, and the file is closed; this takes up to 1.5 times as long, and twice the memory. This
/// is done without `check` too if graphs already keep many files open: a quarter of those that
/// the process may open (`RLIMIT_NOFILE`), or 256.
///
/// `OSError` if the file cannot be read. `ValueError` if it is not such a file, is damaged or
/// still being written, or has a newer format; the message says which. Its `dump_reason` is the
/// message without the path and without the hint at `partial`, and `is_cut_off` says whether
/// `partial` may help. `MemoryError` if there is not enough memory for it. A call that reads
/// names later raises the same errors if that part of the file is damaged or was changed. A
/// file from an untrusted source can do no harm except by its size: everything in it is checked
/// when it is read.
///
/// With `partial`, a file of which the end is missing is read as far as it goes, in parts of some
/// 130,000 objects; `ValueError` if none is whole. Then `metadata` has `partial`, which is `true`,
/// and `lost_references`, the number of references to missing objects. Such a graph is like a part
/// of a snapshot: what holds an object, or what it refers to, may be missing. What is called
/// garbage is garbage, but there may be more.
///
///     >>> import refcycle, os, tempfile
///     >>> path = os.path.join(tempfile.mkdtemp(), "heap.refcycle")
///     >>> pair = [[]]
///     >>> refcycle.ObjectGraph([pair, pair[0]]).save(path)
///     >>> graph = refcycle.load(path)
///     >>> [(obj.label, obj.type_name) for obj in graph]
///     [('list[1]', 'list'), ('list[0]', 'list')]
///     >>> graph.at(id(pair)).size == refcycle.ObjectGraph([pair]).shallow_size(pair)
///     True
#[crate::border::guarded]
#[pyfunction]
#[pyo3(
    signature = (path, *, partial=false, check=false, progress=None),
    text_signature = "(path, *, partial=False, check=False, progress=None)"
)]
pub(crate) fn load(
    py: Python<'_>,
    path: PathBuf,
    partial: bool,
    check: bool,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<Py<PyAny>> {
    let listener = match progress {
        Some(progress) => border::listener(progress, "load")?,
        None => None,
    };
    let file = HeldFile::open(&path).map_err(|error| os_error(py, &error, &path, ""))?;
    let check = check || HeldFile::number_open() > most_held(py);
    let failed = |error| dump_error(py, error, &path);
    let reader = py.detach(|| match partial {
        true => DumpReader::open_partial(file),
        false => DumpReader::open(file),
    });
    let reader = reader.map_err(failed)?;
    interrupt::check(py)?;
    memory::ask(match check {
        true => reader.memory(),
        false => reader.memory_with_names_later(),
    })?;
    let dump = Arc::new(read(py, reader, &path, check, listener)?);
    let closed = dump
        .metadata()
        .get("closed")
        .is_some_and(|closed| closed == "true");
    wrap(py, Engine::of_dump(Box::new(SavedObjects), &dump, closed))
}

/// The number of files that graphs may hold open.
fn most_held(py: Python<'_>) -> usize {
    if HeldFile::number_open() <= FEW_HELD {
        return FEW_HELD;
    }
    soft_limit(py).map_or(MOST_HELD, |limit| (limit / 4).clamp(FEW_HELD, MOST_HELD))
}

/// The number of files that the process may have open, if that is known and limited.
fn soft_limit(py: Python<'_>) -> PyResult<usize> {
    let number = modules::attribute(py, "resource", "RLIMIT_NOFILE")?;
    let limits = modules::attribute(py, "resource", "getrlimit")?.call1((number,))?;
    limits.get_item(0)?.extract()
}

/// A graph whose names are read when they are asked for.
struct Reader {
    path: PathBuf,
}

impl ReadLater for Reader {
    fn room_for(&self, bytes: usize) {
        if let Err(error) = memory::ask(bytes) {
            border::raise(error);
        }
    }

    fn failed(&self, error: DumpError) -> ! {
        match attached(|py| dump_error(py, error, &self.path)) {
            Some(error) => border::raise(error),
            None => panic!("the names of a file are asked for by threads of Python"),
        }
    }
}

fn read(
    py: Python<'_>,
    reader: DumpReader<HeldFile>,
    path: &Path,
    check: bool,
    mut listener: Option<Listener>,
) -> PyResult<HeapDump> {
    let failed = |error| dump_error(py, error, path);
    let all = reader.objects();
    let mut parts = py
        .detach(|| match check {
            true => reader.parts(),
            false => reader.parts_with_names_later(Arc::new(Reader { path: path.into() })),
        })
        .map_err(failed)?;
    let mut told = None;
    while py.detach(|| parts.read_next()).map_err(failed)? {
        interrupt::check(py)?;
        let objects = parts.objects();
        if let Some(listener) = &mut listener
            && told.replace(objects) != Some(objects)
        {
            listener.tell(py, objects, all)?;
        }
    }
    let dump = py.detach(|| parts.finish()).map_err(failed)?;
    interrupt::check(py)?;
    Ok(dump)
}

#[crate::border::guarded]
#[pymethods]
impl LoadedGraph {
    #[new]
    #[pyo3(signature = (*_arguments, **_keywords))]
    fn new(
        _arguments: &Bound<'_, PyAny>,
        _keywords: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        Err(PyTypeError::new_err(
            "a LoadedGraph is read from a file: call refcycle.load(path)",
        ))
    }

    /// Facts about the whole graph from the file, as a dict of strings. Empty for a graph
    /// without vertices.
    ///
    /// `refcycle` and `python`: versions. `platform`, `pid`, `time` (UTC). `command`: a JSON list;
    /// in a redacted file, only the program. `program`: the file of `__main__`. `host`: the name
    /// of the machine, not in a redacted file. `labels`: JSON, those of the environment variable
    /// REFCYCLE_LABELS, as in `service=shop,version=2.4`. `process`: a number that is random for
    /// each process and its forks, and says nothing about it. `threads`: JSON, which maps the name
    /// of each thread to its stack, innermost call first. `redacted`: `true` or `false`. For a
    /// snapshot also `pause_seconds`, `untracked`, `frozen`, `allocated_blocks`, `resident_bytes`,
    /// `own_bytes` and `residue_bytes`, as in `statistics`. `earlier_dumps`: the number of earlier
    /// files of live objects that the process wrote. Files of earlier versions have
    /// `dumping_bytes` instead of `residue_bytes`, with a part of `own_bytes`.
    /// `memory`, if `refcycle.dump` wrote the file with all objects: JSON, the figures of the
    /// account, the sizes of its parts as `part.objects` and so on. `source` is `core file` in a
    /// dump of a core file, and `time` is then that of the core file.
    #[getter]
    fn metadata<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let py = slf.py();
        let found = PyDict::new(py);
        let engine = &slf.as_super().as_super().borrow().engine;
        for (key, value) in engine.dump(py).iter().flat_map(|dump| dump.metadata()) {
            found.set_item(key, value)?;
        }
        Ok(found)
    }

    /// Returns the vertex that had this address, its `id()`.
    ///
    /// `KeyError` if there is no such vertex. Takes time in proportion to the graph.
    fn at<'py>(slf: &Bound<'py, Self>, address: u64) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let engine = &slf.as_super().as_super().borrow().engine;
        let is_it = |&v: &VertexId| engine.saved(py, v).address() == address;
        match engine.vertices().find(is_it) {
            Some(v) => engine.object(py, v),
            None => Err(pyo3::exceptions::PyKeyError::new_err(format!(
                "no object of the graph was at 0x{address:x}"
            ))),
        }
    }

    /// For each type its name with the module, the number of its objects and their bytes.
    #[pyo3(name = "_type_totals")]
    fn type_totals(slf: &Bound<'_, Self>) -> Vec<(String, u64, u64)> {
        let py = slf.py();
        let engine = &slf.as_super().as_super().borrow().engine;
        let mut found = FxHashMap::<&str, (u64, u64)>::default();
        for v in engine.vertices() {
            let saved = engine.saved(py, v);
            let (count, size) = found.entry(saved.type_name()).or_default();
            *count += 1;
            *size += saved.size();
        }
        let found = found.into_iter();
        found
            .map(|(name, (count, size))| (name.to_owned(), count, size))
            .collect()
    }

    /// Facts about each object that take searches of the whole graph, as a table, and the rows of
    /// `signatures`, each with the number of its example in the table.
    #[pyo3(name = "_derived")]
    fn derived(slf: &Bound<'_, Self>) -> PyResult<(ArrowTable, Vec<SignatureRow>)> {
        derived(slf.py(), &slf.as_super().as_super().borrow().engine)
    }

    fn __reduce__(_slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a LoadedGraph cannot be pickled or copied: load the file again, or save it under \
             another name",
        ))
    }
}
