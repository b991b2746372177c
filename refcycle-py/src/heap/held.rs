//! Objects that are held.

use pyo3::prelude::*;

/// References to objects, one each.
pub(crate) type Held = Box<[Py<PyAny>]>;
