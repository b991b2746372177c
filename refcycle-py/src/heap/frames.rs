//! Frames: those that are running, and the references of a frame.

mod forked;
#[cfg(Py_3_11)]
mod interpreter;

use pyo3::ffi;
use pyo3::prelude::*;

use super::gc_pause::GcPause;
use super::layout;
use super::traversal::ReferentSink;
use super::{Obj, text};

pub(super) use forked::remember_standing;
pub(crate) use forked::{is_fork, remember_process};

/// A frame on the stack of a thread, or of a suspended greenlet.
pub(crate) struct FrameOfThread<'py> {
    pub(crate) frame: Bound<'py, PyAny>,
    /// The thread's `ident`; 0 if it is not known.
    pub(crate) thread: u64,
}

/// The frames of all threads of this interpreter, innermost first. Creates their frame objects,
/// which CPython creates only on request.
///
/// This does not use `sys._current_frames()`, which looks at all interpreters, including those that
/// run at the same time with a GIL of their own, and returns one frame for a thread that is in two
/// interpreters.
///
/// # Errors
/// MemoryError.
pub(super) fn running_frames(py: Python<'_>) -> PyResult<Vec<FrameOfThread<'_>>> {
    let mut frames = innermost_frames(py);
    add_callers(py, &mut frames)?;
    Ok(frames)
}

/// Adds the callers of frames, up to the first. Makes their frame objects.
///
/// # Errors
/// MemoryError.
pub(super) fn add_callers<'py>(
    py: Python<'py>,
    frames: &mut Vec<FrameOfThread<'py>>,
) -> PyResult<()> {
    let mut seen = 0;
    while let Some(FrameOfThread { frame, thread }) = frames.get(seen) {
        let thread = *thread;
        // SAFETY: it is a frame. The call returns a new reference, or null with an exception if the
        // frame object could not be created.
        let caller = unsafe {
            let back = ffi::PyFrame_GetBack(frame.as_ptr().cast());
            Bound::from_owned_ptr_or_opt(py, back.cast())
        };
        if caller.is_none()
            && let Some(error) = PyErr::take(py)
        {
            return Err(error);
        }
        frames.extend(caller.map(|frame| FrameOfThread { frame, thread }));
        seen += 1;
    }
    Ok(())
}

/// The memory of the interpreter's frame that belongs to a running frame object.
#[cfg(Py_3_11)]
pub(super) fn memory_of_frame(object: Obj<'_>) -> Option<std::ops::Range<usize>> {
    let frame = interpreter_frame(object)?;
    frame.is_owned_by_thread().then(|| frame.memory())?
}

