//! What calls need of Python modules, also while the program ends.
//!
//! At the end modules go one by one, and finalizers that run meanwhile can import nothing.
//! They still get what is held here: the functions of our own modules that have been used
//! before, and what the answers of compiled code are made of. All else is a RuntimeError that
//! says so.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyModule;

use crate::heap::{is_ending, sys_attribute};

/// The names in modules that are held once they have been found.
static HELD: Mutex<Vec<HeldName>> = Mutex::new(Vec::new());

struct HeldName {
    module: Box<str>,
    name: Box<str>,
    object: Py<PyAny>,
}

impl HeldName {
    fn is(&self, module: &str, name: &str) -> bool {
        (&*self.module, &*self.name) == (module, name)
    }
}

/// HeldName since the import of the library, which imports them in any case. None of them is
/// written in Python: such a one holds its module's names, which would not go at the end.
const ALWAYS_HELD: [(&str, &str); 3] =
    [("array", "array"), ("builtins", "id"), ("builtins", "list")];

/// To be called when the library is imported.
pub(crate) fn hold_what_is_needed(py: Python<'_>) -> PyResult<()> {
    for (module, name) in ALWAYS_HELD {
        hold(module, name, &py.import(module)?.getattr(name)?);
    }
    Ok(())
}

/// Returns an attribute of a module, which is imported if necessary.
///
/// `RuntimeError` if the program is ending and the module can no longer be imported.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_later", signature = (module, name, /))]
pub(crate) fn later<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    attribute(py, module, name)
}

/// A name in a module, which is imported if need be.
pub(crate) fn attribute<'py>(
    py: Python<'py>,
    module: &str,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    if is_ending(py) {
        return held(py, module, name).map_or_else(|| at_the_end(py, module, name), Ok);
    }
    let found = py.import(module)?.getattr(name)?;
    if module.starts_with("refcycle.") || module == "collections" {
        hold(module, name, &found);
    }
    Ok(found)
}

/// Whether [`import_all`] has been called.
static HAS_ALL: AtomicBool = AtomicBool::new(false);

/// Imports everything that a later call may need, at the first call of this function: what is
/// imported between two snapshots would be among the new objects of the second.
///
/// Where that fails, later calls import what they need.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_import_all", signature = ())]
pub(crate) fn import_all(py: Python<'_>) -> PyResult<()> {
    if is_ending(py) || HAS_ALL.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    match py.import("refcycle._all_modules") {
        Err(error) if !error.is_instance_of::<PyException>(py) => {
            HAS_ALL.store(false, Ordering::Relaxed);
            Err(error)
        }
        _ => Ok(()),
    }
}

/// The same before a snapshot. Modules leave garbage as they are imported: where the collector
/// keeps garbage, for a program that looks for its own, they are imported as they are needed.
pub(crate) fn import_all_before_a_snapshot(py: Python<'_>) -> PyResult<()> {
    const DEBUG_SAVEALL: i32 = 32;
    if HAS_ALL.load(Ordering::Relaxed) || is_ending(py) {
        return Ok(());
    }
    let debug: i32 = py.import("gc")?.call_method0("get_debug")?.extract()?;
    match debug & DEBUG_SAVEALL {
        0 => import_all(py),
        _ => Ok(()),
    }
}

/// A module; of a package that need not be installed, for example.
pub(crate) fn import<'py>(py: Python<'py>, module: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(module).map_err(|error| match is_ending(py) {
        true => gone(module),
        false => error,
    })
}

/// The addresses of the objects that are held.
pub(crate) fn held_addresses() -> Vec<usize> {
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    held.iter()
        .map(|held| held.object.as_ptr() as usize)
        .collect()
}

fn hold(module: &str, name: &str, found: &Bound<'_, PyAny>) {
    let mut all = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    match all.iter_mut().find(|held| held.is(module, name)) {
        None => all.push(HeldName {
            module: module.into(),
            name: name.into(),
            object: found.clone().unbind(),
        }),
        Some(known) if known.object.is(found) => {}
        Some(known) => {
            let before = std::mem::replace(&mut known.object, found.clone().unbind());
            drop(all); // what goes may run code
            drop(before);
        }
    }
}

fn held<'py>(py: Python<'py>, module: &str, name: &str) -> Option<Bound<'py, PyAny>> {
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    let held = held.iter().find(|held| held.is(module, name))?;
    Some(held.object.clone_ref(py).into_bound(py))
}

/// What is left of modules. The names in one that goes are None.
fn at_the_end<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let found = match module {
        "sys" => sys_attribute(py, name),
        _ => import(py, module)?.getattr(name).ok(),
    };
    found
        .filter(|found| !found.is_none())
        .ok_or_else(|| gone(module))
}

fn gone(module: &str) -> PyErr {
    PyRuntimeError::new_err(format!(
        "the program is ending, and {module} can no longer be imported: make this call earlier, \
         for example in a function that is registered with atexit"
    ))
}
