//! The `repr` of strings, bytes and numbers, without creating a Python object.

use std::ffi::{CStr, c_char, c_int};
use std::fmt::Write;

use pyo3::ffi;

use super::Obj;

of_python! {
    /// Whether `repr` shows a character unescaped. Not declared by pyo3-ffi; the macro
    /// `Py_UNICODE_ISPRINTABLE` of CPython's headers is this function.
    fn _PyUnicode_IsPrintable(character: u32) -> c_int;
}

/// At most `limit` characters of a string, and whether there are more. `None` if the
/// object is not a string. A lone surrogate, which no Rust string can hold, becomes its
/// escape (`\udc80`).
///
/// Reads the characters in place: CPython's own conversion to UTF-8 would leave a copy in the
/// string.
pub(crate) fn text(object: Obj<'_>, limit: usize) -> Option<(String, bool)> {
    if let Some(bytes) = latin(object) {
        let shown = &bytes[..bytes.len().min(limit)];
        // Nearly all are ASCII.
        if let Some(ascii) = str::from_utf8(shown).ok().filter(|text| text.is_ascii()) {
            return Some((ascii.to_owned(), bytes.len() > limit));
        }
    }
    let (characters, length) = characters(object, limit)?;
    let mut string = String::with_capacity(length.min(limit));
    for unit in characters {
        match char::from_u32(unit) {
            Some(c) => string.push(c),
            None => string.push_str(&format!("\\u{unit:04x}")),
        }
    }
    Some((string, length > limit))
}

/// The characters of a string with one byte for each, which are up to U+00FF.
fn latin<'h>(object: Obj<'h>) -> Option<&'h [u8]> {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive; the rest is read only from strings. A string of this kind has
    // as many bytes as it says, and does not change.
    unsafe {
        if ffi::PyUnicode_Check(pointer) == 0
            || ffi::PyUnicode_KIND(pointer) != ffi::PyUnicode_1BYTE_KIND
        {
            return None;
        }
        let length = ffi::PyUnicode_GET_LENGTH(pointer) as usize;
        let data = ffi::PyUnicode_DATA(pointer).cast::<u8>();
        Some(std::slice::from_raw_parts(data, length))
    }
}

/// The width of the characters of an exact string in bytes, and the bytes of all of them.
pub(crate) fn text_units<'h>(object: Obj<'h>) -> Option<(usize, &'h [u8])> {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive; the rest is read only from strings. The characters of a string
    // do not change.
    unsafe {
        if ffi::PyUnicode_CheckExact(pointer) == 0 {
            return None;
        }
        let width = ffi::PyUnicode_KIND(pointer) as usize;
        if width == 0 {
            return None; // before 3.12, the deprecated form that nothing has asked for yet
        }
        let length = ffi::PyUnicode_GET_LENGTH(pointer) as usize;
        let data = ffi::PyUnicode_DATA(pointer).cast::<u8>();
        Some((width, std::slice::from_raw_parts(data, width * length)))
    }
}

/// Whether the interpreter shares a string with all that are equal to it.
pub(super) fn is_interned(object: Obj<'_>) -> bool {
    /// The bits of `PyASCIIObject.state.interned`.
    const INTERNED: u32 = 3;

    // SAFETY: the object is alive, and its state is read only if it is a string.
    unsafe {
        ffi::PyUnicode_Check(object.as_ptr()) != 0
            && (*object.as_ptr().cast::<ffi::PyASCIIObject>()).state & INTERNED != 0
    }
}

/// At most `limit` code points of a string, and the length of the string.
fn characters(object: Obj<'_>, limit: usize) -> Option<(impl Iterator<Item = u32>, usize)> {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive; the rest is read only from strings.
    let (length, data, kind) = unsafe {
        if ffi::PyUnicode_Check(pointer) == 0 {
            return None;
        }
        (
            ffi::PyUnicode_GET_LENGTH(pointer) as usize,
            ffi::PyUnicode_DATA(pointer),
            ffi::PyUnicode_KIND(pointer),
        )
    };
    let units = (0..length.min(limit)).map(move |index| {
        // SAFETY: the data are `length` units of the size that `kind` states.
        unsafe {
            match kind {
                ffi::PyUnicode_1BYTE_KIND => u32::from(data.cast::<u8>().add(index).read()),
                ffi::PyUnicode_2BYTE_KIND => u32::from(data.cast::<u16>().add(index).read()),
                _ => data.cast::<u32>().add(index).read(),
            }
        }
    });
    Some((units, length))
}

/// Integers of more bits than this are not written in decimal: that takes quadratic
/// time, and CPython forbids it beyond a limit.
const MAX_DECIMAL_BITS: f64 = 512.0;

