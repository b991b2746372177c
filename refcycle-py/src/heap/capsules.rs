//! Capsules: objects with a pointer for C code.

use pyo3::ffi;

use super::{Obj, is_tracked};

/// The pointer of a capsule that does not show to what its struct refers; `None` for others, which
/// the collector tracks, and for all other objects.
pub(crate) fn hidden_pointer(object: Obj<'_>) -> Option<usize> {
    let capsule = object.as_ptr();
    // SAFETY: the object is alive and checked to be a capsule. It is asked for its pointer by its own
    // name, so that there is no error.
    unsafe {
        if ffi::PyCapsule_CheckExact(capsule) == 0 || is_tracked(object) {
            return None;
        }
        let name = ffi::PyCapsule_GetName(capsule);
        Some(ffi::PyCapsule_GetPointer(capsule, name) as usize)
    }
}
