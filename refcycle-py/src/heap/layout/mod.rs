//! Where CPython keeps what it does not publish: one table a version, checked on known
//! objects when the package is imported.
//!
//! A wheel is built for one minor version. Private layouts may still change in a patch
//! release: then the check fails, what depends on it is left out (labels, locals of
//! running frames), and the import says so in a warning.

mod number;
#[cfg(feature = "layout-overrides")]
mod overrides;
mod tables;

use std::sync::OnceLock;

use pyo3::ffi::{self, c_str};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::sizes::new_instance_has_known_values;
use super::{Still, frame_locals, generator_locals, instance_attributes, text};
pub(super) use tables::*;

/// The numbers that `REFCYCLE_LAYOUT_OVERRIDE` can change: name, kind and value of each.
#[cfg(feature = "layout-overrides")]
#[pyfunction]
pub(crate) fn layout_numbers() -> Vec<(&'static str, &'static str, usize)> {
    tables::all()
}

/// What the check found to be as the tables say.
#[derive(Clone, Copy, Default)]
struct Checked {
    frames: bool,
    generators: bool,
    instances: bool,
    dicts: bool,
    lists: bool,
    values: bool,
}

static CHECKED: OnceLock<Checked> = OnceLock::new();

fn checked() -> Checked {
    CHECKED.get().copied().unwrap_or(Checked {
        // Only during the check itself: the tables are taken at their word.
        frames: true,
        generators: true,
        instances: true,
        dicts: true,
        lists: true,
        values: true,
    })
}

pub(super) fn frames_are_known() -> bool {
    checked().frames
}

#[cfg(Py_3_11)]
pub(super) fn generators_are_known() -> bool {
    checked().generators
}

#[cfg(Py_3_11)]
pub(super) fn instances_are_known() -> bool {
    checked().instances
}

pub(super) fn dicts_are_known() -> bool {
    checked().dicts
}

pub(super) fn lists_are_known() -> bool {
    checked().lists
}

#[cfg(Py_3_11)]
pub(super) fn values_are_known() -> bool {
    checked().values
}

const KNOWN_OBJECTS: &std::ffi::CStr = c_str!(
    "
import sys

class Instance:
    pass

other = Instance()
other.first = first = object()
shared = vars(other)

instance = Instance()
instance.first = first = object()
instance.second = second = object()

def call(argument):
    local = second
    return sys._getframe()

def generate(argument):
    local = second
    yield

by_name = {'first': first, 'gone': 0, 'second': second}
del by_name['gone']
by_object = {1: first, second: 2, 'gone': 0}
del by_object['gone']

frame = call(first)
generator = generate(first)
next(generator)
"
);

/// Compares the tables with objects whose contents are known. What does not fit is not used.
/// Returns what `REFCYCLE_DISTRUST` names and does not exist.
pub(crate) fn check(py: Python<'_>) -> PyResult<Vec<String>> {
    if CHECKED.get().is_some() {
        return Ok(Vec::new());
    }
    let scope = PyDict::new(py);
    scope.set_item("__name__", "refcycle.layout_check")?;
    py.run(KNOWN_OBJECTS, Some(&scope), None)?;
    let known = |name| {
        scope
            .get_item(name)
            .map(|object| object.expect("was just made"))
    };
    let first = known("first")?;
    let second = known("second")?;
    let frame = known("frame")?;
    let generator = known("generator")?;
    let instance = known("instance")?;
    let heap = Still::new(py);
    super::compiled::learn_from(heap.see(&instance));
    let values = [heap.see(&first), heap.see(&second)];
    let fits = |names: [&str; 2], found: Vec<(String, _)>| {
        found.len() == 2
            && found
                .iter()
                .zip(names.iter().zip(values))
                .all(|((name, value), (expected, object))| name == expected && *value == object)
    };
    let mut found = Checked {
        frames: fits(["argument", "local"], frame_locals(heap.see(&frame))),
        generators: fits(
            ["argument", "local"],
            generator_locals(heap.see(&generator)),
        ),
        instances: cfg!(not(Py_3_11)) || {
            let attributes = instance_attributes(heap.see(&instance));
            let attributes = attributes
                .into_iter()
                .filter_map(|(name, value)| Some((text(name, 100)?.0, value)))
                .collect();
            fits(["first", "second"], attributes)
        },
        dicts: {
            let dicts = [known("by_name")?, known("by_object")?, known("shared")?];
            dicts
                .iter()
                .all(|dict| super::dicts::fits_traversal(heap.see(dict)))
        },
        lists: cfg!(not(Py_3_14)) && are_neighbours(py),
        values: false,
    };
    found.values = found.instances && new_instance_has_known_values(heap.see(&instance));
    let mut unknown = Vec::new();
    for name in distrusted() {
        match name.as_str() {
            "frame_locals" | "frame_stacks" => found.frames = false,
            "generator_locals" => found.generators = false,
            "attribute_names" => found.instances = false,
            "attribute_sizes" => found.values = false,
            "dict_tables" => found.dicts = false,
            "frozen_objects" => found.lists = false,
            _ => unknown.push(name),
        }
    }
    let _ = CHECKED.set(found);
    // Otherwise the known objects, and the frames of the import, are garbage that waits
    // for a collection: the scope refers to functions, and they to it.
    scope.clear();
    Ok(unknown)
}

