//! Finds the number of a vertex or of an edge, given a Python object.

use std::ops::ControlFlow;

use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::{PyTraverseError, PyVisit};
use rustc_hash::FxHashMap;

use crate::annotate::type_name_of;
use crate::heap::memory;
use crate::heap::{Held, Reading, is_tracked, paused};
use crate::interrupt;
use crate::terminal;

/// How objects are identified.
pub(crate) enum Lookup {
    /// By identity; the objects are in the order of their addresses, except for a few at the end,
    /// such as the buffers of a snapshot.
    Sorted {
        /// Their numbers, by address.
        end: FxHashMap<usize, u32>,
    },
    /// By identity.
    Addresses(FxHashMap<usize, u32>),
    /// By a mapping: a dict, for objects that are hashed and compared, or a mapping that a user's
    /// class provides.
    Mapping(Py<PyAny>),
}

fn address(object: &Py<PyAny>) -> usize {
    object.as_ptr() as usize
}

impl Lookup {
    pub(crate) fn by_identity(py: Python<'_>, objects: &Held) -> PyResult<Self> {
        interrupt::run(py, objects.len(), |_| match Self::by_address(objects) {
            Ok(lookup) => ControlFlow::Continue(lookup),
            Err(error) => ControlFlow::Break(error),
        })
    }

    fn by_address(objects: &Held) -> PyResult<Self> {
        let is_in_order = |pair: &[Py<PyAny>]| address(&pair[0]) < address(&pair[1]);
        let in_order = objects.windows(2).take_while(|pair| is_in_order(pair));
        let sorted = (in_order.count() + 1).min(objects.len());
        let end = objects.iter().map(address).zip(0..).skip(sorted);
        // 17 bytes per entry, and a table with up to twice as many slots, plus one seventh.
        if objects.len() - sorted <= objects.len() / 8 {
            memory::ask(40 * (objects.len() - sorted))?;
            return Ok(Self::Sorted { end: end.collect() });
        }
        memory::ask(40 * objects.len())?;
        let numbered = objects.iter().map(address).zip(0..);
        Ok(Self::Addresses(numbered.collect()))
    }

    /// By a dict of the objects.
    pub(crate) fn by_equality(py: Python<'_>, objects: &Held) -> PyResult<Self> {
        let dict = PyDict::new(py);
        for (number, object) in objects.iter().enumerate() {
            dict.set_item(object, number)?;
        }
        Ok(Self::Mapping(dict.into_any().unbind()))
    }

    /// Where the table contains the address of an object.
    pub(crate) fn place_of(&self, address: usize) -> Option<usize> {
        match self {
            Self::Addresses(numbers) => {
                let (key, _) = numbers.get_key_value(&address)?;
                Some(std::ptr::from_ref(key) as usize)
            }
            Self::Sorted { .. } | Self::Mapping(_) => None,
        }
    }

    pub(crate) fn find(&self, objects: &Held, object: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
        let wanted = object.as_ptr() as usize;
        match self {
            Self::Sorted { .. } | Self::Addresses(_) => Ok(self.at(objects, wanted)),
            Self::Mapping(mapping) => {
                let number = find_in_mapping(mapping.bind(object.py()), object)?;
                number
                    .map(|number| check(number, objects.len()))
                    .transpose()
            }
        }
    }

    /// The number of the object at an address; `None` if there is none, or objects are not told
    /// apart by identity.
    pub(crate) fn at(&self, objects: &Held, wanted: usize) -> Option<u32> {
        match self {
            Self::Sorted { end } => {
                let found = objects[..objects.len() - end.len()]
                    .binary_search_by_key(&wanted, address)
                    .map(|number| number as u32);
                found.ok().or_else(|| end.get(&wanted).copied())
            }
            Self::Addresses(numbers) => numbers.get(&wanted).copied(),
            Self::Mapping(_) => None,
        }
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Mapping(mapping) => visit.call(mapping),
            Self::Sorted { .. } | Self::Addresses(_) => Ok(()),
        }
    }
}

/// Checks a number that a user's mapping returned.
fn check(number: u32, count: usize) -> PyResult<u32> {
    if (number as usize) < count {
        return Ok(number);
    }
    Err(PyValueError::new_err(format!(
        "the mapping from vertex_dict() gives the number {number}, and the graph has {count} \
         vertices: it must return the values that were put into it"
    )))
}

/// The number of an object in a mapping. A look-up that runs the object's own `__eq__` and
/// `__hash__` may raise any exception.
fn find_in_mapping(mapping: &Bound<'_, PyAny>, object: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
    if let Ok(dict) = mapping.cast::<PyDict>() {
        return dict
            .get_item(object)?
            .map(|number| number.extract())
            .transpose();
    }
    if !mapping.contains(object)? {
        return Ok(None);
    }
    mapping.get_item(object)?.extract().map(Some)
}

/// The error for an object that is not in a graph. It states the type and the id, because a `repr`
/// would run code and may be very long. For a snapshot or a part of one, it also states what to
/// try.
pub(crate) fn not_in_graph(
    what: &str,
    object: &Bound<'_, PyAny>,
    snapshot: Option<&Reading>,
) -> PyErr {
    let hint = snapshot.map_or("", |reading| hint(object, reading));
    PyKeyError::new_err(format!(
        "this graph has no such {what}: {}{hint}",
        described(object)
    ))
}

/// Why a snapshot may lack an object, and what to try.
fn hint(object: &Bound<'_, PyAny>, reading: &Reading) -> &'static str {
    let held = object.as_unbound();
    if !reading.untracked && !paused(object.py(), |heap| is_tracked(heap.see(held))) {
        "; the collector does not track it: take the snapshot with untracked=True"
    } else {
        "; if it is newer than the snapshot, take another one"
    }
}

/// The name of an object's type, for an error.
pub(crate) fn type_name(object: &Bound<'_, PyAny>) -> String {
    let held = object.as_unbound();
    let name = paused(object.py(), |heap| type_name_of(heap.see(held)));
    terminal::line(&name)
}

/// An object by its type and id.
pub(crate) fn described(object: &Bound<'_, PyAny>) -> String {
    let name = type_name(object);
    format!(
        "an object of type {name} with id {:#x}",
        object.as_ptr() as usize
    )
}

/// A number of generations: `None` for no limit.
pub(crate) fn generations(limit: Option<&Bound<'_, PyAny>>) -> PyResult<Option<usize>> {
    use pyo3::exceptions::PyOverflowError;

    let Some(limit) = limit.filter(|limit| !limit.is_none()) else {
        return Ok(None);
    };
    if !limit.get_type().hasattr(intern!(limit.py(), "__index__"))? {
        let name = type_name(limit);
        return Err(PyTypeError::new_err(format!(
            "generations must be an integer or None, not {name}"
        )));
    }
    match limit.extract::<i64>() {
        Ok(number) => usize::try_from(number).map(Some).map_err(|_| {
            PyValueError::new_err(format!(
                "generations must not be negative, but is {number}: 0 gives the start alone, None means no \
                 limit"
            ))
        }),
        Err(error) if error.is_instance_of::<PyOverflowError>(limit.py()) => {
            if limit.lt(0)? {
                Err(PyValueError::new_err("generations must not be negative"))
            } else {
                Ok(None)
            }
        }
        Err(error) => Err(error),
    }
}
