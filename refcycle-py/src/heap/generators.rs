//! Generators, coroutines and asynchronous generators.

use super::Obj;
#[cfg(Py_3_11)]
use super::{frames::Frame, layout, types::is_generator};

/// The locals of a suspended generator by name; none when the object is no generator.
#[cfg(Py_3_11)]
pub(crate) fn generator_locals(object: Obj<'_>) -> Vec<(String, Obj<'_>)> {
    frame_of(object).map_or_else(Vec::new, Frame::locals)
}

/// The function and the code of a generator that has not finished.
#[cfg(Py_3_11)]
pub(crate) fn generator_fields(object: Obj<'_>) -> Vec<(&'static str, Obj<'_>)> {
    let fields = frame_of(object).map_or_else(Vec::new, Frame::fields);
    let rename = |(name, value)| match name {
        "f_code" => (code_attribute(object), value),
        _ => (name, value),
    };
    fields.into_iter().map(rename).collect()
}

/// What the code of a generator of this kind is called.
#[cfg(Py_3_11)]
fn code_attribute(object: Obj<'_>) -> &'static str {
    let ty = object.ty();
    if ty.is(&raw mut pyo3::ffi::PyCoro_Type) {
        "cr_code"
    } else if ty.is(&raw mut pyo3::ffi::PyAsyncGen_Type) {
        "ag_code"
    } else {
        "gi_code"
    }
}

#[cfg(Py_3_11)]
fn frame_of(object: Obj<'_>) -> Option<Frame<'_>> {
    /// `FRAME_CLEARED`: from this state on the frame is no longer there.
    const STATE_CLEARED: i8 = 4;

    if !is_generator(object) || !layout::generators_are_known() {
        return None;
    }
    // SAFETY: a generator has the field and the byte before it; the frame within it is
    // whole until it is cleared.
    unsafe {
        let start = object.as_ptr().cast::<u8>().add(layout::GENERATOR_FRAME);
        let state = object
            .as_ptr()
            .cast::<i8>()
            .add(layout::GENERATOR_STATE)
            .read();
        (state < STATE_CLEARED).then(|| Frame::new(start))
    }
}

/// The locals of a suspended generator by name. Up to 3.10 they belong to its frame, a
/// vertex of its own.
#[cfg(not(Py_3_11))]
pub(crate) fn generator_locals(object: Obj<'_>) -> Vec<(String, Obj<'_>)> {
    generator_fields(object)
        .into_iter()
        .find(|&(name, _)| name == "gi_frame")
        .map_or_else(Vec::new, |(_, frame)| super::frame_locals(frame))
}

/// The frame and the code of a generator.
#[cfg(not(Py_3_11))]
pub(crate) fn generator_fields(object: Obj<'_>) -> Vec<(&'static str, Obj<'_>)> {
    /// `PyGenObject.gi_frame` and `gi_code`.
    const FIELDS: [(&str, usize); 2] = [("gi_frame", 16), ("gi_code", 24)];

    if !super::types::is_generator(object) {
        return Vec::new();
    }
    FIELDS
        .iter()
        // SAFETY: these fields of a generator hold references.
        .filter_map(|&(name, offset)| Some((name, unsafe { object.field(offset) }?)))
        .collect()
}
