//! Registered objects: signal handlers, codecs.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::credits::Credits;
use super::exit_functions;
use crate::heap::{
    dict_value, is_dict, known_interned_string, module_dict, paused, sequence_items,
};
use crate::modules;

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    name_what_we_hold(credits);
    // When the program ends, modules that have been removed are None.
    let modules = modules::attribute(py, "sys", "modules")?;
    let modules = modules.cast::<PyDict>()?;
    let module = |name| Ok::<_, PyErr>(modules.get_item(name)?.filter(|found| !found.is_none()));
    if let Some(signal) = module("_signal")? {
        name_signal_handlers(&signal, credits);
    }
    if let (Some(encodings), Some(codecs)) = (module("encodings")?, module("_codecs")?) {
        name_codecs(py, &encodings, &codecs, credits)?;
    }
    match module("atexit")? {
        Some(atexit) => exit_functions::explain(py, &atexit, credits),
        None => Ok(()),
    }
}

fn name_what_we_hold(credits: &mut Credits<'_>) {
    for address in modules::held_addresses() {
        credits.give(address, || {
            "refcycle, for the end of the program".to_owned()
        });
    }
    if let Some(address) = known_interned_string() {
        credits.give(address, || {
            "refcycle, to recognise interned strings".to_owned()
        });
    }
}

fn name_signal_handlers(signal: &Bound<'_, PyAny>, credits: &mut Credits<'_>) {
    for number in 1..=64 {
        // A number that is not a signal of this system raises an error.
        if let Ok(handler) = signal.call_method1(intern!(signal.py(), "getsignal"), (number,)) {
            credits.give(handler.as_ptr() as usize, || {
                format!("handler of signal {number}")
            });
        }
    }
}

/// The registries of `codecs`, which have no accessor: they are recognised by what the
/// interpreter puts into them when it starts.
fn name_codecs(
    py: Python<'_>,
    encodings: &Bound<'_, PyAny>,
    codecs: &Bound<'_, PyAny>,
    credits: &mut Credits<'_>,
) -> PyResult<()> {
    let strict = codecs.call_method1(intern!(py, "lookup_error"), ("strict",))?;
    let utf_8 = codecs.call_method1(intern!(py, "lookup"), ("utf-8",))?;
    let (strict, utf_8) = (strict.unbind(), utf_8.unbind());
    let (encodings, open) = (encodings.as_unbound(), &*credits);
    let found: Vec<_> = paused(py, |heap| {
        let (strict, utf_8) = (heap.see(&strict), heap.see(&utf_8));
        let namespace = module_dict(heap.see(encodings));
        let search = namespace.and_then(|dict| dict_value(dict, "search_function"));
        let starts_with_search = |object| {
            let first = sequence_items(object).and_then(|mut items| items.next().flatten());
            first.is_some() && first == search
        };
        let has = |dict, key, value| dict_value(dict, key) == Some(value);
        let name = |object| {
            let is_cache = || has(object, "utf-8", utf_8) || has(object, "utf_8", utf_8);
            if has(object, "strict", strict) {
                Some("error handlers of codecs")
            } else if is_dict(object) && is_cache() {
                Some("cache of codecs")
            } else if !is_dict(object) && starts_with_search(object) {
                Some("search functions of codecs")
            } else {
                None
            }
        };
        let objects = open.unexplained(heap).into_iter();
        objects
            .filter_map(|object| Some((object.address(), name(object)?)))
            .collect()
    });
    for (address, name) in found {
        credits.give(address, || name.to_owned());
    }
    Ok(())
}
