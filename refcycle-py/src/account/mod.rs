//! The account of the process: what each byte of its main memory is for.

mod buffer_mappings;
mod kinds;
mod parts;
mod unshared_pages;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict};

use crate::answers::{self, ObjectNames};
use crate::engine::Engine;
use crate::graphs::ObjectGraph;
use crate::heap::{
    Arena, Placement, ProcessState, beside_graphs, memory, place, return_free_memory,
    set_bytes_by_dumps,
};
use crate::modules;
use buffer_mappings::beside_buffers;
use kinds::by_kind;
use parts::{Parts, swapped};
pub(crate) use unshared_pages::{PageReading, unshared};

/// The memory of the process before a snapshot.
#[pyclass(frozen, module = "refcycle._refcycle")]
pub(crate) struct ProcessReading {
    state: ProcessState,
}

/// Reads what the memory of the process consists of, for an account. Called before the
/// snapshot.
///
/// The modules that later calls need are imported first, so that they are part of it, unless it is
/// `for_a_dump`. Takes some 5 ms, and 30 ms for each GB of the process.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(
    name = "_read_process",
    signature = (*, for_a_dump=false),
    text_signature = "(*, for_a_dump=False)"
)]
pub(crate) fn read_process(py: Python<'_>, for_a_dump: bool) -> PyResult<ProcessReading> {
    if !for_a_dump {
        modules::import_all_before_a_snapshot(py)?;
    }
    Ok(ProcessReading {
        state: ProcessState::now(py),
    })
}

/// Gives the free memory of the C library's allocator back to the system, if the library can.
///
/// Called after a dump, which uses some megabytes for a moment. No block in use changes, and other
/// threads may run. Takes some milliseconds.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_return_free_memory")]
pub(crate) fn return_memory(py: Python<'_>) {
    py.detach(return_free_memory);
}

/// Returns the bytes of the process without those of refcycle's graphs; `None` if they are unknown.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_beside_graphs")]
pub(crate) fn memory_beside_graphs() -> Option<u64> {
    beside_graphs()
}

/// Remembers that the process has kept `more` bytes since it wrote its first dump, in addition to the
/// `known` bytes that it had kept before.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_remember_dump")]
pub(crate) fn remember_dump(known: u64, more: u64) {
    set_bytes_by_dumps(known + more);
}

#[crate::border::guarded]
#[pymethods]
impl ProcessReading {
    /// Returns the account as a dict: which objects of a snapshot are in the memory, and what
    /// else is.
    ///
    /// `figures` maps names to numbers, `None` if they are unknown; those of parts begin with
    /// `part.`, those of the arenas with `arenas.`. `kinds`, `libraries` and `files` are lists,
    /// the largest first. Takes the time of `shallow_sizes` and 30 ms for a million objects.
    fn account<'py>(
        &self,
        py: Python<'py>,
        graph: &Bound<'py, ObjectGraph>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let engine = &graph.as_super().borrow();
        let engine = snapshot_of(engine.engine())?;
        let (parts, placement) = self.parts(py, engine)?;
        let account = PyDict::new(py);
        account.set_item("figures", self.figures(&parts).into_py_dict(py)?)?;
        account.set_item("kinds", by_kind(py, engine, &placement.types))?;
        account.set_item("libraries", parts.libraries)?;
        account.set_item("files", parts.files)?;
        Ok(account)
    }

    /// Stores the figures of the account in a snapshot, so that its dump has them; returns the
    /// snapshot.
    ///
    /// Does nothing if the snapshot lacks the objects that the collector does not track.
    fn with_account(
        &self,
        py: Python<'_>,
        graph: Bound<'_, ObjectGraph>,
    ) -> PyResult<Py<ObjectGraph>> {
        {
            let engine = &graph.as_super().borrow();
            let engine = snapshot_of(engine.engine())?;
            if let Some(reading) = engine.reading().filter(|reading| reading.untracked) {
                let (parts, _) = self.parts(py, engine)?;
                let _ = reading.account.set(json(&self.figures(&parts)));
            }
        }
        Ok(graph.unbind())
    }

    /// Returns the objects of a snapshot that keep most of the sparse arenas alive, as pairs of
    /// a name and the number of arenas, the largest number first.
    ///
    /// The memory of an arena is returned to the system when all blocks in it are free. An arena
    /// is sparse if less than half of it is in use. An object keeps those alive in which it, or
    /// an object that would be freed with it, has a block. Takes about half the time of
    /// `retained_sizes`.
    fn arena_holders(
        &self,
        py: Python<'_>,
        graph: &Bound<'_, ObjectGraph>,
        limit: usize,
    ) -> PyResult<Vec<(String, usize)>> {
        let engine = &graph.as_super().borrow();
        let engine = snapshot_of(engine.engine())?;
        let Some(arenas) = &self.state.arenas else {
            return Ok(Vec::new());
        };
        memory::ask(24 * engine.objects().len())?;
        let mut near = 0;
        let arena_of = engine.objects().iter().map(|object| {
            near = arenas.of(object.as_ptr() as usize, near)?;
            arenas.all[near].is_sparse().then_some(near as u32)
        });
        let arena_of: Vec<_> = arena_of.collect();
        let found = answers::arena_holders(py, engine, &arena_of, limit)?;
        let mut names = ObjectNames::new(py, engine);
        let named = found
            .into_iter()
            .map(|(v, count)| Ok((names.full(v)?, count)));
        named.collect()
    }
}

