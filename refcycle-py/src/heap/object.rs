//! Borrowed views of objects.

use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ptr::NonNull;

use pyo3::ffi;
use pyo3::prelude::*;

use super::greenlet_type::is_below_greenlet;

/// A live object of a [`Still`](super::Still) heap.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Obj<'h> {
    pointer: NonNull<ffi::PyObject>,
    heap: PhantomData<&'h ()>,
}

impl<'h> Obj<'h> {
    /// # Safety
    /// `pointer` is not null and points to an object that lives for 'h.
    pub(super) unsafe fn new(pointer: *mut ffi::PyObject) -> Self {
        Self {
            // SAFETY: guaranteed by the caller.
            pointer: unsafe { NonNull::new_unchecked(pointer) },
            heap: PhantomData,
        }
    }

    /// # Safety
    /// `pointer` is null or points to an object that lives for 'h.
    pub(super) unsafe fn from_nullable(pointer: *mut ffi::PyObject) -> Option<Self> {
        NonNull::new(pointer).map(|pointer| Self {
            pointer,
            heap: PhantomData,
        })
    }

    /// The object, if there is one and it is alive: see [`is_alive`].
    ///
    /// # Safety
    /// `pointer` is null or points to memory that holds a reference count. If the count is not
    /// zero, it points to an object that lives for 'h.
    #[inline]
    pub(super) unsafe fn if_alive(pointer: *mut ffi::PyObject) -> Option<Self> {
        let pointer = NonNull::new(pointer)?;
        // SAFETY: guaranteed by the caller.
        unsafe { is_alive(pointer.as_ptr()).then(|| Self::new(pointer.as_ptr())) }
    }

    pub(super) fn as_ptr(self) -> *mut ffi::PyObject {
        self.pointer.as_ptr()
    }

    pub(crate) fn address(self) -> usize {
        self.pointer.as_ptr() as usize
    }

    /// Whether the object is this type object.
    pub(super) fn is(self, other: *mut ffi::PyTypeObject) -> bool {
        self.as_ptr() == other.cast()
    }

    /// A new reference to the object, which is still valid after the pause.
    #[inline]
    #[expect(
        clippy::disallowed_methods,
        reason = "during a pause, a reference may be taken"
    )]
    pub(crate) fn hold(self) -> Py<PyAny> {
        // SAFETY: the heap is paused by an attached thread, and the object is alive, so a reference
        // may be taken.
        unsafe { Bound::from_borrowed_ptr(Python::assume_attached(), self.as_ptr()).unbind() }
    }

    /// Whether it is a code object.
    pub(super) fn is_code(self) -> bool {
        // SAFETY: the object is alive.
        unsafe { ffi::PyCode_Check(self.as_ptr()) != 0 }
    }

    /// Whether it is a greenlet, also of a subclass.
    #[inline]
    pub(crate) fn is_greenlet(self) -> bool {
        // SAFETY: an object's type is alive.
        unsafe { is_below_greenlet(self.raw_type()) }
    }

    pub(super) fn raw_type(self) -> *mut ffi::PyTypeObject {
        // SAFETY: the object is alive.
        unsafe { ffi::Py_TYPE(self.as_ptr()) }
    }

    /// The type of the object, not the value of a `__class__` property.
    pub(crate) fn ty(self) -> Obj<'h> {
        // SAFETY: an object's type outlives it.
        unsafe { Obj::new(self.raw_type().cast()) }
    }

    /// The reference at this offset, if it is not null.
    ///
    /// # Safety
    /// The object has a field at the offset that holds a reference or null.
    pub(super) unsafe fn field(self, offset: usize) -> Option<Obj<'h>> {
        // SAFETY: guaranteed by the caller.
        unsafe { Obj::from_nullable(self.word(offset) as *mut ffi::PyObject) }
    }

    /// The word at this offset.
    ///
    /// # Safety
    /// The object has a word at this offset.
    pub(super) unsafe fn word(self, offset: usize) -> usize {
        // SAFETY: guaranteed by the caller; objects are aligned to words.
        unsafe { self.as_ptr().byte_add(offset).cast::<usize>().read() }
    }

    /// Shows every object to which this object's traversal refers, once for each reference.
    pub(crate) fn traverse<F: FnMut(Obj<'h>)>(self, mut see: F) {
        /// # Safety
        /// `arg` points to an `F` that is not in use elsewhere; `object` is shown by a traversal.
        unsafe extern "C" fn visit<'h, F: FnMut(Obj<'h>)>(
            object: *mut ffi::PyObject,
            arg: *mut c_void,
        ) -> c_int {
            // SAFETY: `arg` is the closure given below, which outlives the traversal.
            let see = unsafe { &mut *arg.cast::<F>() };
            // SAFETY: the traversed object keeps its referents alive. The exceptions are objects in
            // a free list, whose memory still exists, with a reference count of zero.
            if let Some(object) = unsafe { Obj::if_alive(object) } {
                see(object);
            }
            0
        }
        // SAFETY: the object is alive, and `visit` accepts these arguments.
        unsafe { traverse_raw(self.as_ptr(), visit::<F>, (&raw mut see).cast()) };
    }
}

