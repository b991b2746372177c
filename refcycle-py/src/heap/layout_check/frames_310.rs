//! Checks the layout tables for frames and generators, up to 3.10.

use pyo3::prelude::*;

use super::memory::Memory;
use super::slots::{slots, with_slots};
use crate::heap::layout::{frame, generator};

pub(super) fn on_this_stack<T>(run: impl FnOnce() -> T) -> T {
    run()
}

/// Whether a frame has this code, these values in its first slots, and this number of objects on
/// its stack.
fn is_frame_of(
    object: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
    values: &[Bound<'_, PyAny>],
    depth: Option<i32>,
) -> PyResult<bool> {
    let code = function.getattr("__code__")?;
    let (variables, _) = slots(&code)?;
    let memory = with_slots(object, &code)?;
    let has = |place, attribute| -> PyResult<bool> {
        let value = object.getattr(attribute)?;
        Ok(memory.has(place, value.as_ptr() as usize))
    };
    let stack = (memory.start + 8 * variables).wrapping_add(frame::LOCALS.get());
    let says = memory.half(frame::STACK_DEPTH.get());
    Ok(memory.has(frame::CODE, code.as_ptr() as usize)
        && has(frame::GLOBALS, "f_globals")?
        && has(frame::BUILTINS, "f_builtins")?
        && memory.has(frame::LOCALS_DICT, 0)
        && memory.has(frame::STACK, stack)
        && memory.has_all(frame::LOCALS.get(), values)
        && depth.is_none_or(|depth| says == Some(depth)))
}

pub(super) fn is_finished(
    object: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
    values: &[Bound<'_, PyAny>],
) -> PyResult<bool> {
    is_frame_of(object, function, values, Some(0))
}

pub(super) fn is_cleared_frame(
    object: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
) -> PyResult<bool> {
    is_frame_of(object, function, &[], Some(0))
}

pub(super) fn is_suspended(
    object: &Bound<'_, PyAny>,
    frame_object: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
    values: &[Bound<'_, PyAny>],
    on_stack: Option<&[Bound<'_, PyAny>]>,
) -> PyResult<bool> {
    let code = function.getattr("__code__")?;
    let (variables, _) = slots(&code)?;
    let memory = with_slots(frame_object, &code)?;
    // SAFETY: it is a generator.
    let fields = unsafe { Memory::of(object, 0) };
    let bottom = frame::LOCALS.get().wrapping_add(8 * variables);
    let depth = on_stack.map(|on_stack| on_stack.len() as i32);
    Ok(fields.has(generator::FRAME, frame_object.as_ptr() as usize)
        && fields.has(generator::CODE, code.as_ptr() as usize)
        && memory.has_all(bottom, on_stack.unwrap_or_default())
        && is_frame_of(frame_object, function, values, depth)?)
}

/// Whether the frame of a generator has been cleared.
pub(super) fn is_cleared(fields: Memory) -> Option<bool> {
    Some(fields.has(generator::FRAME, 0))
}

pub(super) fn generator_field(fields: Memory, name: &str, value: usize) -> bool {
    // The field with the handled exception is not read.
    name == "exception" || fields.has(generator::LAST, value)
}

/// No field of code is read.
pub(super) fn code_fits(_object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(true)
}

/// A code object has its attributes as fields.
pub(super) fn cache_fits(_object: &Bound<'_, PyAny>, _bytes: &Bound<'_, PyAny>) -> bool {
    true
}

/// A frame object is valid while its call runs.
pub(super) fn set_ready(_is_ready: bool) {}

pub(super) fn body_fits(object: &Bound<'_, PyAny>, names: &Bound<'_, PyAny>) -> PyResult<bool> {
    // SAFETY: it is a frame.
    let fields = unsafe { Memory::of(object, 0) };
    Ok(fields.has(frame::LOCALS_DICT, names.as_ptr() as usize))
}

pub(super) fn running_fits(
    _innermost: (Bound<'_, PyAny>, Bound<'_, PyAny>),
    object: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
    values: &[Bound<'_, PyAny>],
    caller: (Bound<'_, PyAny>, Bound<'_, PyAny>),
    holder: Option<Bound<'_, PyAny>>,
) -> PyResult<bool> {
    // SAFETY: it is a frame.
    let fields = unsafe { Memory::of(object, 0) };
    let is_held = holder.is_none_or(|holder| {
        // SAFETY: it is a generator.
        let holder = unsafe { Memory::of(&holder, 0) };
        holder.has(generator::FRAME, object.as_ptr() as usize)
    });
    // A running frame does not say how much of its stack is in use.
    Ok(is_held
        && fields.has(frame::BACK, caller.0.as_ptr() as usize)
        && is_frame_of(object, function, values, Some(-1))?)
}
