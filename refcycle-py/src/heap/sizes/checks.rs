//! Compares sizes read from private structs with those that CPython reports for known objects.

use std::sync::OnceLock;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFrozenSet, PyList, PySet, PyString};

use super::by_method::by_method;
use super::plan::{Plan, Size, Trusted, own_sizeof};
use crate::heap::{layout, paused};

/// Used for the check itself.
const ALL: Trusted = Trusted {
    dicts: true,
    integers: true,
    lists: true,
    sets: true,
    texts: true,
};

static TRUSTED: OnceLock<Trusted> = OnceLock::new();

/// The sizes that may be measured here. The check runs on the first call, and takes about 0.1 ms.
pub(super) fn trusted(py: Python<'_>) -> Trusted {
    if let Some(&trusted) = TRUSTED.get() {
        return trusted;
    }
    // Not while the lock is held: another thread could wait for it while holding the GIL.
    let all_fit = |known: PyResult<Vec<Bound<'_, PyAny>>>| {
        known.is_ok_and(|known| known.iter().all(is_as_cpython_says))
    };
    let trusted = Trusted {
        dicts: layout::dicts_are_known() && all_fit(dicts(py)),
        integers: all_fit(integers(py)),
        lists: all_fit(lists(py)),
        sets: all_fit(sets(py)),
        texts: all_fit(texts(py)),
    };
    let _ = TRUSTED.set(trusted);
    trusted
}

fn is_as_cpython_says(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: the type of a live object is alive.
    let Some(method) = (unsafe { own_sizeof(object.get_type_ptr()) }) else {
        return false;
    };
    let held = object.as_unbound();
    let measured = paused(object.py(), |heap| {
        let object = heap.see(held);
        Plan::of(object.raw_type(), ALL).size(object)
    });
    // SAFETY: the object is alive.
    let is_collected = unsafe { ffi::PyObject_IS_GC(object.as_ptr()) } != 0;
    let head = if is_collected {
        super::plan::GC_HEAD
    } else {
        0
    };
    matches!(measured, Size::Known(bytes) if bytes == head + by_method(object, method))
}

type Known<'py> = PyResult<Vec<Bound<'py, PyAny>>>;

/// Numbers of items for which tables are small, have grown, and have wider indices.
const COUNTS: [usize; 5] = [0, 1, 6, 40, 400];

fn dicts(py: Python<'_>) -> Known<'_> {
    let mut known = Vec::new();
    for count in COUNTS {
        let (by_text, by_number) = (PyDict::new(py), PyDict::new(py));
        for number in 0..count {
            by_text.set_item(number.to_string(), number)?;
            by_number.set_item(number, number)?;
        }
        known.extend([by_text.into_any(), by_number.into_any()]);
    }
    Ok(known)
}

/// Integers of one digit are omitted: CPython reports 28 bytes and allocates 32.
fn integers(py: Python<'_>) -> Known<'_> {
    [1i128 << 40, 1 << 70, -(1 << 90), i128::MAX]
        .into_iter()
        .map(|number| Ok(number.into_pyobject(py)?.into_any()))
        .collect()
}

fn lists(py: Python<'_>) -> Known<'_> {
    let mut known = Vec::new();
    for count in COUNTS {
        let grown = PyList::empty(py);
        for number in 0..count {
            grown.append(number)?;
        }
        known.extend([grown.into_any(), PyList::new(py, 0..count)?.into_any()]);
    }
    Ok(known)
}

fn sets(py: Python<'_>) -> Known<'_> {
    let mut known = Vec::new();
    for count in COUNTS {
        let set = PySet::new(py, 0..count)?;
        known.extend([set.into_any(), PyFrozenSet::new(py, 0..count)?.into_any()]);
    }
    Ok(known)
}

fn texts(py: Python<'_>) -> Known<'_> {
    let texts = ["", "two", "two \u{e9}", "two \u{20ac}", "two \u{1f600}"];
    let known = texts.iter().flat_map(|text| {
        let plain = PyString::new(py, text);
        let with_copy = PyString::new(py, &text.repeat(3));
        // The copy in UTF-8 that this leaves is freed with the string.
        let _ = with_copy.to_str();
        [plain.into_any(), with_copy.into_any()]
    });
    Ok(known.collect())
}
