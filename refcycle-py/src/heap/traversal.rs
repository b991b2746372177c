//! The traversal of an object, and the visitors of its references.

use std::ffi::{c_int, c_void};

use pyo3::ffi;

use super::Obj;

/// Receives the addresses of an object's referents, once for each reference.
pub(super) trait ReferentSink {
    fn see(&mut self, address: usize);

    /// A reference that is not counted in the referent's reference count. There are none before
    /// 3.11.
    #[cfg_attr(not(Py_3_11), allow(dead_code))]
    fn see_uncounted(&mut self, address: usize) {
        self.see(address);
    }

    /// Whether the current object has already shown this referent.
    fn has_seen(&mut self, address: usize) -> bool;
}

/// Collects the addresses.
#[derive(Default)]
pub(super) struct ReferentList(pub(super) Vec<usize>);

impl ReferentSink for ReferentList {
    fn see(&mut self, address: usize) {
        self.0.push(address);
    }

    fn has_seen(&mut self, address: usize) -> bool {
        self.0.contains(&address)
    }
}

/// # Safety
/// The object takes part in collection.
pub(super) unsafe fn see_traversed<S: ReferentSink>(object: Obj<'_>, sink: &mut S) {
    // SAFETY: guaranteed by the caller.
    unsafe { see_traversed_as(object.raw_type(), object, sink) };
}

/// Traverses an object as an instance of this type, which may be a base of its own type.
///
/// # Safety
/// The object takes part in collection.
pub(super) unsafe fn see_traversed_as<S: ReferentSink>(
    ty: *mut ffi::PyTypeObject,
    object: Obj<'_>,
    sink: &mut S,
) {
    /// # Safety
    /// `arg` points to an `S` that is not in use elsewhere.
    unsafe extern "C" fn visit<S: ReferentSink>(
        object: *mut ffi::PyObject,
        arg: *mut c_void,
    ) -> c_int {
        // SAFETY: `arg` is the sink given below.
        let sink = unsafe { &mut *arg.cast::<S>() };
        if !object.is_null() {
            sink.see(object as usize);
        }
        0
    }
    // SAFETY: guaranteed by the caller.
    unsafe {
        if let Some(traverse) = (*ty).tp_traverse {
            traverse(object.as_ptr(), visit::<S>, std::ptr::from_mut(sink).cast());
        }
    }
}
