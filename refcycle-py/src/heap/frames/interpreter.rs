//! The frames that the interpreter runs, on 3.11 and later: a frame object is created for one only
//! on request.

use pyo3::ffi;

use super::super::layout::{self, Number, frame as at};
use super::super::traversal::ReferentSink;
use super::super::{Obj, sequence_items};
use super::forked::may_be_gone;
use super::{Names, is_frame};

/// An interpreter frame, whoever owns it.
#[derive(Clone, Copy)]
pub(in super::super) struct Frame<'h> {
    start: *const u8,
    heap: std::marker::PhantomData<&'h ()>,
}

/// The interpreter frame that belongs to a frame object.
pub(in super::super) fn interpreter_frame(object: Obj<'_>) -> Option<Frame<'_>> {
    if !is_frame(object) || !layout::frames_are_known() {
        return None;
    }
    /// No field of a frame object is further from its start.
    const WITHIN: usize = 256;

    // SAFETY: every frame object has this field; the frame that it points to lives as long as the
    // object. It points back to the object or is inside it, so the layout is the right one.
    unsafe {
        let start = object.word(at::FRAME.get()) as *const u8;
        if start.is_null() {
            return None;
        }
        let frame = Frame::new(start);
        let is_own = (start as usize).wrapping_sub(object.address()) < WITHIN;
        if !is_own && may_be_gone(object.address()) {
            return None;
        }
        (is_own || frame.word(at::OBJECT.get()) == object.address()).then_some(frame)
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
    /// A frame has a word at the offset.
    unsafe fn word(self, offset: usize) -> usize {
        // SAFETY: guaranteed by the caller; frames are aligned to words.
        unsafe { self.start.add(offset).cast::<usize>().read() }
    }

    /// A field that holds a reference, without the tag that 3.14 adds, and whether the reference is
    /// counted.
    ///
    /// # Safety
    /// A frame has a reference at the offset.
    unsafe fn tagged_reference(self, offset: usize) -> Option<(Obj<'h>, bool)> {
        // SAFETY: guaranteed by the caller. Since 3.14, bit 0 means that the reference is borrowed,
        // bits 0 and 1 together mark a number, and the value 1 is null.
        unsafe {
            let word = self.word(offset);
            let (word, is_counted) = match word & 3 {
                _ if cfg!(not(Py_3_14)) => (word, true),
                3 => return None,
                tag => (word & !3, tag == 0),
            };
            Some((Obj::from_nullable(word as *mut ffi::PyObject)?, is_counted))
        }
    }

    /// A field that holds a reference.
    ///
    /// # Safety
    /// A frame has a reference at the offset.
    unsafe fn reference(self, offset: usize) -> Option<Obj<'h>> {
        // SAFETY: guaranteed by the caller.
        unsafe { self.tagged_reference(offset) }.map(|(object, _)| object)
    }

    fn owner(self) -> usize {
        // SAFETY: every frame has this byte.
        unsafe { self.start.add(at::OWNER.get()).read().into() }
    }

    pub(in super::super) fn is_owned_by_thread(self) -> bool {
        self.owner() == at::OWNED_BY_THREAD.get()
    }

    pub(in super::super) fn is_owned_by_object(self) -> bool {
        self.owner() == at::OWNED_BY_FRAME_OBJECT.get()
    }

    fn code(self) -> Option<Obj<'h>> {
        // SAFETY: the field holds a reference.
        let code = unsafe { self.reference(at::CODE.get()) }?;
        // SAFETY: the object is alive.
        (unsafe { ffi::PyCode_Check(code.as_ptr()) } != 0).then_some(code)
    }

    /// The code that the frame executes, and the offset of its current instruction in bytes, which
    /// is negative before the first instruction; `None` if the frame has ended.
    pub(in super::super) fn execution(self) -> Option<(Obj<'h>, i32)> {
        if self.is_owned_by_object() {
            return None;
        }
        let code = self.code()?;
        Some((code, self.last_instruction(code)?))
    }

    #[cfg(Py_3_12)]
    fn last_instruction(self, _code: Obj<'h>) -> Option<i32> {
        of_python! {
            fn PyUnstable_InterpreterFrame_GetLasti(frame: *const u8) -> std::ffi::c_int;
        }
        // SAFETY: it is a frame that has not ended; the function computes a difference.
        Some(unsafe { PyUnstable_InterpreterFrame_GetLasti(self.start) })
    }

    /// On 3.11, `prev_instr` is the only word before the top of the stack that points into the
    /// instructions of the code.
    #[cfg(not(Py_3_12))]
    fn last_instruction(self, code: Obj<'h>) -> Option<i32> {
        const UNIT: usize = 2;
        // SAFETY: the instructions are the items of the code object, after its fields.
        let (first, count) = unsafe {
            let start = (*ffi::Py_TYPE(code.as_ptr())).tp_basicsize as usize;
            (code.address() + start, ffi::Py_SIZE(code.as_ptr()) as usize)
        };
        // Before the first instruction, it points to the unit before it.
        let begin = first - UNIT;
        (0..at::STACK_TOP.get()).step_by(8).find_map(|offset| {
            // SAFETY: the words before this field are within a frame.
            let distance = unsafe { self.word(offset) }.wrapping_sub(begin);
            (distance < (count + 1) * UNIT).then(|| distance as i32 - UNIT as i32)
        })
    }

    /// The frame object of the caller, if there is one.
    pub(in super::super) fn caller(self) -> Option<Obj<'h>> {
        let mut frame = self;
        loop {
            // SAFETY: the field is null or the caller's frame, which is alive while this frame
            // runs.
            frame = unsafe {
                let previous = frame.word(at::PREVIOUS.get()) as *const u8;
                if previous.is_null() {
                    return None;
                }
                Frame::new(previous)
            };
            if frame.owner() <= at::OWNED_BY_FRAME_OBJECT.get() {
                // SAFETY: the field is null or the frame's own object.
                return unsafe { frame.reference(at::OBJECT.get()) };
            }
        }
    }

    /// The number of slots for variables, and the total number including the value stack.
    fn slots(self) -> Option<(usize, usize)> {
        let code = self.code()?;
        let count = |place: Number| {
            // SAFETY: the field is in every code object.
            let count = unsafe { code.as_ptr().byte_add(place.get()).cast::<i32>().read() };
            usize::try_from(count).ok()
        };
        let variables = count(layout::code::LOCAL_COUNT)?;
        Some((variables, variables + count(layout::code::STACK_SIZE)?))
    }

    /// The memory of the frame, with the value stack at its largest.
    pub(in super::super) fn memory(self) -> Option<std::ops::Range<usize>> {
        let (_, slots) = self.slots()?;
        let start = self.start as usize;
        Some(start..start + at::LOCALS.get() + size_of::<usize>() * slots)
    }

    /// The number of slots that hold a reference or null: the variables, and the used part of the
    /// value stack. `None` for a running frame before 3.14, which does not record it; its named
    /// slots are in use. Never more than the frame has.
    fn slots_in_use(self) -> Option<usize> {
        let (_, slots) = self.slots()?;
        // SAFETY: every frame has this field.
        let used = unsafe {
            #[cfg(not(Py_3_14))]
            {
                let top = self.start.add(at::STACK_TOP.get()).cast::<i32>().read();
                usize::try_from(top).ok()?
            }
            #[cfg(Py_3_14)]
            {
                let top = self.word(at::STACK_TOP.get());
                top.checked_sub(self.start as usize + at::LOCALS.get())? / 8
            }
        };
        (used <= slots).then_some(used)
    }

    /// The named slots that have a value.
    pub(in super::super) fn locals(self) -> Vec<(String, Obj<'h>)> {
        let (Some(names), Some((variables, _))) = (self.code().and_then(names), self.slots())
        else {
            return Vec::new();
        };
        (0..variables.min(self.slots_in_use().unwrap_or(usize::MAX)))
            .filter_map(|slot| {
                // SAFETY: a frame has a slot for each name in its code, and this slot is in use. A
                // cleared frame has no slots in use: the objects that are still in them may be
                // freed.
                let value = unsafe { self.reference(at::LOCALS.get() + slot * 8) };
                Some((names.get(slot), value?))
            })
            .collect()
    }

    /// Shows the references of a running frame, given its frame object.
    ///
    /// The frame of a generator belongs to the generator. The generator shows the fields of the
    /// frame and, if it is known how many slots are in use, its slots: these references are not
    /// counted twice.
    pub(super) fn see_references<S: ReferentSink>(self, object: Obj<'_>, sink: &mut S) {
        let is_of_generator = !self.is_owned_by_thread();
        let see = |sink: &mut S, (referent, is_counted): (Obj<'_>, bool)| {
            if is_counted {
                sink.see(referent.address());
            } else {
                sink.see_uncounted(referent.address());
            }
        };
        // SAFETY: every frame object has this field.
        if unsafe { object.field(at::BACK.get()) }.is_none()
            && let Some(caller) = self.caller()
        {
            see(sink, (caller, false));
        }
        for field in [at::CODE.get(), at::FUNCTION.get(), at::LOCALS_DICT.get()] {
            // SAFETY: these fields hold references.
            if let Some((referent, is_counted)) = unsafe { self.tagged_reference(field) } {
                see(sink, (referent, is_counted && !is_of_generator));
            }
        }
        let in_use = self.slots_in_use();
        let is_shown = is_of_generator && in_use.is_some();
        let count = in_use.or_else(|| self.slots().map(|(variables, _)| variables));
        for slot in 0..count.unwrap_or(0) {
            // SAFETY: the slot is in use, or it is a named slot of a running frame.
            let slot = unsafe { self.tagged_reference(at::LOCALS.get() + slot * 8) };
            if let Some((referent, is_counted)) = slot {
                see(sink, (referent, is_counted && !is_shown));
            }
        }
    }

    /// The value stack, from its bottom. Before 3.14, empty for a running frame, which does not
    /// record the size of its stack.
    pub(in super::super) fn stack(self) -> Vec<Option<Obj<'h>>> {
        let (Some(used), Some((variables, _))) = (self.slots_in_use(), self.slots()) else {
            return Vec::new();
        };
        (variables..used)
            // SAFETY: the frame says that the slot is in use. On the stack, too, a slot may be null
            // or, since 3.14, a number.
            .map(|slot| unsafe { self.reference(at::LOCALS.get() + slot * 8) })
            .collect()
    }

    /// The addresses of referents that the frame does not count, once for each such reference:
    /// since 3.14, those that it pushed from its own variables.
    #[cfg(Py_3_14)]
    pub(in super::super) fn uncounted(self) -> Vec<usize> {
        let slots = (0..self.slots_in_use().unwrap_or(0)).map(|slot| at::LOCALS.get() + slot * 8);
        [at::CODE.get(), at::FUNCTION.get(), at::LOCALS_DICT.get()]
            .into_iter()
            .chain(slots)
            // SAFETY: these fields hold references, and these slots are in use.
            .filter_map(|offset| unsafe { self.tagged_reference(offset) })
            .filter(|&(_, is_counted)| !is_counted)
            .map(|(referent, _)| referent.address())
            .collect()
    }

    /// The addresses of everything that the slots in use and the fields refer to.
    pub(in super::super) fn contents(self) -> Vec<usize> {
        let slots = (0..self.slots_in_use().unwrap_or(0)).map(|slot| at::LOCALS.get() + slot * 8);
        [at::CODE.get(), at::FUNCTION.get(), at::LOCALS_DICT.get()]
            .into_iter()
            .chain(slots)
            // SAFETY: these fields hold references, and these slots are in use.
            .filter_map(|offset| unsafe { self.reference(offset) })
            .map(Obj::address)
            .collect()
    }

    /// Everything that a frame on a stack refers to besides its locals.
    pub(in super::super) fn fields(self) -> Vec<(&'static str, Obj<'h>)> {
        // SAFETY: both fields hold references.
        let (function, locals) = unsafe {
            (
                self.reference(at::FUNCTION.get()),
                self.reference(at::LOCALS_DICT.get()),
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

impl<'h> Frame<'h> {
    /// The frame object, if one has been created.
    pub(in super::super) fn object(self) -> Option<Obj<'h>> {
        // SAFETY: the field holds a reference or null.
        unsafe { Obj::from_nullable(self.word(at::OBJECT.get()) as *mut ffi::PyObject) }
    }
}

impl Frame<'_> {
    /// The file of the code, and the current line.
    pub(in super::super) fn position(self) -> Option<(String, i32)> {
        let file = super::code_text(self.code()?, "co_filename")?;
        Some((file, self.line()?))
    }

    #[cfg(Py_3_12)]
    fn line(self) -> Option<i32> {
        of_python! {
            /// Not declared by pyo3-ffi. It looks up the line in a table of the code.
            fn PyUnstable_InterpreterFrame_GetLine(frame: *const u8) -> std::ffi::c_int;
        }
        // SAFETY: the frame is alive and has code.
        Some(unsafe { PyUnstable_InterpreterFrame_GetLine(self.start) })
    }

    #[cfg(not(Py_3_12))]
    fn line(self) -> Option<i32> {
        let code = self.code()?;
        // SAFETY: every frame has this word. It is compared with the bounds of the code and not
        // followed; the code is alive.
        unsafe {
            // The instructions follow the struct, two bytes each.
            let basic_size = usize::try_from((*code.raw_type()).tp_basicsize).ok()?;
            let start = code.address() + basic_size;
            let length = 2 * usize::try_from(ffi::Py_SIZE(code.as_ptr())).ok()?;
            let reached = self.word(at::INSTRUCTION.get()).wrapping_sub(start);
            if reached == 2usize.wrapping_neg() {
                // Before the first instruction.
                return super::super::members::int_member(code, c"co_firstlineno");
            }
            (reached < length)
                .then(|| ffi::PyCode_Addr2Line(code.as_ptr().cast(), reached as std::ffi::c_int))
        }
    }
}

fn names(code: Obj<'_>) -> Option<Names<'_>> {
    // SAFETY: the code object has this field, which holds a tuple.
    let names = unsafe { code.field(layout::code::LOCAL_NAMES.get()) }?;
    Some(Names(sequence_items(names)?.flatten().collect()))
}
