//! What threads hold: their frames, and the exceptions that they handle.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use refcycle_dot::exchange::heapsnapshot::Group;
use rustc_hash::FxHashMap;

use super::credits::{Credits, FOR_THE_DUMP};
use crate::heap::{
    Obj, attribute, dict_entries, dict_value, is_alone, module_dict, paused, small_integer, text,
};
use crate::modules;

/// How the holder of an exception begins that ended a thread and caused a dump.
pub(crate) const UNCAUGHT: &str = "uncaught in ";

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    let names = names(py)?;
    let name = |thread: u64| match names.get(&thread) {
        Some(name) => format!("thread {name}"),
        None if thread == 0 => "a thread".to_owned(),
        None => format!("thread {thread}"),
    };
    let reading = credits.engine.reading();
    if let Some(found) = reading.and_then(|reading| reading.uncaught.as_ref()) {
        credits.give_all(
            found.exception,
            &format!("{UNCAUGHT}{}", name(found.thread)),
        );
    }
    // The frames that ran when the heap was read; the interpreter holds each once.
    let running = reading.map(|reading| &reading.running);
    for &(frame, thread) in running.into_iter().flatten() {
        credits.give(frame, || format!("running in {}", name(thread)));
    }
    // The variables of refcycle's frames, which the graph does not have.
    let own = reading.map(|reading| &reading.own).into_iter().flatten();
    credits.group = Group::Elsewhere;
    for &address in own {
        credits.give(address, || FOR_THE_DUMP.to_owned());
    }
    credits.group = Group::Threads;
    if !is_alone(py) {
        return Ok(());
    }
    let handled = modules::attribute(py, "sys", "_current_exceptions")?.call0()?;
    for (thread, exception) in handled.cast::<PyDict>()? {
        let thread = thread.extract()?;
        // Up to 3.11 it is a triple: type, exception, traceback.
        let exception = match exception.cast::<PyTuple>() {
            Ok(triple) => triple.get_item(1)?,
            Err(_) => exception,
        };
        credits.give(exception.as_ptr() as usize, || {
            format!("handled in {}", name(thread))
        });
    }
    Ok(())
}

/// The names of the threads that `threading` knows, by their `ident`.
fn names(py: Python<'_>) -> PyResult<FxHashMap<u64, String>> {
    names_by(py, |ident, _| small_integer(ident))
}

/// The same by the number that the system gives them.
pub(crate) fn names_by_native_id(py: Python<'_>) -> PyResult<FxHashMap<u64, String>> {
    names_by(py, |_, thread| {
        small_integer(attribute(thread, "_native_id")?)
    })
}

/// No attribute is read, because that may run code of a user's subclass.
fn names_by(
    py: Python<'_>,
    number: impl for<'h> Fn(Obj<'h>, Obj<'h>) -> Option<u64> + Sync,
) -> PyResult<FxHashMap<u64, String>> {
    let modules = modules::attribute(py, "sys", "modules")?;
    let Some(threading) = modules.cast::<PyDict>()?.get_item("threading")? else {
        return Ok(FxHashMap::default());
    };
    let threading = threading.unbind();
    Ok(paused(py, |heap| {
        let active = module_dict(heap.see(&threading)).and_then(|dict| dict_value(dict, "_active"));
        let entries = active.and_then(dict_entries).into_iter().flatten();
        let names = entries.filter_map(|(ident, thread)| {
            let (name, _) = text(attribute(thread, "_name")?, 100)?;
            Some((number(ident, thread)?, name))
        });
        names.collect()
    }))
}