/// The `repr` of `None`, a bool, a number, a string or bytes of exactly these types, cut off after
/// `limit` characters. For any other object, the empty string.
pub(crate) fn atom_repr(object: Obj<'_>, limit: usize) -> String {
    let (text, cut) = full_repr(object, limit);
    let mut shown: String = text.chars().take(limit).collect();
    if cut || shown.len() < text.len() {
        shown.push_str("...");
    }
    shown
}

/// The `repr` (for a string or bytes, of the first `limit` characters), and whether there are more.
fn full_repr(object: Obj<'_>, limit: usize) -> (String, bool) {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive and of the type that was checked; none of the calls creates
    // an object.
    unsafe {
        if ffi::PyUnicode_CheckExact(pointer) != 0 {
            return string_repr(object, limit);
        }
        if ffi::PyBytes_CheckExact(pointer) != 0 {
            return bytes_repr(bytes_of(object), limit);
        }
        let text = if ffi::PyLong_CheckExact(pointer) != 0 {
            integer_repr(object)
        } else if ffi::PyFloat_CheckExact(pointer) != 0 {
            float_repr(ffi::PyFloat_AsDouble(pointer), ffi::Py_DTSF_ADD_DOT_0)
        } else if ffi::PyComplex_CheckExact(pointer) != 0 {
            let real = ffi::PyComplex_RealAsDouble(pointer);
            complex_repr(real, ffi::PyComplex_ImagAsDouble(pointer))
        } else if pointer == ffi::Py_None() {
            "None".to_owned()
        } else if pointer == ffi::Py_True() {
            "True".to_owned()
        } else if pointer == ffi::Py_False() {
            "False".to_owned()
        } else {
            String::new()
        };
        (text, false)
    }
}

fn string_repr(string: Obj<'_>, limit: usize) -> (String, bool) {
    let Some((units, length)) = characters(string, limit) else {
        return Default::default();
    };
    let units: Vec<_> = units.collect();
    let quote = quote_for(|wanted| units.contains(&u32::from(wanted)));
    let mut text = String::from(quote);
    for unit in units {
        match char::from_u32(unit) {
            Some(c) if c.is_ascii() => push_ascii(&mut text, c, quote),
            // SAFETY: the function accepts any number.
            Some(c) if unsafe { _PyUnicode_IsPrintable(unit) } != 0 => text.push(c),
            _ => push_escape(&mut text, unit),
        }
    }
    text.push(quote);
    (text, length > limit)
}

fn bytes_repr(bytes: &[u8], limit: usize) -> (String, bool) {
    let shown = &bytes[..bytes.len().min(limit)];
    let quote = quote_for(|wanted| shown.contains(&(wanted as u8)));
    let mut text = format!("b{quote}");
    for &byte in shown {
        match byte.is_ascii() {
            true => push_ascii(&mut text, char::from(byte), quote),
            false => push_escape(&mut text, u32::from(byte)),
        }
    }
    text.push(quote);
    (text, bytes.len() > limit)
}

fn quote_for(has: impl Fn(char) -> bool) -> char {
    if has('\'') && !has('"') { '"' } else { '\'' }
}

fn push_ascii(text: &mut String, c: char, quote: char) {
    match c {
        '\\' => text.push_str("\\\\"),
        '\t' => text.push_str("\\t"),
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        _ if c == quote => text.extend(['\\', c]),
        ' '..='~' => text.push(c),
        _ => push_escape(text, u32::from(c)),
    }
}

fn push_escape(text: &mut String, unit: u32) {
    let _ = match unit {
        0..=0xff => write!(text, "\\x{unit:02x}"),
        0x100..=0xffff => write!(text, "\\u{unit:04x}"),
        _ => write!(text, "\\U{unit:08x}"),
    };
}

/// # Safety
/// The object is an integer.
unsafe fn integer_repr(object: Obj<'_>) -> String {
    // SAFETY: guaranteed by the caller.
    let (size, is_negative) = unsafe { digits_of(object) };
    let sign = if is_negative { "-" } else { "" };
    let bits = size as f64 * 30.0;
    if bits > MAX_DECIMAL_BITS {
        return format!("{sign}int of about 2**{bits:.0}");
    }
    // SAFETY: the digits, 30 bits each, follow the word with their number.
    let digits = unsafe {
        let first = object.as_ptr().byte_add(DIGITS).cast::<u32>();
        std::slice::from_raw_parts(first, size)
    };
    format!("{sign}{}", decimal(digits))
}

/// The offset of the word with the number of digits in an integer, and that of the digits.
const SIZE: usize = size_of::<ffi::PyObject>();
const DIGITS: usize = SIZE + size_of::<usize>();

