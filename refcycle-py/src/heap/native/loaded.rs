//! What loaded modules contain. Nothing is imported, and no code of a module runs.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};

use crate::heap::sys_attribute;

/// Whether a loaded module has exactly this type under a name.
pub(super) fn is_in(ty: &Bound<'_, PyType>, module: &str, name: &str) -> bool {
    in_module(ty.py(), module, name).is_some_and(|found| found.is(ty))
}

/// What a loaded module has under a name.
pub(super) fn in_module<'py>(
    py: Python<'py>,
    module: &str,
    name: &str,
) -> Option<Bound<'py, PyAny>> {
    let module = in_dict(&modules(py)?, &PyString::new(py, module))?;
    // SAFETY: the object is alive. An instance of a subclass of the type of modules is one too, but
    // only an exact module is read.
    let names = unsafe {
        if ffi::PyModule_Check(module.as_ptr()) == 0 {
            return None;
        }
        Bound::from_borrowed_ptr_or_opt(py, ffi::PyModule_GetDict(module.as_ptr()))?
    };
    in_dict(names.cast::<PyDict>().ok()?, &PyString::new(py, name))
}

/// `sys.modules`.
pub(super) fn modules(py: Python<'_>) -> Option<Bound<'_, PyDict>> {
    sys_attribute(py, "modules")?.cast_into().ok()
}

pub(super) fn in_dict<'py>(
    dict: &Bound<'py, PyDict>,
    name: &Bound<'py, PyString>,
) -> Option<Bound<'py, PyAny>> {
    dict.get_item(name).ok().flatten()
}

/// Whether a type is below another one, by their bases in C.
pub(super) fn is_subtype(ty: &Bound<'_, PyType>, base: &Bound<'_, PyAny>) -> bool {
    let base = base.as_ptr().cast();
    // SAFETY: a type keeps its bases alive.
    std::iter::successors(Some(ty.as_type_ptr()), |&ty| unsafe {
        let base = (*ty).tp_base;
        (!base.is_null()).then_some(base)
    })
    .any(|ty| ty == base)
}
