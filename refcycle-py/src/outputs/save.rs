//! Writing a graph of objects into a file.

use std::io;
use std::path::Path;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use refcycle_core::files::{ReplaceOptions, Replacement};
use refcycle_core::{CsrGraph, IDirectedGraph, Successors, VertexId};
use refcycle_dot::dump::{DumpError, DumpedObject, HeapDump, HeapDumpBuilder};
use refcycle_dot::names::ReferenceName;
use rustc_hash::FxHashMap;

use crate::annotate::{
    Allocations, CellVariables, Redaction, Values, is_named_by_type, likeness, names_of,
    object_name, shown_dotted,
};
use crate::answers::wasted_by;
use crate::engine::{Engine, SavedObject, device_of, weak_edges};
use crate::files::NewFile;
use crate::heap::memory;
use crate::heap::{Held, Kind, Measured, Obj, paused, unknown_sizes};
use crate::interrupt::{Checkpoint, Watched};
use crate::os_error::os_error;
use crate::provided::{Provided, provided};
use crate::roots::explained;
use crate::terminal;

/// The memory for a new name.
const NAME: usize = 420;

/// After this number of objects, the code checks whether the tables of names may grow.
const OBJECTS: usize = 1 << 14;

/// Writes the graph, with the contents of strings and numbers or redacted, which is the default. A
/// graph from a file stays as it is.
pub(crate) fn save(
    py: Python<'_>,
    engine: &Engine,
    path: &Path,
    redact: Option<bool>,
) -> PyResult<()> {
    let dump = dump_of(py, engine, redact)?;
    let options = ReplaceOptions {
        private: true,
        refuse_links: false,
    };
    write(py, dump, path, || Replacement::begin(path, options))
}

/// Writes the graph, with the contents of strings and numbers or redacted, into a file that was
/// already begun.
pub(crate) fn save_into(
    py: Python<'_>,
    engine: &Engine,
    file: &NewFile,
    redact: bool,
) -> PyResult<()> {
    let dump = dump_of(py, engine, Some(redact))?;
    let (file, path) = file.take()?;
    write(py, dump, &path, || Ok(file))
}

fn write(
    py: Python<'_>,
    dump: HeapDumpBuilder,
    path: &Path,
    begin: impl FnOnce() -> io::Result<Replacement> + Send,
) -> PyResult<()> {
    let failed = |error| dump_error(py, error, path);
    let dump = py.detach(|| dump.build()).map_err(failed)?;
    py.check_signals()?;
    // Writing stores the distinct names once more.
    memory::ask(dump.memory())?;
    let mut stopped = None;
    let written = py.detach(|| {
        begin()?.write(|out| {
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
    let objects = engine.objects();
    let sizes = engine.sizes(py);
    let mut names = Naming::of(py, objects, values)?;
    let mut calls = Vec::new();
    let mut checkpoint = Checkpoint::new();
    let mut measured = Measured::default();
    let mut allocations = Allocations::now(py)?;
    for (number, object) in objects.iter().enumerate() {
        // A signal handler may run here.
        checkpoint.step(py)?;
        measured.see(py, objects, number)?;
        let v = VertexId::from_index(number);
        ask_for_names(graph, v, dump.names_memory() + names.memory())?;
        // The row of a buffer on a device says that the bytes are there.
        let size = device_of(py, object).map_or(sizes[number], |(_, bytes)| bytes);
        paused(py, |heap| {
            let seen = heap.see(object);
            if matches!(Kind::of(seen), Kind::Frame | Kind::Generator) {
                calls.push(number);
            }
            names.add(seen, v, size, engine.reference_count(v), dump);
            let children = graph.successors(v);
            let children = children.map(|child| heap.see(&objects[child.index()]));
            for name in names_of(seen, children, values) {
                dump.reference(name.as_ref().map(ReferenceName::borrowed));
            }
        });
        if let Some(place) = allocations
            .as_mut()
            .and_then(|known| known.of(py, object, values))
        {
            dump.allocated_at(v, place);
        }
    }
    let types = names.types;
    dump.knows_waste();
    for wasted in wasted_by(py, engine, &sizes)? {
        dump.waste(wasted.vertex, wasted.kind.word(), wasted.saved);
    }
    see_states(py, engine, &types, dump)?;
    see_unused_locals(py, engine, &calls, dump)?;
    PyList::new(py, types)
}

/// Makes the names of the objects and of their types.
struct Naming<'v> {
    values: Values<'v>,
    cells: CellVariables,
    /// By the address of a type.
    type_names: FxHashMap<usize, TypeNames>,
    /// Not a Python list, because creating a tuple may start the collector.
    types: Vec<(Py<PyAny>, String)>,
    /// The first of the objects with the same type and name.
    first: FxHashMap<(usize, usize), VertexId>,
}

/// The names of a type and of its instances.
struct TypeNames {
    name: String,
    /// Whether all instances have one name.
    of_all: bool,
    /// The first instance, which has that name.
    first: Option<VertexId>,
}

impl<'v> Naming<'v> {
    fn of(py: Python<'_>, objects: &Held, values: Values<'v>) -> PyResult<Self> {
        Ok(Self {
            values,
            cells: CellVariables::of(py, objects, values)?,
            type_names: FxHashMap::default(),
            types: Vec::new(),
            first: FxHashMap::default(),
        })
    }

    /// Adds the next object.
    fn add(
        &mut self,
        seen: Obj<'_>,
        v: VertexId,
        size: u64,
        reference_count: Option<u32>,
        dump: &mut HeapDumpBuilder,
    ) {
        let address = seen.address() as u64;
        let likeness = likeness(seen, self.values);
        if let Some(&earlier) = likeness.and_then(|likeness| self.first.get(&likeness)) {
            return dump.object_like(earlier, address, size, reference_count);
        }
        let (ty, values) = (seen.ty(), self.values);
        let names = self.type_names.entry(ty.address()).or_insert_with(|| {
            let name = shown_dotted(ty, values);
            self.types.push((ty.hold(), name.clone()));
            TypeNames {
                name,
                of_all: is_named_by_type(seen),
                first: None,
            }
        });
        if let Some(earlier) = names.first {
            return dump.object_like(earlier, address, size, reference_count);
        }
        let name = self.cells.complete(seen, object_name(seen, values));
        dump.object(DumpedObject {
            address,
            type_name: &names.name,
            name: name.borrowed(),
            size,
            reference_count,
        });
        names.first = names.of_all.then_some(v);
        if let Some(likeness) = likeness {
            self.first.insert(likeness, v);
        }
    }

    /// The approximate bytes of the table that grows with the names.
    fn memory(&self) -> usize {
        (size_of::<((usize, usize), VertexId)>() + 1) * self.first.capacity()
    }
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
    let mut with_state = Vec::new();
    for (class, _) in types {
        if has_state.call1((class,))?.is_truthy()? {
            with_state.push(class.as_ptr() as usize);
        }
    }
    for (number, object) in engine.objects().iter().enumerate() {
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
        ask_for_names(graph, v, dump.names_memory())?;
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

/// Requests the memory for the names of an object and its references and, from time to time, for
/// tables that grow, which take `tables` bytes.
fn ask_for_names(graph: &CsrGraph, v: VertexId, tables: usize) -> PyResult<()> {
    memory::room_for(NAME * (1 + graph.out_degree(v)))?;
    if v.index().is_multiple_of(OBJECTS) {
        memory::ask(2 * tables)?;
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
