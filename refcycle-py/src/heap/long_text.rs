//! Long texts as Python strings.

use std::mem::MaybeUninit;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// A shorter text, in bytes, is copied in a millisecond.
const LONG: usize = 1 << 20;

/// A text as a Python string. Other threads run while a long one is copied, and while its memory is
/// returned.
pub(crate) fn python_text(py: Python<'_>, text: String) -> PyResult<Bound<'_, PyString>> {
    if text.len() < LONG {
        return Ok(PyString::new(py, &text));
    }
    let (length, largest) = py.detach(|| measure(&text));
    // SAFETY: the thread is attached. The result is null with an exception, or a new string.
    let made = unsafe {
        let made = ffi::PyUnicode_New(length as isize, largest.into());
        Bound::from_owned_ptr_or_err(py, made)?
    };
    // SAFETY: the new string has `length` characters of the size that the largest one needs. Nothing
    // else knows the string before this function returns it.
    unsafe {
        let data = ffi::PyUnicode_DATA(made.as_ptr());
        match u32::from(largest) {
            ..0x80 => fill::<u8>(py, units(data, length), text, |text, place| {
                put(place, text.bytes());
            }),
            0x80..0x100 => fill::<u8>(py, units(data, length), text, |text, place| {
                put(place, text.chars().map(|c| c as u8));
            }),
            0x100..0x1_0000 => fill::<u16>(py, units(data, length), text, |text, place| {
                put(place, text.chars().map(|c| c as u16));
            }),
            _ => fill::<u32>(py, units(data, length), text, |text, place| {
                put(place, text.chars().map(u32::from));
            }),
        }
    }
    Ok(made.cast_into()?)
}

/// The number of characters, and the largest of them.
fn measure(text: &str) -> (usize, char) {
    if text.is_ascii() {
        return (text.len(), '\x7f');
    }
    text.chars().fold((0, '\0'), |(count, largest), character| {
        (count + 1, largest.max(character))
    })
}

/// The characters of a new string.
///
/// # Safety
/// There are `length` units at the address, to which nothing else refers for `'a`.
unsafe fn units<'a, T>(data: *mut std::ffi::c_void, length: usize) -> &'a mut [MaybeUninit<T>] {
    // SAFETY: as above; they may be uninitialised.
    unsafe { std::slice::from_raw_parts_mut(data.cast(), length) }
}

fn fill<T: Send>(
    py: Python<'_>,
    place: &mut [MaybeUninit<T>],
    text: String,
    copy: impl FnOnce(&str, &mut [MaybeUninit<T>]) + Send,
) {
    py.detach(|| {
        copy(&text, place);
        drop(text);
    });
}

fn put<T>(place: &mut [MaybeUninit<T>], units: impl Iterator<Item = T>) {
    for (place, unit) in place.iter_mut().zip(units) {
        place.write(unit);
    }
}