/// The kinds of layout that `REFCYCLE_DISTRUST` names, separated by commas: those that are
/// not to be relied on, should a release of CPython break what the check cannot see.
fn distrusted() -> Vec<String> {
    let names = std::env::var("REFCYCLE_DISTRUST").unwrap_or_default();
    let names = names.split(',').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether what is on the value stack of a running frame is known.
pub(crate) fn frame_stacks_are_known() -> bool {
    cfg!(Py_3_14) && checked().frames
}

/// What depends on layouts, and why it is not available where it is not.
pub(crate) fn capabilities() -> [(&'static str, Result<(), &'static str>); 7] {
    const CHANGED: &str = "the layout of this Python's private structures is not the one that \
                           this build of refcycle knows, or REFCYCLE_DISTRUST names it";

    let found = checked();
    let known = |is_known: bool| if is_known { Ok(()) } else { Err(CHANGED) };
    [
        ("frame_locals", known(found.frames)),
        (
            "frame_stacks",
            if cfg!(Py_3_14) {
                known(found.frames)
            } else {
                Err(
                    "before Python 3.14 a running frame does not say how much of its value \
                     stack is in use; that of suspended generators is seen",
                )
            },
        ),
        ("generator_locals", known(found.generators)),
        ("attribute_names", known(found.instances)),
        ("attribute_sizes", known(found.values)),
        ("dict_tables", known(found.dicts || cfg!(not(Py_3_11)))),
        (
            "frozen_objects",
            if cfg!(Py_3_14) {
                Ok(())
            } else {
                known(found.lists)
            },
        ),
    ]
}

/// Whether two objects that are made one after the other are neighbours in the collector's
/// list of the youngest, and each is said to be before or after the other.
fn are_neighbours(py: Python<'_>) -> bool {
    let _no_collection = super::collection::NoCollection::new(py);
    let objects = [(); 3].map(|()| pyo3::types::PyList::new(py, [py.None()]));
    let [Ok(first), Ok(second), Ok(third)] = objects else {
        return false;
    };
    let header = |list: &Bound<'_, PyAny>| list.as_ptr() as usize - lists::HEADER.get();
    let nodes = [&first, &second, &third].map(|list| header(list));
    // SAFETY: a list takes part in collection, and so has a header.
    let word = |address: usize| unsafe { (address as *const usize).read() } & !LIST_FLAGS;
    nodes.windows(2).all(|pair| {
        word(pair[0] + lists::NEXT.get()) == pair[1] && word(pair[1] + lists::PREVIOUS.get()) == pair[0]
    })
}

/// The `ident` of a thread, as `threading` has it; 0 where it is not known.
///
/// # Safety
/// The thread belongs to the present interpreter, and has not ended.
pub(super) unsafe fn thread_ident(thread: *mut ffi::PyThreadState) -> u64 {
    unsafe extern "C" {
        /// Not declared by pyo3-ffi.
        fn PyThread_get_thread_ident() -> std::ffi::c_ulong;
    }
    /// No version has the field farther from the start, and none is smaller.
    const WORDS: usize = 32;
    static OFFSET: OnceLock<Option<usize>> = OnceLock::new();

    // SAFETY: the caller's promise; the present thread knows its ident, and so where in
    // its state it is.
    unsafe {
        let word = |thread: *mut ffi::PyThreadState, at: usize| thread.cast::<u64>().add(at).read();
        let offset = OFFSET.get_or_init(|| {
            let ident = PyThread_get_thread_ident();
            (0..WORDS).find(|&at| word(ffi::PyThreadState_Get(), at) == ident)
        });
        offset.map_or(0, |at| word(thread, at))
    }
}
