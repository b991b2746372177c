//! Where CPython keeps what it does not publish: one table a version, checked on known
//! objects when the package is imported.
//!
//! A wheel is built for one minor version. Private layouts may still change in a patch
//! release: then the check fails, what depends on it is left out (labels, locals of
//! running frames), and the import says so in a warning.
//!
//! `tables` has the numbers; `check` compares them with live objects and with what CPython
//! says itself.

mod check;
mod number;
#[cfg(feature = "layout-overrides")]
mod overrides;
mod tables;
mod threads;

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::sizes::new_instance_has_known_values;
use super::{Obj, Still, frame_locals, generator_locals, instance_attributes, paused, text};
pub(super) use number::Number;
pub(super) use tables::*;
pub(super) use threads::thread_ident;

/// The numbers that `REFCYCLE_LAYOUT_OVERRIDE` can change: name, kind and value of each.
#[cfg(feature = "layout-overrides")]
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn layout_numbers() -> Vec<(&'static str, &'static str, usize)> {
    tables::all()
}

/// Parts of the tables, as bits.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Part(u8);

impl Part {
    const NONE: Self = Self(0);
    /// Frames, and from 3.11 on what of code is needed for them.
    const FRAMES: Self = Self(1);
    const GENERATORS: Self = Self(1 << 1);
    const INSTANCES: Self = Self(1 << 2);
    const DICTS: Self = Self(1 << 3);
    const LISTS: Self = Self(1 << 4);
    /// How many attributes an instance has room for.
    const VALUES: Self = Self(1 << 5);

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What the check found to be as the tables say; nothing, before it has.
static KNOWN: AtomicU8 = AtomicU8::new(Part::NONE.0);
static IS_CHECKED: AtomicBool = AtomicBool::new(false);

#[inline]
fn known() -> Part {
    Part(KNOWN.load(Ordering::Relaxed))
}

#[inline]
pub(super) fn frames_are_known() -> bool {
    known().has(Part::FRAMES)
}

#[cfg_attr(not(Py_3_11), allow(dead_code))]
#[inline]
pub(super) fn generators_are_known() -> bool {
    known().has(Part::GENERATORS)
}

/// What generators and frames share.
#[cfg(Py_3_11)]
pub(super) fn code_is_known() -> bool {
    known().has(Part::FRAMES.and(Part::GENERATORS))
}

#[cfg(Py_3_11)]
#[inline]
pub(super) fn instances_are_known() -> bool {
    known().has(Part::INSTANCES)
}

pub(super) fn dicts_are_known() -> bool {
    known().has(Part::DICTS)
}

pub(super) fn lists_are_known() -> bool {
    known().has(Part::LISTS)
}

pub(super) fn values_are_known() -> bool {
    known().has(Part::VALUES)
}

/// Whether the state of a generator says that its frame is no longer there.
#[cfg(Py_3_11)]
#[inline]
pub(super) fn state_is_cleared(state: u8) -> bool {
    isize::from(state as i8) >= generator::CLEARED.get() as isize
}

/// What the values of a new instance say of their number, whose place is known.
fn values_header_fits(instance: &Bound<'_, PyAny>) -> bool {
    let held = instance.as_unbound();
    paused(instance.py(), |heap| {
        new_instance_has_known_values(heap.see(held))
    })
}

/// Compares the tables with objects whose contents are known. What does not fit is not used.
/// Returns what `REFCYCLE_DISTRUST` names and does not exist.
pub(crate) fn check(module: &Bound<'_, PyModule>) -> PyResult<Vec<String>> {
    let py = module.py();
    if IS_CHECKED.load(Ordering::Relaxed) {
        return Ok(Vec::new());
    }
    let scope = PyDict::new(py);
    let found = check::run(py, &scope);
    let found = found.and_then(|found| {
        KNOWN.store(found.0, Ordering::Relaxed);
        read_as_later(py, &scope, found)
    });
    // Nothing is known until all is.
    KNOWN.store(Part::NONE.0, Ordering::Relaxed);
    // A class is always in a cycle: it would be garbage that waits for a collection.
    if let Some(class) = scope.get_item("Instance")? {
        module.setattr("_KnownInstance", class)?;
    }
    // So would be all else that is known: the scope refers to functions, and they to it.
    scope.clear();
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
    KNOWN.store(found.0, Ordering::Relaxed);
    IS_CHECKED.store(true, Ordering::Relaxed);
    Ok(unknown)
}

/// The known objects once more, of what fits so far, with the functions that are used later.
fn read_as_later(py: Python<'_>, scope: &Bound<'_, PyDict>, found: Part) -> PyResult<Part> {
    let object = |name| -> PyResult<_> {
        let found = scope.get_item(name)?;
        Ok(found.expect("the check has made it").unbind())
    };
    let known = KnownObjects {
        values: [object("first")?, object("second")?, object("third")?],
        frame: object("frame")?,
        generator: object("generator")?,
        instance: object("instance")?,
        dicts: [object("by_name")?, object("by_object")?, object("shared")?],
    };
    let wrong = paused(py, |heap| known.misread(heap, found));
    Ok(found.without(wrong))
}

/// Objects whose contents are known.
struct KnownObjects {
    values: [Py<PyAny>; 3],
    frame: Py<PyAny>,
    generator: Py<PyAny>,
    instance: Py<PyAny>,
    dicts: [Py<PyAny>; 3],
}

impl KnownObjects {
    /// What is not read as it should be.
    fn misread<'env>(&'env self, heap: Still<'_, 'env>, found: Part) -> Part {
        const VARIABLES: [&str; 3] = ["argument", "other", "local"];

        let instance = heap.see(&self.instance);
        super::compiled::learn_from(instance);
        let values = self.values.each_ref().map(|value| heap.see(value));
        let fits = |names: &[&str], found: Vec<(String, Obj<'_>)>| {
            let expected = names.iter().zip(values);
            found.len() == names.len()
                && found
                    .iter()
                    .zip(expected)
                    .all(|((name, value), (known, object))| name == known && *value == object)
        };
        let attributes = || {
            let attributes = instance_attributes(instance).into_iter();
            let named = attributes.filter_map(|(name, value)| Some((text(name, 100)?.0, value)));
            cfg!(not(Py_3_11)) || fits(&["first", "second"], named.collect())
        };
        let mut wrong = Part::NONE;
        if !fits(&VARIABLES, frame_locals(heap.see(&self.frame))) {
            wrong = wrong.and(Part::FRAMES);
        }
        if !fits(&VARIABLES, generator_locals(heap.see(&self.generator))) {
            wrong = wrong.and(Part::GENERATORS);
        }
        if !attributes() {
            wrong = wrong.and(Part::INSTANCES).and(Part::VALUES);
        }
        let mut dicts = self.dicts.iter().map(|dict| heap.see(dict));
        if !found.has(Part::DICTS) || !dicts.all(super::dicts::fits_traversal) {
            wrong = wrong.and(Part::DICTS);
        }
        wrong
    }
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
    cfg!(Py_3_14) && frames_are_known()
}

