//! The check at import: it reads known objects with the offsets in the tables.
//!
//! A field at an unexpected offset must not crash the process that imports refcycle. So a word that
//! is read with a table is not followed, but only compared, with the address of a known object or
//! with a number; and it is read only within an object of known size. Three things are not in an
//! object of known size: the frame of a running call, which is read only after other frames have
//! shown where a frame object points to its frame; internal frames of the interpreter on the stack
//! of this thread, both ends of which are known; and the names of local variables, which are read
//! with a system call.

mod dicts;
mod frame_calls;
#[cfg_attr(not(Py_3_11), path = "frames_310.rs")]
mod frames;
mod instances;
mod lists;
mod memory;
mod published;
mod read_again;
mod slots;

use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::caches;
use super::layout::{self, Part};
use read_again::read_as_later;

static IS_CHECKED: AtomicBool = AtomicBool::new(false);

const KNOWN_OBJECTS: &str = include_str!("known_objects.py");

/// Compares the tables with objects whose contents are known. Parts that do not fit are not used.
/// Returns the names in `REFCYCLE_DISTRUST` that do not exist.
pub(crate) fn check_layouts(module: &Bound<'_, PyModule>) -> PyResult<Vec<String>> {
    let py = module.py();
    if IS_CHECKED.load(Ordering::Relaxed) {
        return Ok(Vec::new());
    }
    let scope = PyDict::new(py);
    let found = run(py, &scope);
    let found = found.and_then(|found| {
        layout::set_known(found);
        read_as_later(py, &scope, found)
    });
    // No part is known until all parts have been checked.
    layout::set_known(Part::NONE);
    // A class is always in a cycle, so it would be garbage that waits for a collection.
    if let Some(class) = scope.get_item("Instance")? {
        module.setattr("_KnownInstance", class)?;
    }
    // So would all other known objects: the scope refers to functions, and they refer to it.
    scope.clear();
    caches::learn(py)?;
    let mut found = found?;
    let mut unknown = Vec::new();
    for name in distrusted() {
        found = found.without(match name.as_str() {
            "frame_locals" | "frame_stacks" => Part::FRAMES,
            "generator_locals" => Part::GENERATORS,
            "attribute_names" => Part::INSTANCES,
            "attribute_sizes" => Part::VALUES,
            "dict_tables" => Part::DICTS,
            "frozen_objects" => Part::LISTS,
            _ => {
                unknown.push(name);
                Part::NONE
            }
        });
    }
    layout::set_known(found);
    IS_CHECKED.store(true, Ordering::Relaxed);
    Ok(unknown)
}

/// The layouts that `REFCYCLE_DISTRUST` names, separated by commas. They are not used. This is for
/// a release of CPython that breaks something that the check does not detect.
fn distrusted() -> Vec<String> {
    let names = std::env::var("REFCYCLE_DISTRUST").unwrap_or_default();
    let names = names.split(',').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The parts of the tables that fit.
fn run<'py>(py: Python<'py>, scope: &Bound<'py, PyDict>) -> PyResult<Part> {
    let results = PyDict::new(py);
    scope.set_item("__name__", "refcycle.layout_check")?;
    scope.set_item("results", &results)?;
    frame_calls::add_to(scope)?;
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
    if of_any_frame && fits(&["cached"])? {
        found = found.and(Part::CODE_CACHE);
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
