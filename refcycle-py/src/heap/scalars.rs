//! Strings, bytes and numbers in words.

use pyo3::ffi;
use pyo3::prelude::*;

use super::Obj;

/// At most `limit` characters of a string, and whether there are more. `None` when the
/// object is no string. A lone surrogate, which no Rust string can hold, becomes its
/// escape (`\udc80`).
///
/// Reads the characters where they are: CPython's own conversion to UTF-8 would leave a
/// copy in the string.
pub(crate) fn text(object: Obj<'_>, limit: usize) -> Option<(String, bool)> {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive; the rest is read only from strings, whose data are
    // `length` units of the size that `kind` says.
    unsafe {
        if ffi::PyUnicode_Check(pointer) == 0 {
            return None;
        }
        let length = ffi::PyUnicode_GET_LENGTH(pointer) as usize;
        let data = ffi::PyUnicode_DATA(pointer);
        let shown = length.min(limit);
        let mut string = String::with_capacity(shown);
        for index in 0..shown {
            let unit = match ffi::PyUnicode_KIND(pointer) {
                ffi::PyUnicode_1BYTE_KIND => u32::from(data.cast::<u8>().add(index).read()),
                ffi::PyUnicode_2BYTE_KIND => u32::from(data.cast::<u16>().add(index).read()),
                _ => data.cast::<u32>().add(index).read(),
            };
            match char::from_u32(unit) {
                Some(c) => string.push(c),
                None => string.push_str(&format!("\\u{unit:04x}")),
            }
        }
        Some((string, length > limit))
    }
}

/// Integers of more bits than this are not written in decimal: that takes quadratic
/// time, and CPython forbids it beyond a limit.
const MAX_DECIMAL_BITS: f64 = 512.0;

/// The `repr` of `None`, a bool, a number, a string or bytes of exactly these types,
/// without what goes beyond `limit` characters.
///
/// Creates strings for a moment. The collector does not track them and is not started.
pub(crate) fn atom_repr(py: Python<'_>, object: Obj<'_>, limit: usize) -> String {
    let pointer = object.as_ptr();
    let bounded = |text: String, cut: bool| {
        let mut shown: String = text.chars().take(limit).collect();
        if cut || shown.len() < text.len() {
            shown.push_str("...");
        }
        shown
    };
    // SAFETY: the object is alive and of the type that was checked. New references are
    // owned by the `Bound`s, null is an exception.
    let (shown, cut) = unsafe {
        if ffi::PyUnicode_CheckExact(pointer) != 0 {
            let cut = ffi::PyUnicode_GET_LENGTH(pointer) > limit as isize;
            let part = ffi::PyUnicode_Substring(pointer, 0, limit as isize);
            (Bound::from_owned_ptr_or_err(py, part), cut)
        } else if ffi::PyBytes_CheckExact(pointer) != 0 {
            let cut = ffi::PyBytes_Size(pointer) > limit as isize;
            let size = ffi::PyBytes_Size(pointer).min(limit as isize);
            let part = ffi::PyBytes_FromStringAndSize(ffi::PyBytes_AsString(pointer), size);
            (Bound::from_owned_ptr_or_err(py, part), cut)
        } else if ffi::PyLong_CheckExact(pointer) != 0 && bits_at_most(pointer) > MAX_DECIMAL_BITS {
            let sign = if is_negative(pointer) { "-" } else { "" };
            return format!("{sign}int of about 2**{:.0}", bits_at_most(pointer));
        } else {
            (Ok(object.hold(py)), false)
        }
    };
    let text = shown.and_then(|shown| shown.repr()).map(|text| {
        let text = text.into_any();
        let heap = super::Still::new(py);
        super::text(heap.see(&text), 2 * limit + 16).map_or_else(String::new, |(text, _)| text)
    });
    bounded(text.unwrap_or_default(), cut)
}

/// The start of a string or of bytes, and the length of the whole.
pub(crate) enum AtomText {
    Str {
        text: String,
        length: usize,
    },
    /// Each byte as a character.
    Bytes {
        text: String,
        length: usize,
    },
}

/// At most `limit` characters or bytes of an object that is exactly a string or bytes.
pub(crate) fn atom_text(object: Obj<'_>, limit: usize) -> Option<AtomText> {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive and of the type that was checked; bytes have as many bytes
    // as they say, and do not change.
    unsafe {
        if ffi::PyUnicode_CheckExact(pointer) != 0 {
            let length = ffi::PyUnicode_GET_LENGTH(pointer) as usize;
            let (text, _) = text(object, limit)?;
            return Some(AtomText::Str { text, length });
        }
        if ffi::PyBytes_CheckExact(pointer) == 0 {
            return None;
        }
        let length = ffi::PyBytes_Size(pointer) as usize;
        let start = ffi::PyBytes_AsString(pointer).cast::<u8>();
        let shown = std::slice::from_raw_parts(start, length.min(limit));
        let text = shown.iter().map(|&byte| char::from(byte)).collect();
        Some(AtomText::Bytes { text, length })
    }
}

/// An upper bound of the number of bits of an integer, to one digit of 30 bits.
///
/// # Safety
/// `pointer` is an integer.
unsafe fn bits_at_most(pointer: *mut ffi::PyObject) -> f64 {
    // SAFETY: the caller's promise. The word behind the header is the number of digits,
    // with its sign; from 3.12 on it is shifted by 3.
    unsafe {
        let word = pointer
            .cast::<isize>()
            .byte_add(size_of::<ffi::PyObject>())
            .read();
        let digits = if cfg!(Py_3_12) { word >> 3 } else { word.abs() };
        digits as f64 * 30.0
    }
}

/// # Safety
/// `pointer` is an integer.
unsafe fn is_negative(pointer: *mut ffi::PyObject) -> bool {
    // SAFETY: the caller's promise. From 3.12 on the two lowest bits are 2 when the
    // number is negative.
    unsafe {
        let word = pointer
            .cast::<isize>()
            .byte_add(size_of::<ffi::PyObject>())
            .read();
        if cfg!(Py_3_12) {
            word & 3 == 2
        } else {
            word < 0
        }
    }
}