/// Whether an object that a traversal has shown is alive. The `_asyncio` module of 3.12 shows freed
/// objects that wait in a free list: taking and releasing a reference to one of them would put it
/// into the list a second time.
///
/// # Safety
/// `pointer` points to memory that holds a reference count.
#[inline]
unsafe fn is_alive(pointer: *mut ffi::PyObject) -> bool {
    // SAFETY: guaranteed by the caller.
    unsafe { ffi::Py_REFCNT(pointer) != 0 }
}

/// Fields by name, without those that are null. The caller passes fields of a struct that is alive
/// for 'h.
pub(super) fn present<'h>(
    fields: impl IntoIterator<Item = (&'static str, *mut ffi::PyObject)>,
) -> Vec<(&'h str, Obj<'h>)> {
    fields
        .into_iter()
        // SAFETY: an object keeps the referents of its fields alive.
        .filter_map(|(name, field)| Some((name, unsafe { Obj::from_nullable(field)? })))
        .collect()
}

/// Calls `tp_traverse`, if the object has one that may be called.
///
/// # Safety
/// `object` is alive, and `visit` may be called with its referents and `arg`. The heap does not
/// change.
#[inline]
pub(super) unsafe fn traverse_raw(
    object: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) {
    // SAFETY: the caller's promise.
    unsafe {
        if has_traversal(Obj::new(object)) {
            traverse_tracked(object, visit, arg);
        }
    }
}

/// Whether `tp_traverse` of an object may be called. A static type has one and aborts when it is
/// called. A suspended greenlet takes no part in collection up to 3.14, and has one that answers.
#[inline]
pub(super) fn has_traversal(object: Obj<'_>) -> bool {
    takes_part_in_collection(object) || object.is_greenlet()
}

/// Whether the collector looks at what an object refers to, if it tracks the object.
#[inline]
pub(super) fn takes_part_in_collection(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive, and so is its type.
    unsafe {
        let ty = object.raw_type();
        // As in `PyObject_IS_GC`, without a call for each object.
        ffi::PyType_IS_GC(ty) != 0
            && (*ty)
                .tp_is_gc
                .is_none_or(|is_collected| is_collected(object.as_ptr()) != 0)
    }
}

/// Calls `tp_traverse` of an object that has one that may be called.
///
/// # Safety
/// As for [`traverse_raw`], and [`has_traversal`] says so.
#[inline]
pub(super) unsafe fn traverse_tracked(
    object: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) {
    // SAFETY: guaranteed by the caller.
    unsafe {
        if let Some(traverse) = (*ffi::Py_TYPE(object)).tp_traverse {
            traverse(object, visit, arg);
        }
    }
}