/// The frame that each thread of this interpreter is in.
pub(crate) fn innermost_frames(py: Python<'_>) -> Vec<FrameOfThread<'_>> {
    let _gc_pause = GcPause::new(py);
    let mut frames = Vec::new();
    // SAFETY: threads of this interpreter can end only with the GIL. It is held, and not released,
    // because no collection that would run Python code can start here. `GetFrame` returns a new
    // reference, or null without an exception.
    unsafe {
        let interpreter = ffi::PyInterpreterState_Get();
        let mut thread = ffi::PyInterpreterState_ThreadHead(interpreter);
        while !thread.is_null() {
            let frame = ffi::PyThreadState_GetFrame(thread);
            let frame = Bound::from_owned_ptr_or_opt(py, frame.cast());
            frames.extend(frame.map(|frame| FrameOfThread {
                frame,
                thread: layout::thread_ident(thread) as u64,
            }));
            thread = ffi::PyThreadState_Next(thread);
        }
    }
    frames
}

#[inline]
pub(super) fn is_frame(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe { ffi::PyFrame_Check(object.as_ptr()) != 0 }
}

/// The names of the slots of a frame: locals, then cells, then free variables.
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

/// The locals, cells and free variables of a frame that have a value, by name.
#[cfg(Py_3_11)]
pub(crate) fn frame_locals(object: Obj<'_>) -> Vec<(String, Obj<'_>)> {
    interpreter_frame(object).map_or_else(Vec::new, Frame::locals)
}

/// The other references of a frame, by attribute name. `f_func` is the function that is running; it
/// holds the globals and the builtins.
#[cfg(Py_3_11)]
pub(crate) fn frame_fields(object: Obj<'_>) -> Vec<(&'static str, Obj<'_>)> {
    let Some(frame) = interpreter_frame(object) else {
        return Vec::new();
    };
    // SAFETY: both fields are in every frame object.
    let (back, trace) = unsafe {
        (
            object.field(layout::frame::BACK.get()),
            object.field(layout::frame::TRACE.get()),
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

/// The frame object of the caller of a frame that has not ended.
#[cfg(Py_3_11)]
pub(super) fn frame_caller(object: Obj<'_>) -> Option<Obj<'_>> {
    let frame = interpreter_frame(object)?;
    (!frame.is_owned_by_object())
        .then(|| frame.caller())
        .flatten()
}

/// Whether the frame belongs to a generator.
#[cfg(Py_3_11)]
pub(super) fn is_frame_of_generator(object: Obj<'_>) -> bool {
    interpreter_frame(object)
        .is_some_and(|frame| !frame.is_owned_by_thread() && !frame.is_owned_by_object())
}

/// The addresses of everything that the slots and fields of a frame on a stack refer to.
#[cfg(Py_3_11)]
pub(super) fn frame_contents(object: Obj<'_>) -> Vec<usize> {
    interpreter_frame(object).map_or_else(Vec::new, Frame::contents)
}

/// Shows what a frame refers to and its traversal does not: a frame that runs owns
/// nothing of what it refers to, in the collector's eyes.
#[cfg(Py_3_11)]
#[inline]
pub(super) fn see_unshown_of_frame(
    object: Obj<'_>,
    is_running: bool,
    sink: &mut impl ReferentSink,
) {
    if is_frame(object)
        && let Some(frame) = interpreter_frame(object)
        && !frame.is_owned_by_object()
        && (is_running || frame.is_owned_by_thread())
    {
        frame.see_references(object, sink);
    }
}

/// The frame of the caller of a frame that has not ended.
#[cfg(not(Py_3_11))]
pub(super) fn frame_caller(object: Obj<'_>) -> Option<Obj<'_>> {
    let mut fields = frame_fields(object).into_iter();
    fields
        .find(|&(name, _)| name == "f_back")
        .map(|(_, back)| back)
}

/// Whether the frame belongs to a generator.
#[cfg(not(Py_3_11))]
pub(super) fn is_frame_of_generator(object: Obj<'_>) -> bool {
    const OF_GENERATORS: i32 = ffi::CO_GENERATOR | ffi::CO_COROUTINE | ffi::CO_ASYNC_GENERATOR;

    let flags = super::members::int_member(code_of(object), c"co_flags");
    flags.is_some_and(|flags| flags & OF_GENERATORS != 0)
}

/// No traversal of another object shows what a frame refers to.
#[cfg(not(Py_3_11))]
pub(super) fn frame_contents(_object: Obj<'_>) -> Vec<usize> {
    Vec::new()
}

/// The locals, cells and free variables of a frame that are not empty, by name.
#[cfg(not(Py_3_11))]
pub(crate) fn frame_locals(object: Obj<'_>) -> Vec<(String, Obj<'_>)> {
    use super::{members, sequence_items};

    if !is_frame(object) || !layout::frames_are_known() {
        return Vec::new();
    }
    // SAFETY: a frame object has this field, which holds its code.
    let Some(code) = (unsafe { object.field(layout::frame::CODE.get()) }) else {
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
            let value = unsafe { object.field(layout::frame::LOCALS.get() + slot * 8) };
            Some((names.get(slot), value?))
        })
        .collect()
}

/// The other references of a frame, by attribute name.
#[cfg(not(Py_3_11))]
pub(crate) fn frame_fields(object: Obj<'_>) -> Vec<(&'static str, Obj<'_>)> {
    let fields: [(&str, usize); 6] = [
        ("f_back", layout::frame::BACK.get()),
        ("f_code", layout::frame::CODE.get()),
        ("f_builtins", layout::frame::BUILTINS.get()),
        ("f_globals", layout::frame::GLOBALS.get()),
        ("f_locals", layout::frame::LOCALS_DICT.get()),
        ("f_trace", layout::frame::TRACE.get()),
    ];
    if !is_frame(object) || !layout::frames_are_known() {
        return Vec::new();
    }
    fields
        .iter()
        // SAFETY: these fields of a frame object hold references.
        .filter_map(|&(name, offset)| Some((name, unsafe { object.field(offset) }?)))
        .collect()
}

/// The value stack of a frame, from its bottom. Empty for a running frame, which does not record
/// the size of its stack. Since 3.11, the stack of a suspended frame belongs to its generator.
#[cfg(not(Py_3_11))]
pub(crate) fn frame_stack(object: Obj<'_>) -> Vec<Option<Obj<'_>>> {
    use layout::frame as at;

    if !is_frame(object) || !layout::frames_are_known() {
        return Vec::new();
    }
    // SAFETY: every frame object has these fields, and the stack follows the named slots. Since the
    // frame says so itself, the layout is the right one.
    unsafe {
        let start = object.word(at::STACK.get());
        let depth = object
            .as_ptr()
            .byte_add(at::STACK_DEPTH.get())
            .cast::<i32>()
            .read();
        let offset = start.wrapping_sub(object.address());
        let depth = usize::try_from(depth).unwrap_or(0);
        let end = at::LOCALS.get() + 8 * ffi::Py_SIZE(object.as_ptr()) as usize;
        if offset < at::LOCALS.get() || offset + 8 * depth > end {
            return Vec::new();
        }
        (0..depth)
            .map(|index| object.field(offset + 8 * index))
            .collect()
    }
}

/// The value stack of a frame: always empty, because the traversal of a frame shows none of it.
#[cfg(Py_3_11)]
pub(crate) fn frame_stack(_object: Obj<'_>) -> Vec<Option<Obj<'_>>> {
    Vec::new()
}

/// Up to 3.10, the traversal of a frame shows all its references.
#[cfg(not(Py_3_11))]
pub(super) fn see_unshown_of_frame(
    _object: Obj<'_>,
    _is_running: bool,
    _sink: &mut impl ReferentSink,
) {
}

/// The code of a frame.
fn code_of(frame: Obj<'_>) -> Obj<'_> {
    // SAFETY: it is a frame. The call returns a new reference to its code, which is released
    // immediately, because the frame holds another one.
    unsafe {
        let code = ffi::PyFrame_GetCode(frame.as_ptr().cast()).cast::<ffi::PyObject>();
        ffi::Py_DECREF(code);
        Obj::new(code)
    }
}

/// The code of a frame; none of other objects.
pub(super) fn frame_code(object: Obj<'_>) -> Option<Obj<'_>> {
    is_frame(object).then(|| code_of(object))
}

/// A text among the attributes of code.
pub(super) fn code_text(code: Obj<'_>, attribute: &str) -> Option<String> {
    let (_, value) = super::members(code).find(|&(name, _)| name == attribute)?;
    Some(text(value, 4096)?.0)
}

/// The name of the function that a frame executes.
pub(crate) fn frame_function(object: Obj<'_>) -> Option<String> {
    if is_frame(object) {
        code_text(code_of(object), "co_name")
    } else {
        None
    }
}

/// The file of a frame, and its current line.
pub(crate) fn frame_position(object: Obj<'_>) -> Option<(String, i32)> {
    if !is_frame(object) {
        return None;
    }
    // SAFETY: it is a frame.
    let line = unsafe { ffi::PyFrame_GetLineNumber(object.as_ptr().cast()) };
    Some((code_text(code_of(object), "co_filename")?, line))
}

/// The file of a code object, and its first line; `None` if the object is not code.
pub(crate) fn code_position(code: Obj<'_>) -> Option<(String, i32)> {
    if !code.is_code() {
        return None;
    }
    let line = super::members::int_member(code, c"co_firstlineno")?;
    Some((code_text(code, "co_filename")?, line))
}
