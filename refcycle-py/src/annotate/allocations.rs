//! Where objects were allocated.

use pyo3::exceptions::{PyImportError, PyRuntimeError};
use pyo3::prelude::*;
use rustc_hash::FxHashMap;

use super::shown_names::whole_file;
use super::spelling::Values;
use crate::heap::{allocation, paused, text};
use crate::modules;

/// The longest name of a file.
const LONGEST: usize = 4096;

/// The places at which the objects of a graph were allocated.
#[derive(Default)]
pub(crate) struct Allocations {
    /// By the file and the line. 3.15 makes a string of the file name for each answer.
    numbers: FxHashMap<(String, u32), usize>,
    places: Vec<Box<str>>,
}

impl Allocations {
    /// `None` if `tracemalloc` is not tracing.
    pub(crate) fn now(py: Python<'_>) -> PyResult<Option<Self>> {
        // An isolated interpreter cannot import the module.
        let is_tracing = match modules::attribute(py, "_tracemalloc", "is_tracing") {
            Ok(is_tracing) => is_tracing.call0()?.is_truthy()?,
            Err(error)
                if error.is_instance_of::<PyImportError>(py)
                    || error.is_instance_of::<PyRuntimeError>(py) =>
            {
                false
            }
            Err(error) => return Err(error),
        };
        Ok(is_tracing.then(Self::default))
    }

    /// The number of the place at which an object was allocated.
    pub(crate) fn number(
        &mut self,
        py: Python<'_>,
        object: &Py<PyAny>,
        values: Values<'_>,
    ) -> Option<usize> {
        let key = file_and_line(py, object)?;
        if let Some(&number) = self.numbers.get(&key) {
            return Some(number);
        }
        let (file, line) = key.clone();
        self.numbers.insert(key, self.places.len());
        self.places.push(place(file, line, values).into());
        Some(self.places.len() - 1)
    }

    /// The file and the line with this number: `/srv/app.py:12`.
    pub(crate) fn place(&self, number: usize) -> &str {
        &self.places[number]
    }

    /// The file and the line at which an object was allocated: `/srv/app.py:12`.
    pub(crate) fn of(
        &mut self,
        py: Python<'_>,
        object: &Py<PyAny>,
        values: Values<'_>,
    ) -> Option<&str> {
        let number = self.number(py, object, values)?;
        Some(self.place(number))
    }
}

/// The file and the line at which an object was allocated: `/srv/app.py:12`; `None` if unknown.
pub(crate) fn allocated_at(py: Python<'_>, object: &Py<PyAny>) -> Option<String> {
    let (file, line) = file_and_line(py, object)?;
    Some(place(file, line, Values::Shown))
}

fn file_and_line(py: Python<'_>, object: &Py<PyAny>) -> Option<(String, u32)> {
    let (file, line) = allocation(py, object)?;
    let file = file.into_any().unbind();
    let (file, _) = paused(py, |heap| text(heap.see(&file), LONGEST))?;
    Some((file, line))
}

fn place(file: String, line: u32, values: Values<'_>) -> String {
    format!("{}:{line}", whole_file(file, values))
}
