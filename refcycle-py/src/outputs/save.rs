//! Writing a graph of objects into a file.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use refcycle_core::files::Replacement;
use refcycle_core::{CsrGraph, IDirectedGraph, VertexId};
use refcycle_dot::dump::{DumpError, DumpedObject, HeapDump, HeapDumpBuilder};

use super::destination::begin;
use super::saved_objects::{Seen, ask_for_names, name_objects};
use crate::annotate::{Redaction, Values};
use crate::answers::wasted_by;
use crate::engine::{Engine, SavedObject, weak_edges};
use crate::files::NewFile;
use crate::heap::{
    beside_graphs, bytes_by_dumps, memory, return_free_memory, set_bytes_by_dumps, unknown_sizes,
};
use crate::interrupt::{self, Checkpoint, Watched};
use crate::os_error::os_error;
use crate::progress;
use crate::provided::{Provided, provided};
use crate::roots::explained;
use crate::terminal;

/// The share of the time that it takes to name everything.
const NAMES: f64 = 0.8;

/// Whether this process has written a snapshot.
static IS_SAVED: AtomicBool = AtomicBool::new(false);

/// Writes the graph, with the contents of strings and numbers or redacted, which is the default. A
/// graph from a file stays as it is.
pub(crate) fn save(
    py: Python<'_>,
    engine: &Engine,
    path: &Path,
    redact: Option<bool>,
) -> PyResult<()> {
    let (_, file) = begin(py, path)?;
    let is_first = engine.reading().is_some() && !IS_SAVED.load(Ordering::Relaxed);
    let before = beside_graphs().filter(|_| is_first);
    progress::stage(NAMES);
    let dump = dump_of(py, engine, redact)?;
    write(py, dump, path, file)?;
    IS_SAVED.fetch_or(engine.reading().is_some(), Ordering::Relaxed);
    if let Some(before) = before {
        py.detach(return_free_memory); // what was needed to write is no memory of the program
        let more = beside_graphs().map_or(0, |after| after.saturating_sub(before));
        set_bytes_by_dumps(bytes_by_dumps() + more);
    }
    Ok(())
}

/// Writes the graph, with the contents of strings and numbers or redacted, into a file that was
/// already begun.
pub(crate) fn save_into(
    py: Python<'_>,
    engine: &Engine,
    file: &NewFile,
    redact: bool,
) -> PyResult<()> {
    progress::stage(NAMES);
    let dump = dump_of(py, engine, Some(redact))?;
    let (file, path) = file.take()?;
    write(py, dump, &path, file)
}

fn write(py: Python<'_>, dump: HeapDumpBuilder, path: &Path, file: Replacement) -> PyResult<()> {
    progress::stage(1.0);
    let failed = |error| dump_error(py, error, path);
    let dump = py.detach(|| dump.build()).map_err(failed)?;
    interrupt::check(py)?;
    // Writing stores the distinct names once more.
    memory::ask(dump.memory())?;
    let mut stopped = None;
    let written = py.detach(|| {
        file.write(|out| {
            let written = dump.write(Watched::new(out, &mut stopped));
            written.map_err(io::Error::from)
        })
    });
    match stopped {
        Some(error) => Err(error),
        None => written.map_err(|error| failed(DumpError::Io(error))),
    }
}

fn dump_of(py: Python<'_>, engine: &Engine, redact: Option<bool>) -> PyResult<HeapDumpBuilder> {
    let graph = engine.shared_graph();
    let graph = graph.unwrap_or_else(|| Arc::new(CsrGraph::clone(&engine.any_graph())));
    // The data of the dump, and its compressed form.
    memory::ask(64 * engine.objects().len() + 16 * graph.edge_count())?;
    let mut dump = HeapDump::builder(Arc::clone(&graph));
    let is_saved = engine.kind().is_from_file();
    if redact == Some(true) && is_saved {
        refuse_values(py, engine)?;
    }
    let redact = redact.unwrap_or(true);
    let redaction = match redact && !is_saved {
        true => Some(Redaction::of(py, engine.objects())?),
        false => None,
    };
    let values = redaction.as_ref().map_or(Values::Shown, Values::Redacted);
    if is_saved {
        copy_objects(py, engine, &graph, &mut dump)?;
    } else {
        let types = see_objects(py, engine, &graph, values, &mut dump)?;
        let described = provided(py, Provided::Description)?.call1((types, redact))?;
        for (key, value) in described.cast_into::<PyDict>()? {
            dump.metadata(key.extract::<String>()?, value.extract::<String>()?);
        }
        see_reading(engine, &mut dump);
    }
    for edge in (0..graph.edge_count()).map(refcycle_core::EdgeId::from_index) {
        if engine.is_edge_uncounted(edge) {
            dump.uncounted(edge.number());
        }
    }
    for (edge, owner) in weak_edges(py, engine, &graph)? {
        dump.weak_reference(edge, owner);
    }
    if !is_saved {
        dump.unknown_sizes(unknown_sizes(py, engine.objects()));
    }
    for open in explained(py, engine, values)? {
        for (group, name) in open.holders() {
            dump.root(VertexId::from_index(open.vertex()), *group, name);
        }
    }
    dump.metadata("closed", engine.is_closed().to_string());
    Ok(dump)
}

/// The labels of a file contain the values, and these cannot be removed from them.
fn refuse_values(py: Python<'_>, engine: &Engine) -> PyResult<()> {
    let Some(first) = engine.objects().first() else {
        return Ok(());
    };
    let is_redacted = SavedObject::of(py, first).dump().metadata().get("redacted");
    if is_redacted.is_some_and(|is_redacted| is_redacted == "true") {
        return Ok(());
    }
    Err(PyValueError::new_err(
        "this graph is from a file that is not redacted, and a file cannot be redacted later: \
         make a new dump, or leave out redact to keep the values",
    ))
}

