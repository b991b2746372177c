//! Whether an object of a Cython class was initialised.
//!
//! `__new__` of such a class makes an object whose pointers to C++ are null, and the methods of the
//! class use them without a check.

use pyo3::ffi;
use pyo3::prelude::*;

use crate::heap::paused;

/// The words that an object has before it is initialised: its table of functions, and its weak
/// references.
const WORDS_OF_NEW: usize = 2;

/// Whether an object of a compiled class has more contents than `__new__` gives it.
///
/// All other words of a new object are null or `None`. An initialised one has at least a shared
/// pointer, which is two words, and a pointer to the same object.
pub(super) fn is_initialised(object: &Bound<'_, PyAny>) -> bool {
    let held = object.as_unbound();
    paused(object.py(), |heap| {
        let object = heap.see(held);
        // SAFETY: an object has as many bytes as its type states.
        unsafe {
            let size = (*object.raw_type()).tp_basicsize as usize;
            let start = object.as_ptr().cast::<usize>();
            let words = size_of::<ffi::PyObject>() / size_of::<usize>()..size / size_of::<usize>();
            let none = ffi::Py_None() as usize;
            let is_filled = |&place: &usize| ![0, none].contains(&*start.add(place));
            words.filter(is_filled).count() > WORDS_OF_NEW
        }
    })
}
