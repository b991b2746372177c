//! The private state of modules that are written in C.

use pyo3::ffi;

use super::Obj;

/// Calls `found` with each object to which a module refers from its state: once for each word that
/// holds a reference to it.
pub(crate) fn see_module_state<'h>(object: Obj<'h>, mut found: impl FnMut(Obj<'h>)) {
    let Some((state, size)) = state(object) else {
        return;
    };
    let mut referents = Vec::new();
    object.traverse(|referent| referents.push(referent));
    referents.sort_unstable_by_key(|referent| referent.address());
    for index in 0..size / size_of::<usize>() {
        // SAFETY: the module's state has this size, and lives as long as the module.
        let word = unsafe { state.add(index).read() };
        let place = referents.binary_search_by_key(&word, |referent| referent.address());
        if let Ok(place) = place {
            found(referents[place]);
        }
    }
}

/// Where the state of a module is, if it has one.
pub(crate) fn module_state_address(object: Obj<'_>) -> Option<usize> {
    Some(state(object)?.0 as usize)
}

/// The memory that belongs to a module, and its size in bytes.
fn state(object: Obj<'_>) -> Option<(*const usize, usize)> {
    let module = object.as_ptr();
    // SAFETY: the object is alive and checked to be a module. Neither call runs code of the module,
    // and no exception is left set.
    unsafe {
        if ffi::PyModule_Check(module) == 0 {
            return None;
        }
        let state = ffi::PyModule_GetState(module).cast::<usize>();
        if state.is_null() {
            return None;
        }
        #[cfg(Py_3_15)]
        let size = {
            let mut size = 0;
            if ffi::PyModule_GetStateSize(module, &mut size) < 0 {
                ffi::PyErr_Clear();
                return None;
            }
            size
        };
        #[cfg(not(Py_3_15))]
        let size = {
            let definition = ffi::PyModule_GetDef(module);
            if definition.is_null() {
                return None;
            }
            (*definition).m_size
        };
        Some((state.cast_const(), usize::try_from(size).ok()?))
    }
}
