//! Python modules that calls need, including while the program ends.
//!
//! When the program ends, modules are removed one by one, and finalizers that run meanwhile cannot
//! import anything. They can still use what is held here: the functions of our own modules that
//! have been used before, and what the results of compiled code are made of. Everything else is a
//! RuntimeError that explains this.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::{PyException, PyImportError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyModule;

use crate::heap::{is_ending, sys_attribute};

/// Names in modules, which are held after they have been found.
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

/// Names held from the import of the library on, which imports their modules anyway. None of them
/// is written in Python: a Python function holds the globals of its module, which would then
/// survive the end of the program.
const ALWAYS_HELD: [(&str, &str); 4] = [
    ("_tracemalloc", "is_tracing"),
    ("array", "array"),
    ("builtins", "id"),
    ("builtins", "list"),
];

/// Called when the library is imported.
pub(crate) fn hold_what_is_needed(py: Python<'_>) -> PyResult<()> {
    for (module, name) in ALWAYS_HELD {
        match py.import(module) {
            Ok(found) => hold(module, name, &found.getattr(name)?),
            // An isolated interpreter cannot import it.
            Err(error) if error.is_instance_of::<PyImportError>(py) => {}
            Err(error) => return Err(error),
        }
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

/// A name in a module, which is imported if necessary.
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

/// Imports everything that a later call may need, on the first call of this function: modules
/// that are imported between two snapshots would be among the new objects of the second.
///
/// If that fails, later calls import what they need.
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

/// The same before a snapshot. Modules leave garbage when they are imported. So if the program
/// makes the collector keep garbage, in order to look for its own, each module is only imported
/// when it is needed.
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

/// Imports a module, for example of an optional package.
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
            drop(all); // released objects may run code
            drop(before);
        }
    }
}

fn held<'py>(py: Python<'py>, module: &str, name: &str) -> Option<Bound<'py, PyAny>> {
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    let held = held.iter().find(|held| held.is(module, name))?;
    Some(held.object.clone_ref(py).into_bound(py))
}

/// A name in a module that may already be partly removed. The names in such a module are None.
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
