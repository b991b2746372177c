//! Strings.

use pyo3::ffi;

use crate::heap::Obj;

// Bits of `PyASCIIObject.state`. pyo3-ffi does not read them on 3.14 and later.
const KIND_SHIFT: u32 = 2;
const KIND_MASK: u32 = 7;
const COMPACT: u32 = 1 << 5;
const ASCII: u32 = 1 << 6;

/// The bytes of a string: the characters, and the copy in UTF-8 if there is one. `basic` is the
/// basic size of its type.
///
/// # Safety
/// The object is a string.
#[inline]
pub(super) unsafe fn text_size(object: Obj<'_>, basic: usize) -> usize {
    // SAFETY: guaranteed by the caller; the fields that are read depend on the string's state.
    unsafe {
        let text = object.as_ptr().cast::<ffi::PyASCIIObject>();
        let state = (*text).state;
        let length = (*text).length as usize;
        let unit = (state >> KIND_SHIFT & KIND_MASK) as usize;
        let characters = (length + 1) * unit;
        if state & (COMPACT | ASCII) == COMPACT | ASCII {
            return size_of::<ffi::PyASCIIObject>() + characters + wide(object, length);
        }
        let text = text.cast::<ffi::PyCompactUnicodeObject>();
        let (own, data) = if state & COMPACT != 0 {
            let own = size_of::<ffi::PyCompactUnicodeObject>();
            (own + characters, object.address() + own)
        } else {
            let data = (*text.cast::<ffi::PyUnicodeObject>()).data.any;
            let characters = if data.is_null() { 0 } else { characters };
            (basic + characters, data as usize)
        };
        let utf8 = (*text).utf8 as usize;
        let copy = if utf8 == 0 || utf8 == data {
            0
        } else {
            (*text).utf8_length as usize + 1
        };
        #[cfg(not(Py_3_12))]
        let copy = copy + wide(object, (*text).wstr_length as usize);
        own + copy
    }
}

/// The bytes of the `wchar_t` form that deprecated functions leave in a string.
///
/// # Safety
/// The object is a string.
#[cfg(not(Py_3_12))]
unsafe fn wide(object: Obj<'_>, length: usize) -> usize {
    const WCHAR: usize = 4;
    const READY: u32 = 1 << 7;

    // SAFETY: guaranteed by the caller. If the form is the characters themselves, it is not a copy.
    unsafe {
        let text = object.as_ptr().cast::<ffi::PyASCIIObject>();
        let wide = (*text).wstr;
        let is_shared =
            || (*text).state & READY != 0 && wide.cast() == ffi::PyUnicode_DATA(object.as_ptr());
        if wide.is_null() || is_shared() {
            0
        } else {
            (length + 1) * WCHAR
        }
    }
}

/// This version has no such form.
///
/// # Safety
/// No conditions; it is `unsafe` only to match the other version.
#[cfg(Py_3_12)]
#[inline]
unsafe fn wide(_object: Obj<'_>, _length: usize) -> usize {
    0
}
