//! The interpreter, and the dicts that it keeps.

use std::ffi::CString;

use pyo3::ffi;
use pyo3::prelude::*;

/// The addresses of the dicts that exist, each with a name.
pub(crate) fn interpreter_dicts(_py: Python<'_>) -> Vec<(&'static str, usize)> {
    // SAFETY: the GIL is held; all of these return borrowed references or null.
    let dicts = unsafe {
        let interpreter = ffi::PyInterpreterState_Get();
        [
            ("sys.modules", ffi::PyImport_GetModuleDict()),
            ("namespace of sys", module_dict(c"sys")),
            ("namespace of builtins", module_dict(c"builtins")),
            (
                "dict of the interpreter",
                ffi::PyInterpreterState_GetDict(interpreter),
            ),
        ]
    };
    dicts
        .into_iter()
        .map(|(name, dict)| (name, dict as usize))
        .filter(|&(_, address)| address != 0)
        .collect()
}

/// The dict that the interpreter keeps for extensions.
pub(crate) fn interpreter_dict(py: Python<'_>) -> Option<Py<PyAny>> {
    // SAFETY: the GIL is held; the result is borrowed, or null without an error.
    let dict = unsafe {
        let dict = ffi::PyInterpreterState_GetDict(ffi::PyInterpreterState_Get());
        Bound::from_borrowed_ptr_or_opt(py, dict)
    };
    dict.map(Bound::unbind)
}

/// The namespace of a module that is loaded, borrowed, or null.
///
/// # Safety
/// The GIL is held.
pub(super) unsafe fn module_dict(name: &std::ffi::CStr) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise; a module that was imported is borrowed from
    // `sys.modules`.
    unsafe {
        let modules = ffi::PyImport_GetModuleDict();
        let module = ffi::PyDict_GetItemString(modules, name.as_ptr());
        if module.is_null() || ffi::PyModule_Check(module) == 0 {
            return std::ptr::null_mut();
        }
        ffi::PyModule_GetDict(module)
    }
}

/// `sys.name`, also when `sys` can no longer be imported.
pub(crate) fn sys_attribute<'py>(py: Python<'py>, name: &str) -> Option<Bound<'py, PyAny>> {
    let name = CString::new(name).ok()?;
    // SAFETY: the GIL is held; the result is borrowed, or null without an error.
    unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PySys_GetObject(name.as_ptr())) }
}

/// Whether the interpreter is being finalized: modules are being removed, and only this thread
/// runs.
pub(crate) fn is_ending(_py: Python<'_>) -> bool {
    // SAFETY: may always be called.
    #[cfg(Py_3_13)]
    let is_ending = unsafe { ffi::Py_IsFinalizing() } != 0;
    // SAFETY: may always be called. An interpreter that runs code is initialized until it is
    // finalized.
    #[cfg(not(Py_3_13))]
    let is_ending = unsafe { ffi::Py_IsInitialized() } == 0;
    is_ending
}

/// The addresses of the states of the main interpreter and of this one.
pub(crate) fn interpreter_states(_py: Python<'_>) -> [usize; 2] {
    // SAFETY: the GIL is held.
    let states = unsafe {
        [
            ffi::PyInterpreterState_Main(),
            ffi::PyInterpreterState_Get(),
        ]
    };
    states.map(|state| state as usize)
}

/// Whether the process has only one interpreter. Functions that look at all interpreters are not
/// safe if another one has a GIL of its own.
pub(crate) fn is_alone(_py: Python<'_>) -> bool {
    // SAFETY: the GIL is held.
    unsafe { ffi::PyInterpreterState_Next(ffi::PyInterpreterState_Head()).is_null() }
}

/// Whether no other thread of the process has run Python code and can still do so.
pub(super) fn has_one_thread(py: Python<'_>) -> bool {
    // SAFETY: the GIL is held, so that no thread of the interpreter ends.
    is_alone(py)
        && unsafe {
            let first = ffi::PyInterpreterState_ThreadHead(ffi::PyInterpreterState_Get());
            ffi::PyThreadState_Next(first).is_null()
        }
}
