//! Compares fields with known objects, before they are trusted.
//!
//! The objects are created by functions of the standard library that are written in C, while the
//! collector is paused, and are freed here.

use std::mem::MaybeUninit;

use pyo3::ffi;
use pyo3::prelude::*;
#[cfg(Py_3_11)]
use pyo3::types::PyList;
use pyo3::types::PyType;

use super::fields;
use crate::heap::gc_pause::GcPause;
use crate::heap::{Obj, paused};

/// How the fields of a kind are checked.
pub(super) enum Check {
    /// The two fields are the start and the length of the buffer that an object exports.
    Buffer { start: usize, length: usize },
    /// The function creates objects of the type, and says whether they are measured rightly.
    Made(fn(&Bound<'_, PyType>) -> PyResult<bool>),
}

impl Check {
    /// The result; `None` if there is none for this object. The type is the listed one among the
    /// bases of the object's type.
    pub(super) fn run(
        &self,
        object: &Bound<'_, PyAny>,
        base: *mut ffi::PyTypeObject,
    ) -> Option<bool> {
        let _gc_pause = GcPause::new(object.py());
        match *self {
            Self::Buffer { start, length } => {
                // SAFETY: the type is a live base of the object's type.
                let (address, size) = unsafe { exported(object, base)? };
                let held = object.as_unbound();
                Some(paused(object.py(), |heap| {
                    let object = heap.see(held);
                    // SAFETY: the struct of a listed type is large enough.
                    let words = unsafe { (object.word(start), object.word(length)) };
                    words == (address, size)
                }))
            }
            Self::Made(make) => {
                // SAFETY: as above.
                let base = unsafe { Bound::from_borrowed_ptr(object.py(), base.cast()) };
                make(&base.cast_into::<PyType>().ok()?).ok()
            }
        }
    }
}

/// The address and the size of the buffer that an object exports; `None` if it exports none now. No
/// method of a class written in Python is called: the functions are those of the base.
///
/// # Safety
/// The type is alive, written in C, and a base of the object's type.
unsafe fn exported(
    object: &Bound<'_, PyAny>,
    base: *mut ffi::PyTypeObject,
) -> Option<(usize, usize)> {
    // SAFETY: guaranteed by the caller. If the first function succeeds, the view holds the object
    // until it is released.
    unsafe {
        let buffer = (*base).tp_as_buffer.as_ref()?;
        let mut view = MaybeUninit::<ffi::Py_buffer>::zeroed();
        let get = buffer.bf_getbuffer?;
        if get(object.as_ptr(), view.as_mut_ptr(), ffi::PyBUF_SIMPLE) != 0 {
            ffi::PyErr_Clear();
            return None;
        }
        let mut view = view.assume_init();
        let found = (view.buf as usize, view.len as usize);
        if let Some(release) = buffer.bf_releasebuffer {
            release(object.as_ptr(), &raw mut view);
        }
        ffi::Py_XDECREF(view.obj);
        Some(found)
    }
}

/// The result of reading an object.
fn read(object: &Bound<'_, PyAny>, read: unsafe fn(Obj<'_>) -> Option<usize>) -> Option<usize> {
    let held = object.as_unbound();
    // SAFETY: the callers' objects are of the types of the functions.
    paused(object.py(), |heap| unsafe { read(heap.see(held)) })
}

pub(super) fn string_io(ty: &Bound<'_, PyType>) -> PyResult<bool> {
    const FEW: usize = 777;
    const MANY: usize = 3000;

    let realized = ty.call1(("x".repeat(MANY),))?;
    let appended = ty.call0()?;
    if cfg!(Py_3_14) && !has_writer(&appended) {
        return Ok(false);
    }
    appended.call_method1("write", ("x".repeat(FEW - 7),))?;
    appended.call_method1("write", ("y".repeat(7),))?;
    let (realized, appended) = (
        read(&realized, fields::string_io),
        read(&appended, fields::string_io),
    );
    let own = 4 * MANY..8 * MANY;
    let collected = if cfg!(Py_3_12) { FEW..2 * FEW } else { 0..64 };
    Ok(realized.is_some_and(|bytes| own.contains(&bytes))
        && appended.is_some_and(|bytes| collected.contains(&bytes)))
}

/// Whether the field for the writer has the address of one in which nothing is written.
#[cfg(Py_3_14)]
fn has_writer(stream: &Bound<'_, PyAny>) -> bool {
    let held = stream.as_unbound();
    paused(stream.py(), |heap| {
        // SAFETY: the struct of a listed type is large enough.
        let writer = unsafe { heap.see(held).word(56) };
        let words = crate::heap::peek::peek(writer, fields::WRITER_WORDS);
        // The address of the string and of its characters, the size, the position.
        words.is_some_and(|words| [0, 1, 3, 4].iter().all(|&index| words[index] == 0))
    })
}

#[cfg(not(Py_3_14))]
fn has_writer(_stream: &Bound<'_, PyAny>) -> bool {
    true
}

#[cfg(Py_3_11)]
pub(super) fn deque(ty: &Bound<'_, PyType>) -> PyResult<bool> {
    let deque = ty.call1((PyList::new(ty.py(), 0..5000)?,))?;
    let before = read(&deque, fields::deque);
    deque.call_method0("clear")?;
    // It keeps 16 blocks of 64 items.
    Ok(before == Some(0) && read(&deque, fields::deque) == Some(16 * 66 * 8))
}

#[cfg(all(Py_3_13, not(Py_3_15)))]
pub(super) fn queue(ty: &Bound<'_, PyType>) -> PyResult<bool> {
    let queue = ty.call0()?;
    let before = read(&queue, fields::queue);
    for number in 0..100 {
        queue.call_method1("put", (number,))?;
    }
    Ok(before == Some(64) && read(&queue, fields::queue) == Some(128 * 8))
}
