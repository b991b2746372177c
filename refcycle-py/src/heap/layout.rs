//! Where CPython keeps what it does not publish: one table a version, checked on known
//! objects when the package is imported.
//!
//! A wheel is built for one minor version. Private layouts may still change in a patch
//! release: then the check fails, what depends on it is left out (labels, locals of
//! running frames), and the import says so in a warning.

use std::sync::OnceLock;

use pyo3::ffi::c_str;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Still, frame_locals, generator_locals, instance_attributes, text};

/// Offsets in bytes within a frame object and the frame that the interpreter runs.
#[cfg(Py_3_11)]
pub(super) mod frame {
    /// `PyFrameObject.f_back`, set only when the frame is no longer running.
    pub(in super::super) const BACK: usize = 16;
    /// `PyFrameObject.f_frame`: the interpreter's frame.
    pub(in super::super) const FRAME: usize = 24;
    /// `PyFrameObject.f_trace`.
    pub(in super::super) const TRACE: usize = 32;

    /// How far the slots of a frame are in use: `stacktop`, a count of 32 bits, which is
    /// negative while the frame runs; from 3.14 on `stackpointer`, an address or null.
    pub(in super::super) const STACK_TOP: usize = 64;

    // `_PyInterpreterFrame`
    #[cfg(not(Py_3_12))]
    mod interpreter {
        pub(in super::super::super) const FUNCTION: usize = 0;
        pub(in super::super::super) const LOCALS_DICT: usize = 24;
        pub(in super::super::super) const CODE: usize = 32;
        pub(in super::super::super) const OBJECT: usize = 40;
        pub(in super::super::super) const PREVIOUS: usize = 48;
        pub(in super::super::super) const OWNER: usize = 69;
        pub(in super::super::super) const LOCALS: usize = 72;
    }
    #[cfg(Py_3_12)]
    mod interpreter {
        pub(in super::super::super) const CODE: usize = 0;
        pub(in super::super::super) const PREVIOUS: usize = 8;
        pub(in super::super::super) const FUNCTION: usize = 16;
        pub(in super::super::super) const LOCALS_DICT: usize = 40;
        pub(in super::super::super) const OBJECT: usize = 48;
        pub(in super::super::super) const OWNER: usize = if cfg!(Py_3_14) { 74 } else { 70 };
        pub(in super::super::super) const LOCALS: usize = if cfg!(Py_3_14) { 80 } else { 72 };
    }
    pub(in super::super) use interpreter::*;

    /// `owner` of a frame that a thread runs, of one in a generator, of one in a frame
    /// object. Higher values are frames of the interpreter's own.
    pub(in super::super) const OWNED_BY_THREAD: u8 = 0;
    pub(in super::super) const OWNED_BY_FRAME_OBJECT: u8 = 2;
}

/// `PyFrameObject.f_localsplus`, the last field.
#[cfg(not(Py_3_11))]
pub(super) mod frame {
    pub(in super::super) const CODE: usize = 32;
    pub(in super::super) const LOCALS: usize = 352;
}

/// `PyCodeObject.co_localsplusnames`.
#[cfg(Py_3_11)]
pub(super) const CODE_LOCAL_NAMES: usize = 96;

/// `PyGenObject.gi_iframe`: the interpreter's frame within the generator.
#[cfg(all(Py_3_11, not(Py_3_12)))]
pub(super) const GENERATOR_FRAME: usize = 80;
#[cfg(Py_3_12)]
pub(super) const GENERATOR_FRAME: usize = 72;

/// `PyGenObject.gi_frame_state`, a byte.
#[cfg(all(Py_3_11, not(Py_3_12)))]
pub(super) const GENERATOR_STATE: usize = 75;
#[cfg(Py_3_12)]
pub(super) const GENERATOR_STATE: usize = 67;

/// Offsets in bytes within the table of keys that the instances of a class share.
#[cfg(Py_3_11)]
pub(super) mod shared_keys {
    pub(in super::super) const LOG2_INDEX_BYTES: usize = 9;
    pub(in super::super) const KIND: usize = 10;
    pub(in super::super) const KIND_SPLIT: u8 = 2;
    pub(in super::super) const ENTRY_COUNT: usize = 24;
    pub(in super::super) const INDICES: usize = 32;
    pub(in super::super) const ENTRY_SIZE: usize = 16;
}

/// What the check found to be as the tables say.
#[derive(Clone, Copy, Default)]
struct Checked {
    frames: bool,
    generators: bool,
    instances: bool,
}

static CHECKED: OnceLock<Checked> = OnceLock::new();

fn checked() -> Checked {
    CHECKED.get().copied().unwrap_or(Checked {
        // Only during the check itself: the tables are taken at their word.
        frames: true,
        generators: true,
        instances: true,
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

const KNOWN_OBJECTS: &std::ffi::CStr = c_str!(
    "
import sys

class Instance:
    pass

instance = Instance()
instance.first = first = object()
instance.second = second = object()

def call(argument):
    local = second
    return sys._getframe()

def generate(argument):
    local = second
    yield

frame = call(first)
generator = generate(first)
next(generator)
"
);

/// Compares the tables with objects whose contents are known. Returns what does not fit,
/// in words.
pub(crate) fn check(py: Python<'_>) -> PyResult<Vec<&'static str>> {
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
    let values = [heap.see(&first), heap.see(&second)];
    let fits = |names: [&str; 2], found: Vec<(String, _)>| {
        found.len() == 2
            && found
                .iter()
                .zip(names.iter().zip(values))
                .all(|((name, value), (expected, object))| name == expected && *value == object)
    };
    let found = Checked {
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
    };
    let _ = CHECKED.set(found);
    Ok([
        (found.frames, "the locals of running frames"),
        (found.generators, "the locals of generators"),
        (found.instances, "the names of instance attributes"),
    ]
    .into_iter()
    .filter_map(|(fits, what)| (!fits).then_some(what))
    .collect())
}