/// Whether what the variables of running calls refer to cannot be seen. Up to 3.10 frames
/// show it themselves.
pub(crate) fn running_calls_are_unseen() -> bool {
    cfg!(Py_3_11) && !frames_are_known()
}

/// What depends on layouts, and why it is not available where it is not.
pub(crate) fn capabilities() -> [(&'static str, Result<(), &'static str>); 7] {
    const CHANGED: &str = "the layout of this Python's private structures is not the one that \
                           this build of refcycle knows, or REFCYCLE_DISTRUST names it";

    let found = known();
    let known = |part| {
        if found.has(part) {
            Ok(())
        } else {
            Err(CHANGED)
        }
    };
    [
        ("frame_locals", known(Part::FRAMES)),
        (
            "frame_stacks",
            if cfg!(Py_3_14) {
                known(Part::FRAMES)
            } else {
                Err(
                    "before Python 3.14 a running frame does not say how much of its value \
                     stack is in use; that of suspended generators is seen",
                )
            },
        ),
        ("generator_locals", known(Part::GENERATORS)),
        ("attribute_names", known(Part::INSTANCES)),
        ("attribute_sizes", known(Part::VALUES)),
        ("dict_tables", known(Part::DICTS)),
        (
            "frozen_objects",
            if cfg!(Py_3_14) {
                Ok(())
            } else {
                known(Part::LISTS)
            },
        ),
    ]
}