/// The types of the objects, each once, by name.
fn see_objects<'py>(
    py: Python<'py>,
    engine: &Engine,
    graph: &CsrGraph,
    values: Values<'_>,
    dump: &mut HeapDumpBuilder,
) -> PyResult<Bound<'py, PyList>> {
    let sizes = engine.sizes(py);
    let Seen { types, calls } = name_objects(py, engine, graph, values, &sizes, dump)?;
    dump.knows_waste();
    let mut checkpoint = Checkpoint::new();
    for wasted in wasted_by(py, engine, &sizes)? {
        checkpoint.step(py)?;
        dump.waste(wasted.vertex, wasted.kind.word(), wasted.saved);
    }
    see_states(py, engine, &types, dump)?;
    see_unused_locals(py, engine, &calls, dump)?;
    PyList::new(py, types)
}

/// Stores which variables the calls do not use again.
fn see_unused_locals(
    py: Python<'_>,
    engine: &Engine,
    calls: &[usize],
    dump: &mut HeapDumpBuilder,
) -> PyResult<()> {
    let calls = PyList::new(py, calls.iter().map(|&number| &engine.objects()[number]))?;
    let text = provided(py, Provided::UnusedLocals)?.call1((calls,))?;
    dump.metadata("unused_locals", text.extract::<String>()?);
    Ok(())
}

/// Stores the state of execution of generators and futures, which Python's own functions return.
fn see_states(
    py: Python<'_>,
    engine: &Engine,
    types: &[(Py<PyAny>, String)],
    dump: &mut HeapDumpBuilder,
) -> PyResult<()> {
    let has_state = provided(py, Provided::HasState)?;
    let state_of = provided(py, Provided::State)?;
    let mut checkpoint = Checkpoint::new();
    let mut with_state = Vec::new();
    for (class, _) in types {
        if has_state.call1((class,))?.is_truthy()? {
            with_state.push(class.as_ptr() as usize);
        }
    }
    if with_state.is_empty() {
        return Ok(());
    }
    for (number, object) in engine.objects().iter().enumerate() {
        checkpoint.step(py)?;
        let ty = object.bind(py).get_type_ptr() as usize;
        if with_state.contains(&ty)
            && let Some(state) = state_of.call1((object,))?.extract::<Option<String>>()?
        {
            dump.state(VertexId::from_index(number), &state);
        }
    }
    Ok(())
}

/// Stores the data about the snapshot.
fn see_reading(engine: &Engine, dump: &mut HeapDumpBuilder) {
    if let Some(reading) = engine.reading() {
        dump.metadata("pause_seconds", reading.pause.as_secs_f64().to_string());
        dump.metadata("untracked", reading.untracked.to_string());
        dump.metadata("frozen", reading.frozen.to_string());
        if let Some(blocks) = reading.memory.blocks {
            dump.metadata("allocated_blocks", blocks.to_string());
        }
        if let Some(resident) = reading.memory.resident {
            dump.metadata("resident_bytes", resident.to_string());
        }
        dump.metadata("own_bytes", reading.memory.own.to_string());
        dump.metadata("residue_bytes", reading.memory.by_dumps.to_string());
        if let Some(account) = reading.account.get() {
            dump.metadata("memory", account.clone());
        }
    }
}

/// Copies the objects of another file. Data that it lacks remains unknown.
fn copy_objects(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
    dump: &mut HeapDumpBuilder,
) -> PyResult<()> {
    let mut checkpoint = Checkpoint::new();
    for (number, object) in engine.objects().iter().enumerate() {
        checkpoint.step(py)?;
        let saved = SavedObject::of(py, object);
        let v = VertexId::from_index(number);
        ask_for_names(1 + graph.out_degree(v), v, dump.names_memory())?;
        dump.object(DumpedObject {
            address: saved.address(),
            type_name: saved.type_name(),
            name: saved.name(),
            size: saved.size(),
            reference_count: engine.reference_count(v),
        });
        if let Some(state) = saved.state() {
            dump.state(v, state);
        }
        if let Some(place) = saved.allocated_at() {
            dump.allocated_at(v, place);
        }
        match saved.has_unknown_size() {
            Some(true) => dump.unknown_sizes([v.number()]),
            Some(false) => dump.unknown_sizes([]),
            None => {}
        }
        match saved.waste() {
            Some(Some((kind, bytes))) => dump.waste(v, kind, bytes),
            Some(None) => dump.knows_waste(),
            None => {}
        }
        for edge in graph.out_edges(v) {
            dump.reference(engine.saved_reference(py, v, edge.id));
        }
    }
    if let Some(first) = engine.objects().first() {
        for (key, value) in SavedObject::of(py, first).dump().metadata() {
            dump.metadata(key, value);
        }
    }
    Ok(())
}

/// The exception for a file. A ValueError has what it says apart, for callers that name the file in
/// another way or do not read parts: `dump_reason`, and whether `partial` helps, as `is_cut_off`.
pub(crate) fn dump_error(py: Python<'_>, error: DumpError, path: &Path) -> PyErr {
    let reason = match &error {
        DumpError::Io(error) => return os_error(py, error, path, ""),
        error => error.to_string(),
    };
    let place = terminal::line(&path.to_string_lossy());
    let is_cut_off = matches!(error, DumpError::CutOff);
    let how = match is_cut_off {
        true => ", or read the part that is there with partial=True",
        false => "",
    };
    let raised = PyValueError::new_err(format!("{place}: {reason}{how}"));
    let value = raised.value(py);
    let facts = value.setattr("dump_reason", reason);
    match facts.and_then(|()| value.setattr("is_cut_off", is_cut_off)) {
        Ok(()) => raised,
        Err(error) => error,
    }
}
