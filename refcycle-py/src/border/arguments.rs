//! The arguments of calls from Python. An error about one names it.

use std::path::PathBuf;

use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyIterator};
use refcycle_dot::text::escaped;

/// An argument before it is converted, or its default.
pub(crate) enum Argument<'py, T> {
    Given(Bound<'py, PyAny>),
    Default(T),
}

impl<'py, T> FromPyObject<'_, 'py> for Argument<'py, T> {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self::Given(given.to_owned()))
    }
}

/// A type to which an argument is converted.
pub(crate) trait Converted: for<'a, 'py> FromPyObject<'a, 'py> {
    /// What the argument must be.
    const WHAT: &'static str;
    /// The numbers that it may be.
    const RANGE: &'static str;
    /// The method of types that can be converted. Its errors are those of the program.
    const METHOD: &'static str;
}

macro_rules! converted {
    ($($ty:ty: $what:literal $method:literal $range:literal,)*) => {$(
        impl Converted for $ty {
            const WHAT: &'static str = $what;
            const RANGE: &'static str = $range;
            const METHOD: &'static str = $method;
        }
    )*};
}

converted! {
    PathBuf: "a str or an os.PathLike of str" "__fspath__" "",
    String: "a str" "" "",
    bool: "True or False" "" "",
    f64: "a number" "__float__" "at most 1.8e308",
    i64: "an int" "__index__" "from -2**63 to 2**63 - 1",
    isize: "an int" "__index__" "from -2**63 to 2**63 - 1",
    u64: "an int" "__index__" "from 0 to 2**64 - 1",
    usize: "an int" "__index__" "from 0 to 2**64 - 1",
    u32: "an int" "__index__" "from 0 to 2**32 - 1",
}

impl<T: Converted> Argument<'_, T> {
    /// The converted argument. An error that PyO3 raises is replaced by one that names the argument.
    pub(crate) fn named(self, name: &str) -> PyResult<T> {
        let given = match self {
            Self::Given(given) => given,
            Self::Default(value) => return Ok(value),
        };
        let error: PyErr = match given.extract() {
            Ok(value) => return Ok(value),
            Err(error) => error.into(),
        };
        let py = given.py();
        if error.is_instance_of::<PyTypeError>(py)
            && (T::METHOD.is_empty() || !given.get_type().hasattr(T::METHOD)?)
        {
            return Err(wrong_type(name, T::WHAT, &given));
        }
        if error.is_instance_of::<PyOverflowError>(py) && given.is_instance_of::<PyInt>() {
            let range = T::RANGE;
            return Err(PyOverflowError::new_err(format!("{name} must be {range}")));
        }
        Err(error)
    }
}

/// The error about an argument of another type.
pub(crate) fn wrong_type(name: &str, what: &str, given: &Bound<'_, PyAny>) -> PyErr {
    match given.get_type().qualname() {
        Ok(class) => {
            let class = class.to_string_lossy();
            let text = format!("{name} must be {what}, not {class}");
            PyTypeError::new_err(escaped(&text).into_owned())
        }
        Err(error) => error,
    }
}

/// An argument over which a call iterates.
pub(crate) fn iterable<'py>(
    given: &Bound<'py, PyAny>,
    name: &str,
) -> PyResult<Bound<'py, PyIterator>> {
    let ty = given.get_type();
    if ty.hasattr(intern!(given.py(), "__iter__"))?
        || ty.hasattr(intern!(given.py(), "__getitem__"))?
    {
        return given.try_iter();
    }
    Err(wrong_type(name, "an iterable", given))
}

/// An argument that is called.
pub(crate) fn callable<'a, 'py>(
    given: &'a Bound<'py, PyAny>,
    name: &str,
) -> PyResult<&'a Bound<'py, PyAny>> {
    match given.is_callable() {
        true => Ok(given),
        false => Err(wrong_type(name, "callable", given)),
    }
}