/// The graph, if it is a whole snapshot.
fn snapshot_of(engine: &Engine) -> PyResult<&Engine> {
    match engine.reading() {
        Some(_) if engine.is_closed() => Ok(engine),
        _ => Err(PyValueError::new_err("an account needs a whole snapshot")),
    }
}

type Figures = Vec<(String, Option<u64>)>;

impl ProcessReading {
    fn parts(&self, py: Python<'_>, engine: &Engine) -> PyResult<(Parts, Placement)> {
        memory::ask(24 * engine.objects().len())?;
        let sizes = engine.sizes(py);
        let placement = place(py, engine.objects(), &sizes, &self.state);
        let beside = beside_buffers(py, engine, &self.state)?;
        Ok((Parts::new(&self.state, &placement, beside), placement))
    }

    /// All numbers of the account.
    fn figures(&self, parts: &Parts) -> Figures {
        let mut figures = vec![
            ("resident".to_owned(), self.state.resident),
            ("not_resident".to_owned(), parts.not_resident()),
            ("swapped".to_owned(), swapped(&self.state)),
            ("stacks".to_owned(), parts.stack_count),
            ("unseen_in_malloc".to_owned(), parts.unseen_in_malloc),
        ];
        let beside = parts.beside_buffers.iter();
        figures
            .extend(beside.map(|(name, bytes)| (format!("beside_buffers.{name}"), Some(*bytes))));
        let named = parts.named().into_iter();
        figures.extend(named.map(|(name, bytes)| (format!("part.{name}"), bytes)));
        if let Some(arenas) = &self.state.arenas {
            let all = &arenas.all;
            let sum = |bytes: fn(&Arena) -> u64| Some(all.iter().map(bytes).sum());
            let count = |count: usize| Some(count as u64);
            let sparse = all.iter().filter(|arena| arena.is_sparse()).count();
            figures.extend([
                ("arenas.count".to_owned(), count(all.len())),
                ("arenas.sparse".to_owned(), count(sparse)),
                ("arenas.resident".to_owned(), sum(|arena| arena.resident)),
                ("arenas.used".to_owned(), sum(|arena| arena.used)),
                ("arenas.free".to_owned(), sum(Arena::free)),
            ]);
        }
        figures
    }
}

/// The figures as a JSON object. Their names need no escapes.
fn json(figures: &Figures) -> String {
    let items = figures.iter().map(|(name, number)| match number {
        Some(number) => format!("\"{name}\": {number}"),
        None => format!("\"{name}\": null"),
    });
    format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
}
