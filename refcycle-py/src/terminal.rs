//! Text of the user's program is escaped here before it goes to a terminal. Data in a result
//! is not escaped.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use refcycle_dot::text::escaped;

/// A label as a part of a line: the end of a line is a space.
pub(crate) fn line(label: &str) -> String {
    escaped(&label.replace('\n', " ")).into_owned()
}

/// The name of the class of an object, for an error.
pub(crate) fn class_name(object: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(line(&object.get_type().qualname()?.to_string_lossy()))
}

/// Returns a text as one line for a terminal.
///
/// Characters that a terminal would obey, or that nobody would see, are escaped: `\x1b`.
#[crate::border::guarded]
#[pyfunction]
#[pyo3(name = "_escaped", signature = (text, /))]
pub(crate) fn escape<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    let escape = |plain: &str| PyString::new(text.py(), &escaped(plain));
    match text.to_str() {
        Ok(plain) => Ok(escape(plain)),
        // It has lone surrogates.
        Err(_) => {
            let bytes = text.call_method1("encode", ("utf-8", "backslashreplace"))?;
            Ok(escape(&String::from_utf8_lossy(
                bytes.cast::<PyBytes>()?.as_bytes(),
            )))
        }
    }
}
