//! Objects that are held.

use pyo3::prelude::*;

/// References to objects, one each.
pub(crate) type Held = Box<[Py<PyAny>]>;

/// Takes a reference to each.
pub(crate) fn hold_all<'h>(py: Python<'_>, objects: impl Iterator<Item = super::Obj<'h>>) -> Held {
    objects.map(|object| object.hold(py).unbind()).collect()
}
