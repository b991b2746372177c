//! Arguments that have been renamed: their former names still work as keywords.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// The value of an argument that was given by its name or by its former name.
pub(super) fn renamed<T>(now: (&str, Option<T>), former: (&str, Option<T>)) -> PyResult<T> {
    let missing = format!("the argument {} is missing", now.0);
    renamed_if_given(now, former)?.ok_or_else(|| PyTypeError::new_err(missing))
}

/// The same for an optional argument.
pub(super) fn renamed_if_given<T>(
    (name, given): (&str, Option<T>),
    (former_name, former): (&str, Option<T>),
) -> PyResult<Option<T>> {
    if given.is_some() && former.is_some() {
        return Err(PyTypeError::new_err(format!(
            "{former_name} is the former name of {name}: use only {name}"
        )));
    }
    Ok(given.or(former))
}
