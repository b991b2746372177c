//! What the interpreter itself holds.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::credits::Credits;
use crate::annotate::module_key;
use crate::heap::{
    HOLDER_OF_INTERNED_STRINGS, Obj, dict_entries, interpreter_dicts, is_interned_strings, paused,
};
use crate::modules;

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    for (name, dict) in interpreter_dicts(py) {
        credits.give(dict, || name.to_owned());
    }
    let modules = modules::attribute(py, "sys", "modules")?;
    let modules = modules.cast::<PyDict>()?;
    if credits.engine.find(modules)?.is_none() {
        name_modules(py, modules, credits);
    }
    if let Some(importlib) = modules.get_item("_frozen_importlib")? {
        let address = importlib.as_ptr() as usize;
        credits.give(address, || "importlib of the interpreter".to_owned());
    }
    let open = &*credits;
    let strings = paused(py, |heap| {
        let mut open = open.unexplained(heap).into_iter();
        open.find(|&object| is_interned_strings(object))
            .map(Obj::address)
    });
    if let Some(strings) = strings {
        credits.give(strings, || HOLDER_OF_INTERNED_STRINGS.to_owned());
    }
    for (function, name) in [
        ("gettrace", "trace function of this thread"),
        ("getprofile", "profile function of this thread"),
    ] {
        let held = modules::attribute(py, "sys", function)?.call0()?;
        credits.give(held.as_ptr() as usize, || name.to_owned());
    }
    let hooks = modules::attribute(py, "sys", "get_asyncgen_hooks")?.call0()?;
    for hook in hooks.try_iter()? {
        let hook = hook?;
        if !hook.is_none() {
            credits.give(hook.as_ptr() as usize, || {
                "hook of asynchronous generators of this thread".to_owned()
            });
        }
    }
    Ok(())
}

/// A graph without the mapping of all modules may have modules.
fn name_modules(py: Python<'_>, modules: &Bound<'_, PyDict>, credits: &mut Credits<'_>) {
    let modules = modules.as_any().as_unbound();
    paused(py, |heap| {
        for (name, module) in dict_entries(heap.see(modules)).into_iter().flatten() {
            let values = credits.values;
            credits.give(module.address(), || {
                format!("sys.modules[{}]", module_key(name, values))
            });
        }
    });
}
