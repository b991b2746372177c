//! Checks the layout tables for frames, generators and code, on 3.11 and later.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

use super::memory::Memory;
use super::slots::{slots, with_slots};
use crate::heap::layout::{code, frame, generator, state_is_cleared};
use crate::heap::peek::peek;

/// The minimum number of bytes before the slots of a frame; internal frames of the interpreter have
/// them too.
const HEAD: usize = if cfg!(Py_3_14) { 80 } else { 72 };

/// The far end of the part of this thread's stack on which the test calls run.
static FAR_END: AtomicUsize = AtomicUsize::new(0);

/// Whether it has been verified where a frame object points to its frame.
static IS_READY: AtomicBool = AtomicBool::new(false);

pub(super) fn on_this_stack<T>(run: impl FnOnce() -> T) -> T {
    let here = 0u8;
    FAR_END.store(&raw const here as usize, Ordering::Relaxed);
    let result = run();
    FAR_END.store(0, Ordering::Relaxed);
    IS_READY.store(false, Ordering::Relaxed);
    result
}

/// Whether a frame has this code, this function, this owner and, in its first slots, these values.
fn is_frame_of(
    memory: Memory,
    function: &Bound<'_, PyAny>,
    owner: usize,
    values: &[Bound<'_, PyAny>],
) -> PyResult<bool> {
    let code = function.getattr("__code__")?.as_ptr() as usize;
    Ok(memory.reference(frame::CODE.get()) == Some(code)
        && memory.reference(frame::FUNCTION.get()) == Some(function.as_ptr() as usize)
        && memory.has(frame::LOCALS_DICT, 0)
        && memory.byte(frame::OWNER.get()) == Some(owner)
        && memory.has_all(frame::LOCALS.get(), values))
}

/// The number of slots in use according to the frame; `None` if it does not say.
fn slots_in_use(memory: Memory) -> Option<usize> {
    let place = frame::STACK_TOP.get();
    if cfg!(Py_3_14) {
        let top = memory.word(place)?;
        let used = top.checked_sub(memory.start + frame::LOCALS.get())?;
        used.is_multiple_of(8).then_some(used / 8)
    } else {
        usize::try_from(memory.half(place)?).ok()
    }
}

/// Whether exactly these objects are on the value stack.
fn has_on_stack(memory: Memory, first: usize, objects: &[Bound<'_, PyAny>]) -> bool {
    slots_in_use(memory) == Some(first + objects.len())
        && memory.has_all(frame::LOCALS.get().wrapping_add(8 * first), objects)
}

/// The frame object of a call that has returned contains the frame.
fn own_frame(object: &Bound<'_, PyAny>, function: &Bound<'_, PyAny>) -> PyResult<Option<Memory>> {
    let memory = with_slots(object, &function.getattr("__code__")?)?;
    Ok(memory
        .word(frame::FRAME.get())
        .and_then(|start| memory.from(start)))
}

pub(super) fn is_finished(
    object: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
    values: &[Bound<'_, PyAny>],
) -> PyResult<bool> {
    let owner = frame::OWNED_BY_FRAME_OBJECT.get();
    let Some(memory) = own_frame(object, function)? else {
        return Ok(false);
    };
    Ok(is_frame_of(memory, function, owner, values)? && slots_in_use(memory) == Some(values.len()))
}

pub(super) fn is_cleared_frame(
    object: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
) -> PyResult<bool> {
    Ok(own_frame(object, function)?.is_some_and(|memory| slots_in_use(memory) == Some(0)))
}

/// The frame of a suspended generator is inside the generator.
pub(super) fn is_suspended(
    object: &Bound<'_, PyAny>,
    frame_object: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
    values: &[Bound<'_, PyAny>],
    on_stack: Option<&[Bound<'_, PyAny>]>,
) -> PyResult<bool> {
    let code = function.getattr("__code__")?;
    let (variables, stack) = slots(&code)?;
    let start = object.as_ptr() as usize + generator::FRAME.get();
    // SAFETY: it is a frame object.
    let fields = unsafe { Memory::of(frame_object, 0) };
    let Some(memory) = with_slots(object, &code)?.from(start) else {
        return Ok(false);
    };
    let stack_fits = match on_stack {
        Some(on_stack) => has_on_stack(memory, variables, on_stack),
        None => {
            slots_in_use(memory).is_some_and(|used| variables < used && used <= variables + stack)
        }
    };
    let owner = frame::OWNED_BY_GENERATOR.get();
    Ok(stack_fits
        && fields.has(frame::FRAME, start)
        && memory.has(frame::OBJECT, frame_object.as_ptr() as usize)
        && is_frame_of(memory, function, owner, values)?)
}

/// Whether the frame of a generator has been cleared, according to its state.
pub(super) fn is_cleared(fields: Memory) -> Option<bool> {
    let state = fields.byte(generator::STATE.get())?;
    Some(state_is_cleared(state as u8))
}

pub(super) fn generator_field(fields: Memory, name: &str, value: usize) -> bool {
    let place = match name {
        "exception" => generator::EXC_VALUE,
        _ => generator::ORIGIN,
    };
    fields.has(place, value)
}

pub(super) fn code_fits(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let (variables, stack) = slots(object)?;
    // SAFETY: it is a code object.
    let fields = unsafe { Memory::of(object, 0) };
    let has = |place: usize, count: usize| fields.half(place) == i32::try_from(count).ok();
    if !has(code::STACK_SIZE.get(), stack) || !has(code::LOCAL_COUNT.get(), variables) {
        return Ok(false);
    }
    let mut names: Vec<Bound<'_, PyAny>> = Vec::new();
    for attribute in ["co_varnames", "co_cellvars", "co_freevars"] {
        for name in object.getattr(attribute)?.try_iter()? {
            let name = name?;
            if !names.iter().any(|other| other.is(&name)) {
                names.push(name);
            }
        }
    }
    if !kinds_fit(fields, variables) {
        return Ok(false);
    }
    let tuple = fields.word(code::LOCAL_NAMES.get()).unwrap_or(0);
    let before_items = std::mem::offset_of!(ffi::PyTupleObject, ob_item) / 8;
    let Some(words) = peek(tuple, before_items + variables) else {
        return Ok(false);
    };
    let items = &words[before_items..];
    let count = std::mem::offset_of!(ffi::PyVarObject, ob_size) / 8;
    Ok(words[1] == &raw const ffi::PyTuple_Type as usize
        && words[count] == variables
        && items.len() == names.len()
        && items
            .iter()
            .zip(&names)
            .all(|(&item, name)| item == name.as_ptr() as usize))
}

/// Whether a code object has bytes with one item for each variable.
fn kinds_fit(fields: Memory, variables: usize) -> bool {
    let kinds = fields.word(code::LOCAL_KINDS.get()).unwrap_or(0);
    let count = std::mem::offset_of!(ffi::PyVarObject, ob_size) / 8;
    peek(kinds, count + 1).is_some_and(|words| {
        words[1] == &raw const ffi::PyBytes_Type as usize && words[count] == variables
    })
}

/// Whether a code object keeps its bytes, which it was asked for.
pub(super) fn cache_fits(object: &Bound<'_, PyAny>, bytes: &Bound<'_, PyAny>) -> bool {
    // SAFETY: it is a code object.
    let fields = unsafe { Memory::of(object, 0) };
    let kept = fields.word(code::CACHED.get()).unwrap_or(0);
    let kept = match cfg!(Py_3_12) {
        true => peek(kept, 1).map_or(0, |words| words[0]),
        false => kept,
    };
    kept == bytes.as_ptr() as usize
}

pub(super) fn set_ready(is_ready: bool) {
    IS_READY.store(is_ready, Ordering::Relaxed);
}

/// The frame of a running call, to which its frame object points.
fn running_frame(object: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<Option<Memory>> {
    if !IS_READY.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let (variables, stack) = slots(code)?;
    // SAFETY: it is a frame object.
    let fields = unsafe { Memory::of(object, 0) };
    let start = fields.word(frame::FRAME.get()).unwrap_or(0);
    // SAFETY: the frame objects of a finished call and of a generator have shown that the field is
    // the address of a frame. The frame has a word for each slot of its code.
    Ok((start != 0).then(|| unsafe { Memory::new(start, HEAD + 8 * (variables + stack)) }))
}

pub(super) fn body_fits(object: &Bound<'_, PyAny>, names: &Bound<'_, PyAny>) -> PyResult<bool> {
    let code = object.getattr("f_code")?;
    let memory = running_frame(object, &code)?;
    Ok(memory.is_some_and(|memory| {
        memory.has(frame::OBJECT, object.as_ptr() as usize)
            && memory.has(frame::LOCALS_DICT, names.as_ptr() as usize)
    }))
}

pub(super) fn running_fits(
    innermost: (Bound<'_, PyAny>, Bound<'_, PyAny>),
    object: &Bound<'_, PyAny>,
    function: &Bound<'_, PyAny>,
    values: &[Bound<'_, PyAny>],
    caller: (Bound<'_, PyAny>, Bound<'_, PyAny>),
    holder: Option<Bound<'_, PyAny>>,
) -> PyResult<bool> {
    let (caller, on_stack_of_caller) = caller;
    let code = function.getattr("__code__")?;
    let (variables, stack) = slots(&code)?;
    let (innermost, on_innermost_stack) = innermost;
    let (Some(last), Some(memory), Some(waiting)) = (
        running_frame(&innermost, &innermost.getattr("f_code")?)?,
        running_frame(object, &code)?,
        running_frame(&caller, &caller.getattr("f_code")?)?,
    ) else {
        return Ok(false);
    };
    let (owner, is_in_holder) = match holder {
        Some(holder) => (
            frame::OWNED_BY_GENERATOR.get(),
            memory.start == holder.as_ptr() as usize + generator::FRAME.get(),
        ),
        None => (frame::OWNED_BY_THREAD.get(), true),
    };
    let slots_of_caller = slots(&caller.getattr("f_code")?)?;
    let slots_of_last = slots(&innermost.getattr("f_code")?)?;
    let on_stack = &values[values.len() - 1..];
    Ok(is_in_holder
        && memory.has(frame::OBJECT, object.as_ptr() as usize)
        && waiting.has(frame::OBJECT, caller.as_ptr() as usize)
        && is_frame_of(memory, function, owner, values)?
        && stack_fits(last, slots_of_last, &[on_innermost_stack], false)
        && stack_fits(memory, (variables, stack), on_stack, true)
        && stack_fits(waiting, slots_of_caller, &[on_stack_of_caller], true)
        && is_called_by(memory, waiting.start))
}

/// Whether a running frame says how much of its stack is in use. Since 3.14, all frames do; before
/// that, only a frame that waits for a Python-to-Python call may.
fn stack_fits(
    memory: Memory,
    (variables, stack): (usize, usize),
    bottom: &[Bound<'_, PyAny>],
    waits: bool,
) -> bool {
    if cfg!(not(Py_3_14)) {
        let says_nothing = memory
            .half(frame::STACK_TOP.get())
            .is_some_and(|top| top < 0);
        if says_nothing || !waits {
            return says_nothing;
        }
    }
    slots_in_use(memory).is_some_and(|used| variables < used && used <= variables + stack)
        && memory.has_all(frame::LOCALS.get().wrapping_add(8 * variables), bottom)
}

/// Whether the previous frame is that of the caller. Between the two, there may be internal frames
/// of the interpreter, which are on the stack of this thread.
fn is_called_by(memory: Memory, caller: usize) -> bool {
    let here = 0u8;
    let near_end = &raw const here as usize;
    let Some(size) = FAR_END.load(Ordering::Relaxed).checked_sub(near_end) else {
        return false;
    };
    // SAFETY: the stack between two variables of calls that have not returned is valid memory.
    let thread_stack = unsafe { Memory::new(near_end, size) };
    let mut previous = memory.word(frame::PREVIOUS.get());
    for _ in 0..4 {
        let Some(address) = previous else {
            return false;
        };
        if address == caller {
            return true;
        }
        let own = thread_stack.from(address);
        let is_own = |own: &Memory| {
            let owner = own.byte(frame::OWNER.get());
            owner.is_some_and(|owner| owner > frame::OWNED_BY_FRAME_OBJECT.get())
        };
        previous = own
            .filter(is_own)
            .and_then(|own| own.word(frame::PREVIOUS.get()));
    }
    false
}
