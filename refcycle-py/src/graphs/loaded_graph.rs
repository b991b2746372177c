//! Graphs of objects that are known from a file.

mod class;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_core::VertexId;
use refcycle_dot::dump::{DumpReader, HeapDump};

use super::base::wrap;
use crate::engine::{Engine, SavedObject};
use crate::heap::memory;
use crate::interrupt::Checkpoint;
use crate::os_error::os_error;
use crate::outputs::save::dump_error;
pub(crate) use class::LoadedGraph;
use class::SavedObjects;

/// What a Python object for a vertex takes, and its place.
const OBJECT: usize = 56;

/// The graph of a file that `ObjectGraph.save` or `refcycle.dump` has written. `progress` is
/// called now and then with how many of how many objects have been read.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(signature = (path, *, progress=None))]
pub(crate) fn load(
    py: Python<'_>,
    path: PathBuf,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<Py<PyAny>> {
    let file = File::open(&path).map_err(|error| os_error(py, &error, &path, ""))?;
    let failed = |error| dump_error(py, error, &path);
    let reader = DumpReader::open(BufReader::with_capacity(1 << 16, file)).map_err(failed)?;
    let count = usize::try_from(reader.objects()).unwrap_or(usize::MAX);
    memory::ask(reader.memory().saturating_add(count.saturating_mul(OBJECT)))?;
    let dump = Arc::new(read(py, reader, &path, progress)?);
    let mut checkpoint = Checkpoint::new();
    let count = dump.sizes().len();
    let mut objects = Vec::with_capacity(count);
    for v in (0..count).map(VertexId::from_index) {
        checkpoint.step(py)?;
        objects.push(Py::new(py, SavedObject::new(&dump, v))?.into_any());
    }
    let closed = dump
        .metadata()
        .get("closed")
        .is_some_and(|closed| closed == "true");
    wrap(
        py,
        Engine::of_dump(Box::new(SavedObjects), &dump, objects.into(), closed),
    )
}

fn read(
    py: Python<'_>,
    reader: DumpReader<BufReader<File>>,
    path: &Path,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<HeapDump> {
    let failed = |error| dump_error(py, error, path);
    let all = reader.objects();
    let mut parts = py.detach(|| reader.parts()).map_err(failed)?;
    while py.detach(|| parts.read_next()).map_err(failed)? {
        py.check_signals()?;
        if let Some(progress) = &progress {
            progress.call1((parts.objects(), all))?;
        }
    }
    py.detach(|| parts.finish()).map_err(failed)
}

fn dump_of(py: Python<'_>, engine: &Engine) -> Option<Arc<HeapDump>> {
    let first = engine.objects().first()?;
    Some(Arc::clone(SavedObject::of(py, first).dump()))
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

    /// What the file says of the whole, a dict of strings: versions, the command, the time,
    /// the stacks of threads. Empty for a graph without vertices.
    #[getter]
    fn metadata<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let py = slf.py();
        let found = PyDict::new(py);
        let engine = &slf.as_super().as_super().borrow().engine;
        for (key, value) in dump_of(py, engine).iter().flat_map(|dump| dump.metadata()) {
            found.set_item(key, value)?;
        }
        Ok(found)
    }

    /// The vertex that had this address, its `id()`. `KeyError` where there is none.
    fn at<'py>(slf: &Bound<'py, Self>, address: u64) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let engine = &slf.as_super().as_super().borrow().engine;
        let is_it = |object: &&Py<PyAny>| SavedObject::of(py, object).address() == address;
        match engine.objects().iter().find(is_it) {
            Some(object) => Ok(object.bind(py).clone()),
            None => Err(pyo3::exceptions::PyKeyError::new_err(format!(
                "no object of the graph was at 0x{address:x}"
            ))),
        }
    }

    fn __reduce__(_slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a loaded graph is not pickled or copied: load the file again, or save it under \
             another name",
        ))
    }
}
