//! The frames that the interpreter runs, from 3.11 on: a frame object is made for one only
//! when somebody asks.

use pyo3::ffi;

use super::super::layout::{self, frame as at};
use super::super::{Obj, sequence_items};
use super::{Names, is_frame};

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
    pub(in super::super) fn caller(self) -> Option<Obj<'h>> {
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
}

fn names(code: Obj<'_>) -> Option<Names<'_>> {
    // SAFETY: the code object has the field, which holds a tuple.
    let names = unsafe { code.field(layout::CODE_LOCAL_NAMES) }?;
    Some(Names(sequence_items(names)?.flatten().collect()))
}
