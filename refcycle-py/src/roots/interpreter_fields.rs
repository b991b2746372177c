//! The fields of the interpreter's state in which it holds objects for `gc`, `warnings`, `os` and the
//! import system.
//!
//! A field is found by what it held at first: two fields that are next to each other hold two objects
//! that their module shows. From then on, its place is known, also if the program assigns another
//! object to the attribute of the module, which does not change the field.

use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_dot::exchange::heapsnapshot::Group;

use super::credits::Credits;
use super::interpreter_state::first_words;
use crate::heap::{
    Kind, Obj, RawMemory, dict_value, is_dict, module_dict, paused, sequence_items, text,
};
use crate::modules;

/// The fields are in the first bytes of the state.
const SIZE: usize = 96 << 10;

/// Since 3.11, the functions of `os.register_at_fork` are next to the settings of `warnings`.
const BETWEEN: usize = if cfg!(Py_3_11) { 0 } else { 1 };

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    let Ok(memory) = RawMemory::new() else {
        return Ok(());
    };
    let words = first_words(py, &memory, SIZE);
    let mut found = collector_lists(py, &words)?;
    if let Some(place) = warnings_fields(py, &words)? {
        found.extend(settings_of_warnings(&words, place));
        found.extend(fork_functions(py, &words, place, credits));
    }
    let of_imports = of_imports(py, &words, credits);
    for (address, name) in found {
        credits.give(address, || name.to_owned());
    }
    // What the copies lead to has better holders: the modules.
    let group = std::mem::replace(&mut credits.group, Group::Elsewhere);
    for (address, name) in of_imports {
        credits.give(address, || name.to_owned());
    }
    credits.group = group;
    Ok(())
}

/// An address, and the name of the holder.
type Field = (usize, &'static str);

/// The lists of the garbage collector.
fn collector_lists(py: Python<'_>, words: &[usize]) -> PyResult<Vec<Field>> {
    static PLACE: OnceLock<usize> = OnceLock::new();
    let shown = || shown(py, "gc", ["garbage", "callbacks"]);
    let Some(place) = place(&PLACE, words, shown)? else {
        return Ok(Vec::new());
    };
    let fields = words.get(place..place + 2).unwrap_or_default();
    let names = [
        "gc.garbage of the interpreter",
        "gc.callbacks of the interpreter",
    ];
    Ok(fields.iter().copied().zip(names).collect())
}

/// Where the registry of `warnings` is: the filters come before it, and the default action after it.
fn warnings_fields(py: Python<'_>, words: &[usize]) -> PyResult<Option<usize>> {
    static PLACE: OnceLock<usize> = OnceLock::new();
    let shown = || shown(py, "_warnings", ["_onceregistry", "_defaultaction"]);
    place(&PLACE, words, shown)
}

fn settings_of_warnings(words: &[usize], place: usize) -> Vec<Field> {
    let names = [
        "warnings.filters of the interpreter",
        "warnings.onceregistry of the interpreter",
        "warnings.defaultaction of the interpreter",
    ];
    let fields = place
        .checked_sub(1)
        .and_then(|first| words.get(first..place + 2));
    fields
        .unwrap_or_default()
        .iter()
        .copied()
        .zip(names)
        .collect()
}

/// The lists of `os.register_at_fork`. All three have to be lists of functions, or not to exist.
fn fork_functions(
    py: Python<'_>,
    words: &[usize],
    place: usize,
    credits: &Credits<'_>,
) -> Vec<Field> {
    let names = [
        "functions of os.register_at_fork (before)",
        "functions of os.register_at_fork (after_in_parent)",
        "functions of os.register_at_fork (after_in_child)",
    ];
    let first = place.checked_sub(1 + BETWEEN + names.len());
    let Some(fields) = first.and_then(|first| words.get(first..first + names.len())) else {
        return Vec::new();
    };
    let is_function = |item: Option<Obj<'_>>| {
        item.is_some_and(|item| !is_dict(item) && sequence_items(item).is_none())
    };
    let are_lists = paused(py, |heap| {
        let lists = credits.unexplained(heap);
        let is_list = |&field: &usize| {
            let list = lists.iter().find(|list| list.address() == field);
            let items = list
                .and_then(|&list| (Kind::of(list) == Kind::List).then(|| sequence_items(list))?);
            items.is_some_and(|mut items| items.all(is_function))
        };
        fields.iter().all(|field| *field == 0 || is_list(field))
    });
    match are_lists {
        true => fields.iter().copied().zip(names).collect(),
        false => Vec::new(),
    }
}

/// What the import system holds: its function, copies of the first namespaces, and the modules by
/// their index. These are recognised by what they contain.
fn of_imports(py: Python<'_>, words: &[usize], credits: &Credits<'_>) -> Vec<Field> {
    let none = py.None().as_ptr() as usize;
    let mut found = paused(py, |heap| {
        let objects = credits.unexplained(heap).into_iter();
        let named =
            objects.filter_map(|object| Some((object.address(), name_of_import(object, none)?)));
        named.collect::<Vec<_>>()
    });
    found.retain(|(address, _)| words.contains(address));
    found
}

fn name_of_import(object: Obj<'_>, none: usize) -> Option<&'static str> {
    let is_text = |object, known: &str| {
        text(object, known.len() + 1).is_some_and(|(found, _)| found == known)
    };
    match Kind::of(object) {
        Kind::Dict => {
            let name = dict_value(object, "__name__")?;
            if is_text(name, "builtins") {
                Some("copy of the namespace of builtins")
            } else if is_text(name, "sys") {
                Some("copy of the namespace of sys")
            } else {
                None
            }
        }
        Kind::List => {
            let mut has_module = false;
            let are_modules = sequence_items(object)?.all(|item| {
                let is_module = item.is_some_and(|item| Kind::of(item) == Kind::Module);
                has_module |= is_module;
                is_module || item.map(Obj::address) == Some(none)
            });
            (are_modules && has_module).then_some("modules of the interpreter, by their index")
        }
        _ => None,
    }
}

/// Where two fields are that held what a module shows.
fn place(
    known: &OnceLock<usize>,
    words: &[usize],
    shown: impl FnOnce() -> PyResult<Option<[usize; 2]>>,
) -> PyResult<Option<usize>> {
    if let Some(&place) = known.get() {
        return Ok(Some(place));
    }
    let Some(shown) = shown()? else {
        return Ok(None);
    };
    let place = words.windows(2).position(|fields| fields == shown);
    Ok(place.map(|place| *known.get_or_init(|| place)))
}

/// The addresses of two objects in the namespace of a module that is loaded.
fn shown(py: Python<'_>, module: &str, names: [&str; 2]) -> PyResult<Option<[usize; 2]>> {
    let modules = modules::attribute(py, "sys", "modules")?;
    let Some(module) = modules.cast::<PyDict>()?.get_item(module)? else {
        return Ok(None);
    };
    let module = module.as_unbound();
    Ok(paused(py, |heap| {
        let namespace = module_dict(heap.see(module))?;
        let [one, other] = names.map(|name| dict_value(namespace, name).map(Obj::address));
        Some([one?, other?])
    }))
}
