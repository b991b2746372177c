//! What structs hold to which well-known capsules point.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::credits::Credits;
use crate::heap::{
    Kind, Obj, RawMemory, dict_entries, dict_value, hidden_pointer, interpreter_dict, module_dict,
    paused, text, type_module,
};
use crate::modules;

/// Capsules of CPython in modules, each with the number of references at the start of its struct.
/// That of `_socket` is static before 3.12, and from 3.13 on the capsule shows its references.
const KNOWN: &[(&str, &str, usize)] = if cfg!(Py_3_12) {
    &[("_socket", "CAPI", 3)]
} else {
    &[]
};

/// Since version 3, pybind11 keeps its own types in two kinds of structs, whose capsules are in a
/// dict of the interpreter.
const OF_PYBIND11: [(&str, &str, usize); 2] = [
    ("__pybind11_internals_", "internals of pybind11", 80),
    ("__pybind11_module_local_", "module state of pybind11", 9),
];

/// The longest key of such a capsule.
const LONGEST_KEY: usize = 200;

/// A reference in a struct.
struct Found {
    target: usize,
    holder: String,
}

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    let Ok(memory) = RawMemory::new() else {
        return Ok(());
    };
    let mut found = of_modules(py, &memory)?;
    found.extend(of_pybind11(py, &memory, credits));
    for Found { target, holder } in found {
        credits.give(target, || holder);
    }
    Ok(())
}

fn of_modules(py: Python<'_>, memory: &RawMemory) -> PyResult<Vec<Found>> {
    let modules = modules::attribute(py, "sys", "modules")?;
    let modules = modules.cast::<PyDict>()?;
    let mut found = Vec::new();
    for &(module, name, count) in KNOWN {
        let Some(owner) = modules.get_item(module)?.map(Bound::unbind) else {
            continue;
        };
        let pointer = paused(py, |heap| {
            let capsule = dict_value(module_dict(heap.see(&owner))?, name)?;
            hidden_pointer(capsule)
        });
        let targets = pointer.map(|pointer| words(memory, pointer, count));
        found.extend(targets.into_iter().flatten().map(|target| Found {
            target,
            holder: format!("capsule {module}.{name}"),
        }));
    }
    Ok(found)
}

/// Its own types in its structs; other words of these are not references.
fn of_pybind11(py: Python<'_>, memory: &RawMemory, credits: &Credits<'_>) -> Vec<Found> {
    let own_types: Vec<_> = paused(py, |heap| {
        let open = credits.unexplained(heap).into_iter();
        let types = open.filter(|&object| {
            Kind::of(object) == Kind::Type
                && type_module(object).is_some_and(|module| module == "pybind11_builtins")
        });
        types.map(Obj::address).collect()
    });
    if own_types.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (pointer, holder, count) in capsules_of_pybind11(py) {
        // The capsule points to a pointer to the struct.
        for start in words(memory, pointer, 1) {
            let targets = words(memory, start, count).into_iter();
            let targets = targets.filter(|target| own_types.contains(target));
            found.extend(targets.map(|target| Found {
                target,
                holder: holder.to_owned(),
            }));
        }
    }
    found
}

/// The pointers of its capsules, each with the name of the struct and its largest number of words.
fn capsules_of_pybind11(py: Python<'_>) -> Vec<(usize, &'static str, usize)> {
    let Some(dict) = interpreter_dict(py) else {
        return Vec::new();
    };
    paused(py, |heap| {
        let entries = dict_entries(heap.see(&dict)).into_iter().flatten();
        let capsules = entries.filter_map(|(key, value)| {
            let (key, _) = text(key, LONGEST_KEY)?;
            let mut known = OF_PYBIND11.into_iter();
            let (_, holder, count) = known.find(|(start, ..)| key.starts_with(start))?;
            Some((hidden_pointer(value)?, holder, count))
        });
        capsules.collect()
    })
}

/// The words at an address that are not 0.
fn words(memory: &RawMemory, address: usize, count: usize) -> Vec<usize> {
    let mut words = vec![0; count];
    let read = match address % size_of::<usize>() {
        0 => memory.copy(address, &mut words).unwrap_or(0),
        _ => 0,
    };
    words.truncate(read);
    words.retain(|&word| word != 0);
    words
}
