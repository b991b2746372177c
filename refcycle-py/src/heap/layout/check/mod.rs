//! The check at import: objects whose contents are known are looked at through the tables.
//!
//! A field that is in another place must not end the process that imports refcycle. So a
//! word that is read through a table is compared, with the address of an object that is
//! known or with a number, and is not followed; and it is read within an object whose size
//! is known. Three things are not in an object of known size: the frame of a call that runs,
//! which is looked at once others have shown where a frame object says that it is; a frame
//! of the interpreter's own on the stack of this thread, of which both ends are known; and
//! the names of local variables, which the system is asked to read.

mod dicts;
#[cfg_attr(not(Py_3_11), path = "frames_310.rs")]
mod frames;
mod instances;
mod lists;
mod memory;
mod published;

use memory::Memory;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::Part;

const KNOWN_OBJECTS: &str = include_str!("known_objects.py");

/// What fits of the tables.
pub(super) fn run<'py>(py: Python<'py>, scope: &Bound<'py, PyDict>) -> PyResult<Part> {
    let results = PyDict::new(py);
    scope.set_item("__name__", "refcycle.layout_check")?;
    scope.set_item("results", &results)?;
    frames::add_to(scope)?;
    dicts::add_to(scope)?;
    instances::add_to(scope)?;
    let source = std::ffi::CString::new(KNOWN_OBJECTS)?;
    frames::on_this_stack(|| py.run(&source, Some(scope), None))?;
    let fits = |names: &[&str]| -> PyResult<bool> {
        for name in names {
            let result = results.get_item(name)?;
            if !result.is_some_and(|result| result.is_truthy().unwrap_or(false)) {
                return Ok(false);
            }
        }
        Ok(true)
    };
    let of_any_frame = fits(&["suspended", "code", "body"])? && published::fits_frames(py);
    let mut found = Part::NONE;
    if of_any_frame && fits(&["finished", "cleared", "running"])? {
        found = found.and(Part::FRAMES);
    }
    if of_any_frame && fits(&["states", "fields"])? && published::fits_generators(py) {
        found = found.and(Part::GENERATORS);
    }
    let dicts_are_as_published = published::fits_dicts(py);
    if fits(&["tables"])? && dicts_are_as_published {
        found = found.and(Part::DICTS);
    }
    if fits(&["tables", "instances"])? && dicts_are_as_published {
        found = found.and(Part::INSTANCES);
        if fits(&["values"])? {
            found = found.and(Part::VALUES);
        }
    }
    if lists::fit(py)? {
        found = found.and(Part::LISTS);
    }
    Ok(found)
}

/// How many slots a frame has for variables and for its value stack, as its code says in
/// attributes.
fn slots(code: &Bound<'_, PyAny>) -> PyResult<(usize, usize)> {
    let names = |attribute| -> PyResult<Vec<String>> { code.getattr(attribute)?.extract() };
    let variables = names("co_varnames")?;
    let cells = names("co_cellvars")?;
    // An argument that is a cell has one slot from 3.11 on, and two before.
    let is_new = |cell: &&String| cfg!(not(Py_3_11)) || !variables.contains(cell);
    let cells = cells.iter().filter(is_new).count();
    let variables: usize = code.getattr("co_nlocals")?.extract()?;
    let free = names("co_freevars")?.len();
    let stack = code.getattr("co_stacksize")?.extract()?;
    Ok((variables + cells + free, stack))
}

/// A frame object or a generator, with the slots that follow its struct.
fn with_slots(object: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<Memory> {
    let (variables, stack) = slots(code)?;
    // SAFETY: both are made with a word for each slot of their code.
    Ok(unsafe { Memory::of(object, variables + stack) })
}