/// The number of digits of an integer, and whether it is negative.
///
/// # Safety
/// The object is an integer.
unsafe fn digits_of(object: Obj<'_>) -> (usize, bool) {
    // SAFETY: guaranteed by the caller. The word is the number of digits with the sign; since 3.12,
    // the number is above three bits, the lowest two of which are 2 for a negative number.
    let word = unsafe { object.word(SIZE) } as isize;
    if cfg!(Py_3_12) {
        ((word >> 3) as usize, word & 3 == 2)
    } else {
        (word.unsigned_abs(), word < 0)
    }
}

/// A number in decimal, given by its digits of 30 bits, lowest first.
fn decimal(digits: &[u32]) -> String {
    const CHUNK: u64 = 1_000_000_000;

    let mut digits = digits.to_vec();
    let mut chunks = Vec::new();
    while let Some(highest) = digits.iter().rposition(|&digit| digit != 0) {
        digits.truncate(highest + 1);
        let mut rest = 0;
        for digit in digits.iter_mut().rev() {
            let value = rest << 30 | u64::from(*digit);
            *digit = (value / CHUNK) as u32;
            rest = value % CHUNK;
        }
        chunks.push(rest);
    }
    let mut text = chunks.pop().unwrap_or_default().to_string();
    for chunk in chunks.iter().rev() {
        let _ = write!(text, "{chunk:09}");
    }
    text
}

fn float_repr(number: f64, flags: c_int) -> String {
    // SAFETY: the format is that of `repr`. The call returns a string in CPython's memory, or null
    // if there is no memory.
    unsafe {
        let format = b'r' as c_char;
        let text = ffi::PyOS_double_to_string(number, format, 0, flags, std::ptr::null_mut());
        if text.is_null() {
            ffi::PyErr_Clear();
            return String::new();
        }
        let copy = CStr::from_ptr(text).to_string_lossy().into_owned();
        ffi::PyMem_Free(text.cast());
        copy
    }
}

fn complex_repr(real: f64, imaginary: f64) -> String {
    if real == 0.0 && real.is_sign_positive() {
        return format!("{}j", float_repr(imaginary, 0));
    }
    let imaginary = float_repr(imaginary, ffi::Py_DTSF_SIGN);
    format!("({}{imaginary}j)", float_repr(real, 0))
}

/// The value of an integer of exactly that type, if it is not negative and of at most 64 bits.
pub(crate) fn small_integer(object: Obj<'_>) -> Option<u64> {
    // SAFETY: the object is alive, and its digits are read only if it is an integer.
    unsafe {
        if ffi::PyLong_CheckExact(object.as_ptr()) == 0 {
            return None;
        }
        let (size, is_negative) = digits_of(object);
        if is_negative || size > 3 {
            return None;
        }
        let first = object.as_ptr().byte_add(DIGITS).cast::<u32>();
        let digits = std::slice::from_raw_parts(first, size).iter().rev();
        let value = digits.fold(0u128, |value, &digit| value << 30 | u128::from(digit));
        u64::try_from(value).ok()
    }
}

/// The number of digits of an integer of exactly that type that fits into 64 bits with its sign.
pub(super) fn digits_of_word(object: Obj<'_>) -> Option<usize> {
    const MOST: usize = 3;
    /// The highest digit of 2 ** 63.
    const END: u32 = 8;

    // SAFETY: the object is alive, and its digits are read only if it is an integer.
    unsafe {
        if ffi::PyLong_CheckExact(object.as_ptr()) == 0 {
            return None;
        }
        let (size, _) = digits_of(object);
        let digit = |place| object.as_ptr().byte_add(DIGITS).cast::<u32>().add(place);
        match size {
            MOST if digit(MOST - 1).read() >= END => None,
            0..=MOST => Some(size),
            _ => None,
        }
    }
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
    // SAFETY: the object is alive and of the type that was checked.
    unsafe {
        if ffi::PyUnicode_CheckExact(pointer) != 0 {
            let length = ffi::PyUnicode_GET_LENGTH(pointer) as usize;
            let (text, _) = text(object, limit)?;
            return Some(AtomText::Str { text, length });
        }
        if ffi::PyBytes_CheckExact(pointer) == 0 {
            return None;
        }
        let bytes = bytes_of(object);
        let shown = &bytes[..bytes.len().min(limit)];
        let text = shown.iter().map(|&byte| char::from(byte)).collect();
        let length = bytes.len();
        Some(AtomText::Bytes { text, length })
    }
}

/// # Safety
/// The object is bytes.
pub(super) unsafe fn bytes_of<'h>(object: Obj<'h>) -> &'h [u8] {
    // SAFETY: guaranteed by the caller. A bytes object has as many bytes as it states, and they do
    // not change.
    unsafe {
        let length = ffi::PyBytes_Size(object.as_ptr()) as usize;
        let start = ffi::PyBytes_AsString(object.as_ptr()).cast::<u8>();
        std::slice::from_raw_parts(start, length)
    }
}
