//! Generators, coroutines and asynchronous generators.

use super::Obj;
#[cfg(Py_3_11)]
use super::frames::{Frame, interpreter_frame};
#[cfg(Py_3_11)]
use super::{layout, types::is_generator};

/// The locals of a suspended generator by name; empty if the object is not a generator.
#[cfg(Py_3_11)]
pub(crate) fn generator_locals(object: Obj<'_>) -> Vec<(String, Obj<'_>)> {
    frame_of(object).map_or_else(Vec::new, Frame::locals)
}

/// The function, the code and, if it has been created, the frame object of a generator that has not
/// finished.
#[cfg(Py_3_11)]
pub(crate) fn generator_fields(object: Obj<'_>) -> Vec<(&'static str, Obj<'_>)> {
    let fields = frame_of(object).map_or_else(Vec::new, Frame::fields);
    let rename = |(name, value)| match name {
        "f_code" => (code_attribute(object), value),
        _ => (name, value),
    };
    let fields = fields.into_iter().map(rename);
    let frame = frame_of(object).and_then(Frame::object);
    let frame = frame.map(|frame| (frame_attribute(object), frame));
    let fields = fields.chain(frame);
    fields.chain(fields_before_frame(object)).collect()
}

/// The value stack of a suspended generator, from its bottom; empty if the object is not a
/// generator.
#[cfg(Py_3_11)]
pub(crate) fn generator_stack(object: Obj<'_>) -> Vec<Option<Obj<'_>>> {
    frame_of(object).map_or_else(Vec::new, Frame::stack)
}

/// Fields of the generator itself, recognised among the references that its traversal shows.
#[cfg(Py_3_11)]
fn fields_before_frame(object: Obj<'_>) -> Vec<(&'static str, Obj<'_>)> {
    let origin = if object.ty().is(&raw mut pyo3::ffi::PyCoro_Type) {
        "cr_origin"
    } else {
        "ag_origin_or_finalizer"
    };
    let places = [
        ("exc_value", layout::generator::EXC_VALUE),
        (origin, layout::generator::ORIGIN),
    ];
    if !is_generator(object) || !layout::generators_are_known() {
        return Vec::new();
    }
    let mut found = Vec::new();
    object.traverse(|referent| {
        for (name, offset) in places {
            // SAFETY: both words are within a generator.
            let word = unsafe { object.word(offset.get()) };
            if word == referent.address() && !found.contains(&(name, referent)) {
                found.push((name, referent));
            }
        }
    });
    found
}

/// The object that a generator awaits or delegates to, with the attribute name; `None` if it does
/// not wait.
#[cfg(Py_3_11)]
pub(crate) fn awaited(object: Obj<'_>) -> Option<(&'static str, Obj<'_>)> {
    let attribute = match code_attribute(object) {
        "cr_code" => c"cr_await",
        "ag_code" => c"ag_await",
        _ => c"gi_yieldfrom",
    };
    if !is_generator(object) {
        return None;
    }
    // SAFETY: the type is one of CPython's own; the getter looks at the stack.
    let value = unsafe { super::getters::computed(object.raw_type(), object, attribute) }?;
    Some((attribute.to_str().ok()?, value))
}

/// The attribute for the code of this kind of generator.
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

/// The attribute for the frame of this kind of generator.
#[cfg(Py_3_11)]
fn frame_attribute(object: Obj<'_>) -> &'static str {
    match code_attribute(object) {
        "cr_code" => "cr_frame",
        "ag_code" => "ag_frame",
        _ => "gi_frame",
    }
}

/// The frame inside a generator that has not ended.
#[cfg(Py_3_11)]
fn frame_of(object: Obj<'_>) -> Option<Frame<'_>> {
    if !is_generator(object) || !layout::generators_are_known() {
        return None;
    }
    // SAFETY: a generator has this field and the byte before it; the frame inside it is valid until
    // it is cleared.
    unsafe {
        let start = object
            .as_ptr()
            .cast::<u8>()
            .add(layout::generator::FRAME.get());
        let state = object.as_ptr().cast::<u8>();
        let state = state.add(layout::generator::STATE.get()).read();
        (!layout::state_is_cleared(state)).then(|| Frame::new(start))
    }
}

/// The locals of a suspended generator by name. Up to 3.10, they belong to its frame, which is a
/// separate vertex.
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
    use super::layout::{self, generator as at};

    if !super::types::is_generator(object) || !layout::generators_are_known() {
        return Vec::new();
    }
    let last = [
        (&raw mut pyo3::ffi::PyCoro_Type, "cr_origin"),
        (&raw mut pyo3::ffi::PyAsyncGen_Type, "ag_finalizer"),
    ];
    let last = last.into_iter().find(|&(ty, _)| object.ty().is(ty));
    [("gi_frame", at::FRAME.get()), ("gi_code", at::CODE.get())]
        .into_iter()
        .chain(last.map(|(_, name)| (name, at::LAST.get())))
        // SAFETY: these fields of such an object hold references.
        .filter_map(|(name, offset)| Some((name, unsafe { object.field(offset) }?)))
        .collect()
}

/// Up to 3.10, the stack belongs to the frame.
#[cfg(not(Py_3_11))]
pub(crate) fn generator_stack(_object: Obj<'_>) -> Vec<Option<Obj<'_>>> {
    Vec::new()
}

/// Up to 3.10, the object for which a generator waits is on the stack of its frame.
#[cfg(not(Py_3_11))]
pub(crate) fn awaited(_object: Obj<'_>) -> Option<(&'static str, Obj<'_>)> {
    None
}

/// The addresses of references that a generator's traversal shows but the generator does not count,
/// once for each such reference; `None` if the object is not a generator.
#[cfg(Py_3_14)]
pub(super) fn uncounted(object: Obj<'_>) -> Option<Vec<usize>> {
    frame_of(object).map(Frame::uncounted)
}

/// The name of the function of a generator, a coroutine or an asynchronous generator, as long as it
/// has a frame.
pub(crate) fn generator_function(object: Obj<'_>) -> Option<String> {
    let mut fields = generator_fields(object).into_iter();
    let (_, code) = fields.find(|&(name, _)| name.ends_with("_code"))?;
    super::frames::code_text(code, "co_name")
}

/// The code that a frame or a generator executes, and the offset of its current instruction; `None`
/// if it has ended or is of another type.
#[cfg(Py_3_11)]
pub(crate) fn execution(object: Obj<'_>) -> Option<(Obj<'_>, i32)> {
    let frame = interpreter_frame(object).or_else(|| frame_of(object))?;
    frame.execution()
}

/// Up to 3.10, the frame object itself records this.
#[cfg(not(Py_3_11))]
pub(crate) fn execution(_object: Obj<'_>) -> Option<(Obj<'_>, i32)> {
    None
}

/// The file and the current line of a generator, a coroutine or an asynchronous generator, as long
/// as it has a frame.
#[cfg(Py_3_11)]
pub(crate) fn generator_position(object: Obj<'_>) -> Option<(String, i32)> {
    frame_of(object)?.position()
}

/// The file and the current line of a generator, a coroutine or an asynchronous generator, as long
/// as it has a frame.
#[cfg(not(Py_3_11))]
pub(crate) fn generator_position(object: Obj<'_>) -> Option<(String, i32)> {
    let mut fields = generator_fields(object).into_iter();
    let (_, frame) = fields.find(|&(name, _)| name == "gi_frame")?;
    super::frame_position(frame)
}
