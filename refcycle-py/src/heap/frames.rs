//! Frames: those that are running, and what a frame refers to.

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
pub(super) use modern::{Frame, interpreter_frame};

#[cfg(Py_3_11)]
mod modern {
    use super::super::sequence_items;
    use super::*;
    use layout::frame as at;

    /// The frame that the interpreter runs, whoever owns it.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Frame<'h> {
        start: *const u8,
        heap: std::marker::PhantomData<&'h ()>,
    }

    /// The interpreter's frame behind a frame object.
    pub(in super::super) fn interpreter_frame(object: Obj<'_>) -> Option<Frame<'_>> {
        if !is_frame(object) || !layout::frames_are_known() {
            return None;
        }
        /// No field of a frame object is farther from its start.
        const WITHIN: usize = 256;

        // SAFETY: the field is in every frame object; the frame behind it lives as long
        // as the object. That it points back, or that it is in the object itself, shows
        // that the layout is the right one.
        unsafe {
            let start = object.word(at::FRAME) as *const u8;
            if start.is_null() {
                return None;
            }
            let frame = Frame::new(start);
            let is_own = (start as usize).wrapping_sub(object.address()) < WITHIN;
            (is_own || frame.word(at::OBJECT) == object.address()).then_some(frame)
        }
    }

    impl<'h> Frame<'h> {
        /// # Safety
        /// `start` is a frame that lives for 'h.
        pub(in super::super) unsafe fn new(start: *const u8) -> Self {
            Self {
                start,
                heap: std::marker::PhantomData,
            }
        }

        /// # Safety
        /// The offset is that of a word of a frame.
        unsafe fn word(self, offset: usize) -> usize {
            // SAFETY: the caller's promise; frames are aligned to words.
            unsafe { self.start.add(offset).cast::<usize>().read() }
        }

        /// A field that holds a reference, with 3.14's tag taken off.
        ///
        /// # Safety
        /// The offset is that of a reference in a frame.
        unsafe fn reference(self, offset: usize) -> Option<Obj<'h>> {
            // SAFETY: the caller's promise. From 3.14 on bit 0 says that the reference
            // is borrowed, bits 0 and 1 together mark a number, and 1 alone is null.
            unsafe {
                let word = self.word(offset);
                #[cfg(Py_3_14)]
                let word = if word & 3 == 3 { 0 } else { word & !3 };
                Obj::from_nullable(word as *mut ffi::PyObject)
            }
        }

        fn owner(self) -> u8 {
            // SAFETY: the byte is in every frame.
            unsafe { self.start.add(at::OWNER).read() }
        }

        pub(in super::super) fn is_owned_by_thread(self) -> bool {
            self.owner() == at::OWNED_BY_THREAD
        }

        pub(in super::super) fn is_owned_by_object(self) -> bool {
            self.owner() == at::OWNED_BY_FRAME_OBJECT
        }

        fn code(self) -> Option<Obj<'h>> {
            // SAFETY: the field holds a reference.
            let code = unsafe { self.reference(at::CODE) }?;
            // SAFETY: the object is alive.
            (unsafe { ffi::PyCode_Check(code.as_ptr()) } != 0).then_some(code)
        }

        /// The frame object of the caller, where it has one.
        fn back(self) -> Option<Obj<'h>> {
            let mut frame = self;
            loop {
                // SAFETY: the field is null or the frame of the caller, which is alive
                // while this one runs.
                frame = unsafe {
                    let previous = frame.word(at::PREVIOUS) as *const u8;
                    if previous.is_null() {
                        return None;
                    }
                    Frame::new(previous)
                };
                if frame.owner() <= at::OWNED_BY_FRAME_OBJECT {
                    // SAFETY: the field is null or the frame's own object.
                    return unsafe { frame.reference(at::OBJECT) };
                }
            }
        }

        /// How many slots hold references or null. A frame that runs does not say: its
        /// named slots are in use.
        fn slots_in_use(self) -> usize {
            // SAFETY: the field is in every frame.
            unsafe {
                #[cfg(not(Py_3_14))]
                {
                    let top = self.start.add(at::STACK_TOP).cast::<i32>().read();
                    usize::try_from(top).unwrap_or(usize::MAX)
                }
                #[cfg(Py_3_14)]
                match self.word(at::STACK_TOP) {
                    0 => usize::MAX,
                    top => top.saturating_sub(self.start as usize + at::LOCALS) / 8,
                }
            }
        }

        /// The named slots that are not empty.
        pub(in super::super) fn locals(self) -> Vec<(String, Obj<'h>)> {
            let Some(names) = self.code().and_then(names) else {
                return Vec::new();
            };
            (0..names.0.len().min(self.slots_in_use()))
                .filter_map(|slot| {
                    // SAFETY: a frame has a slot for each of its code's names, and this
                    // one is in use: of a frame that was cleared none is, and what is
                    // still in them may be gone.
                    let value = unsafe { self.reference(at::LOCALS + slot * 8) };
                    Some((names.get(slot), value?))
                })
                .collect()
        }

        /// Everything that a frame on a stack refers to besides its locals.
        pub(in super::super) fn fields(self) -> Vec<(&'static str, Obj<'h>)> {
            // SAFETY: both fields hold references.
            let (function, locals) = unsafe {
                (
                    self.reference(at::FUNCTION),
                    self.reference(at::LOCALS_DICT),
                )
            };
            [
                ("f_code", self.code()),
                ("f_func", function),
                ("f_locals", locals),
            ]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
        }

        pub(in super::super) fn caller(self) -> Option<Obj<'h>> {
            self.back()
        }
    }

    fn names(code: Obj<'_>) -> Option<Names<'_>> {
        // SAFETY: the code object has the field, which holds a tuple.
        let names = unsafe { code.field(layout::CODE_LOCAL_NAMES) }?;
        Some(Names(sequence_items(names)?.flatten().collect()))
    }
}

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
