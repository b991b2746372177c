//! Escapes text of the user's program before it goes to a terminal. Data in a result is not
//! escaped.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use refcycle_dot::text::{self, Charset, escaped};

/// A label as a part of a line: line breaks become spaces.
pub(crate) fn line(label: &str) -> String {
    escaped(&label.replace('\n', " ")).into_owned()
}

/// The name of the class of an object, for an error.
pub(crate) fn class_name(object: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(line(&object.get_type().qualname()?.to_string_lossy()))
}

/// Returns a text as one line for a terminal.
///
/// Characters that a terminal would interpret, or that are invisible, are escaped: `\x1b`.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_escaped", signature = (text, /))]
pub(crate) fn escape(text: &Bound<'_, PyString>) -> PyResult<String> {
    Ok(escaped(&readable(text)?).into_owned())
}

/// Returns the number of cells that a text takes in a terminal: a wide character takes two.
///
/// A lone surrogate counts as its escape.
///
///     >>> from refcycle._text.cells import width
///     >>> width("list"), width("中文")
///     (4, 4)
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_width", signature = (text, /))]
pub(crate) fn width(text: &Bound<'_, PyString>) -> PyResult<usize> {
    Ok(text::width(&readable(text)?))
}

/// Returns a text cut to at most `cells` cells of a terminal.
///
/// Three dots mark the omitted part.
///
///     >>> from refcycle._text.cells import cut
///     >>> cut("a long name", 8)
///     'a lon...'
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_cut", signature = (text, cells, /))]
pub(crate) fn cut(text: &Bound<'_, PyString>, cells: usize) -> PyResult<String> {
    Ok(text::cut(&readable(text)?, cells, Charset::Ascii))
}

/// A text in which lone surrogates, which Rust strings cannot hold, are escaped.
fn readable<'a>(text: &'a Bound<'_, PyString>) -> PyResult<Cow<'a, str>> {
    if let Ok(plain) = text.to_str() {
        return Ok(Cow::Borrowed(plain));
    }
    let bytes = text.call_method1("encode", ("utf-8", "backslashreplace"))?;
    let bytes = bytes.cast::<PyBytes>()?.as_bytes();
    Ok(Cow::Owned(String::from_utf8_lossy(bytes).into_owned()))
}
