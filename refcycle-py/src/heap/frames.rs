//! Frames: those that are running, and what a frame refers to.

#[cfg(Py_3_11)]
mod interpreter;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::layout;
use super::{Obj, text};

/// A frame on the stack of a thread.
pub(crate) type RunningFrame<'py> = Bound<'py, PyAny>;

/// The frames of all threads of this interpreter, each thread's innermost first. Makes
/// their frame objects, which CPython makes when somebody first asks.
pub(crate) fn running_frames(py: Python<'_>) -> PyResult<Vec<RunningFrame<'_>>> {
    let innermost = py.import("sys")?.call_method0("_current_frames")?;
    let mut frames = Vec::new();
    for frame in innermost.cast::<PyDict>()?.values() {
        let mut next = Some(frame);
        while let Some(frame) = next {
            // SAFETY: it is a frame; a new reference or null is returned, without an
            // exception.
            next = unsafe {
                let back = ffi::PyFrame_GetBack(frame.as_ptr().cast());
                Bound::from_owned_ptr_or_opt(py, back.cast())
            };
            frames.push(frame);
        }
    }
    Ok(frames)
}

fn is_frame(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe { ffi::PyFrame_Check(object.as_ptr()) != 0 }
}

/// Names for the slots of a frame: locals, then cells, then free variables.
struct Names<'h>(Vec<Obj<'h>>);

impl<'h> Names<'h> {
    fn get(&self, slot: usize) -> String {
        self.0
            .get(slot)
            .and_then(|&name| text(name, 200))
            .map_or_else(String::new, |(name, _)| name)
    }
}

#[cfg(Py_3_11)]
pub(super) use interpreter::{Frame, interpreter_frame};

/// The locals, cells and free variables of a frame that are not empty, by name.
#[cfg(Py_3_11)]
pub(crate) fn frame_locals(object: Obj<'_>) -> Vec<(String, Obj<'_>)> {
    interpreter_frame(object).map_or_else(Vec::new, Frame::locals)
}

/// The other references of a frame, by attribute name. `f_func` is the function that
/// is called; it holds the globals and the builtins.
#[cfg(Py_3_11)]
pub(crate) fn frame_fields(object: Obj<'_>) -> Vec<(&'static str, Obj<'_>)> {
    let Some(frame) = interpreter_frame(object) else {
        return Vec::new();
    };
    // SAFETY: both fields are in every frame object.
    let (back, trace) = unsafe {
        (
            object.field(layout::frame::BACK),
            object.field(layout::frame::TRACE),
        )
    };
    let back = back.or_else(|| {
        if frame.is_owned_by_object() {
            None
        } else {
            frame.caller()
        }
    });
    [("f_back", back), ("f_trace", trace)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .chain(frame.fields())
        .collect()
}

/// Shows what a frame refers to and its traversal does not: a frame that runs owns
/// nothing of what it refers to, in the collector's eyes.
#[cfg(Py_3_11)]
pub(super) fn see_unshown<'h>(object: Obj<'h>, is_running: bool, mut see: impl FnMut(Obj<'h>)) {
    let Some(frame) = interpreter_frame(object) else {
        return;
    };
    if frame.is_owned_by_object() || !(is_running || frame.is_owned_by_thread()) {
        return;
    }
    // SAFETY: the field is in every frame object.
    if unsafe { object.field(layout::frame::BACK) }.is_none() {
        frame.caller().into_iter().for_each(&mut see);
    }
    for (_, value) in frame.fields() {
        see(value);
    }
    for (_, value) in frame.locals() {
        see(value);
    }
}

/// The locals, cells and free variables of a frame that are not empty, by name.
#[cfg(not(Py_3_11))]
pub(crate) fn frame_locals(object: Obj<'_>) -> Vec<(String, Obj<'_>)> {
    use super::{members, sequence_items};

    if !is_frame(object) || !layout::frames_are_known() {
        return Vec::new();
    }
    // SAFETY: a frame object has the field, which holds its code.
    let Some(code) = (unsafe { object.field(layout::frame::CODE) }) else {
        return Vec::new();
    };
    let mut names = Names(Vec::new());
    for wanted in ["co_varnames", "co_cellvars", "co_freevars"] {
        let part = members(code).find(|&(name, _)| name == wanted);
        let part = part.and_then(|(_, tuple)| sequence_items(tuple));
        names.0.extend(part.into_iter().flatten().flatten());
    }
    (0..names.0.len())
        .filter_map(|slot| {
            // SAFETY: a frame has a slot for each of these names.
            let value = unsafe { object.field(layout::frame::LOCALS + slot * 8) };
            Some((names.get(slot), value?))
        })
        .collect()
}

/// The other references of a frame, by attribute name.
#[cfg(not(Py_3_11))]
pub(crate) fn frame_fields(object: Obj<'_>) -> Vec<(&'static str, Obj<'_>)> {
    const FIELDS: [(&str, usize); 6] = [
        ("f_back", 24),
        ("f_code", layout::frame::CODE),
        ("f_builtins", 40),
        ("f_globals", 48),
        ("f_locals", 56),
        ("f_trace", 72),
    ];
    if !is_frame(object) || !layout::frames_are_known() {
        return Vec::new();
    }
    FIELDS
        .iter()
        // SAFETY: these fields of a frame object hold references.
        .filter_map(|&(name, offset)| Some((name, unsafe { object.field(offset) }?)))
        .collect()
}

/// Up to 3.10 the traversal of a frame shows everything.
#[cfg(not(Py_3_11))]
pub(super) fn see_unshown<'h>(_object: Obj<'h>, _is_running: bool, _see: impl FnMut(Obj<'h>)) {}

/// The file of a frame and the line that it has reached.
pub(crate) fn frame_position(object: Obj<'_>) -> Option<(String, i32)> {
    if !is_frame(object) {
        return None;
    }
    // SAFETY: it is a frame; its code is a new reference, let go at once, as the frame
    // holds another.
    let (code, line) = unsafe {
        let frame = object.as_ptr().cast();
        let code = ffi::PyFrame_GetCode(frame).cast::<ffi::PyObject>();
        ffi::Py_DECREF(code);
        (Obj::new(code), ffi::PyFrame_GetLineNumber(frame))
    };
    let (_, file) = super::members(code).find(|&(name, _)| name == "co_filename")?;
    Some((text(file, 4096)?.0, line))
}
