//! What was registered: signal handlers, codecs, functions for the exit.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::Credits;
use crate::heap::{Obj, Still, container_len, dict_value, is_dict, module_dict, sequence_items};
use crate::modules;

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    name_what_we_hold(credits);
    // When the program ends, modules that are gone are None.
    let modules = modules::attribute(py, "sys", "modules")?;
    let modules = modules.cast::<PyDict>()?;
    let module = |name| Ok::<_, PyErr>(modules.get_item(name)?.filter(|found| !found.is_none()));
    if let Some(signal) = module("_signal")? {
        name_signal_handlers(&signal, credits);
    }
    if let (Some(encodings), Some(codecs)) = (module("encodings")?, module("_codecs")?) {
        name_codecs(py, &encodings, &codecs, credits)?;
    }
    if let Some(atexit) = module("atexit")? {
        name_exit_functions(py, &atexit, credits)?;
    }
    Ok(())
}

fn name_what_we_hold(credits: &mut Credits<'_>) {
    for address in modules::held_addresses() {
        credits.give(address, || {
            "refcycle, for the end of the program".to_owned()
        });
    }
}

fn name_signal_handlers(signal: &Bound<'_, PyAny>, credits: &mut Credits<'_>) {
    for number in 1..=64 {
        // A number that is no signal of this system raises.
        if let Ok(handler) = signal.call_method1(intern!(signal.py(), "getsignal"), (number,)) {
            credits.give(handler.as_ptr() as usize, || {
                format!("handler of signal {number}")
            });
        }
    }
}

/// The registries of `codecs`, which nobody can ask for: they are known by what the
/// interpreter puts into them when it starts.
fn name_codecs(
    py: Python<'_>,
    encodings: &Bound<'_, PyAny>,
    codecs: &Bound<'_, PyAny>,
    credits: &mut Credits<'_>,
) -> PyResult<()> {
    let strict = codecs.call_method1(intern!(py, "lookup_error"), ("strict",))?;
    let utf_8 = codecs.call_method1(intern!(py, "lookup"), ("utf-8",))?;
    let heap = Still::new(py);
    let (strict, utf_8) = (heap.see(&strict), heap.see(&utf_8));
    let namespace = module_dict(heap.see(encodings));
    let search = namespace.and_then(|dict| dict_value(dict, "search_function"));
    let starts_with_search = |object| {
        let first = sequence_items(object).and_then(|mut items| items.next().flatten());
        first.is_some() && first == search
    };
    let has = |dict, key, value| dict_value(dict, key) == Some(value);
    for object in credits.unexplained(heap) {
        let is_cache = || has(object, "utf-8", utf_8) || has(object, "utf_8", utf_8);
        let name = if has(object, "strict", strict) {
            "error handlers of codecs"
        } else if is_dict(object) && is_cache() {
            "cache of codecs"
        } else if !is_dict(object) && starts_with_search(object) {
            "search functions of codecs"
        } else {
            continue;
        };
        credits.give(object.address(), || name.to_owned());
    }
    Ok(())
}

/// From 3.14 on `atexit` keeps a list of triples: function, arguments, keywords. Before,
/// what it keeps is not in an object.
fn name_exit_functions(
    py: Python<'_>,
    atexit: &Bound<'_, PyAny>,
    credits: &mut Credits<'_>,
) -> PyResult<()> {
    let count: usize = atexit.call_method0(intern!(py, "_ncallbacks"))?.extract()?;
    let is_call = |item: Obj<'_>| {
        let parts: Option<Vec<_>> = sequence_items(item).map(Iterator::collect);
        matches!(parts.as_deref(), Some([Some(_), Some(arguments), _]) if sequence_items(*arguments).is_some())
    };
    let heap = Still::new(py);
    let is_registry = |object: Obj<'_>| {
        sequence_items(object).is_some_and(|mut items| {
            count > 0
                && container_len(object) == count
                && items.all(|item| item.is_some_and(is_call))
        })
    };
    let lists = credits.unexplained(heap);
    let mut lists = lists.into_iter().filter(|&list| is_registry(list));
    // More than one that looks like it: unknown.
    if let (Some(list), None) = (lists.next(), lists.next()) {
        credits.give(list.address(), || "functions of atexit".to_owned());
    }
    Ok(())
}
