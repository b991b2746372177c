//! The scope in which the heap may be read.
//!
//! # The contract
//! Reading the heap is sound only while nothing in it changes. Only [`paused`] creates a
//! [`Still`] heap, and only a [`Still`] heap turns a reference into an [`Obj`]. While the closure
//! runs:
//!
//! - No Python code and no signal handler runs.
//! - No Python object is created or released. A reference to an object that something else holds
//!   may be taken ([`Obj::hold`]) or given back: this only changes a count.
//!
//! A `PyErr` that is created in the closure consists of a message and a type until it is raised; it
//! is not yet an object.
//!
//! # What the types enforce
//! - The closure works for every lifetime `'h`, so neither the heap nor any view of it can leave
//!   the closure. Results leave it as plain data, or as objects by [`Obj::hold`].
//! - The closure is [`Send`], like that of `Python::detach`: neither a `Python` token nor a `Bound`
//!   can enter it, and without them PyO3 cannot call or create anything.
//! - The objects that are read are borrowed for `'env`, from outside the closure, so they outlive
//!   it.
//!
//! # Why this suffices
//! With the GIL, a thread that neither runs Python code nor creates or releases objects is the only
//! one that accesses the heap. On a free-threaded build, this function would stop the world
//! (`_PyEval_StopTheWorld`), run the closure, and start the world again. Two other things would
//! have to change: loops that pause once for each object would have to pause once for many, and the
//! enumeration of objects, which itself stops the world there, would have to come first.
//!
//! # What is checked
//! A token can also be obtained from `Python::attach` and similar functions. `clippy.toml` forbids
//! them; each permitted call states its reason. The wheel for the tests (feature
//! `layout-overrides`) counts CPython's allocations for objects during a pause, and panics if there
//! are any, or if a permitted call is made: see `heap/witness.rs`. A nested pause is part of the
//! outer one.

use std::marker::PhantomData;

use pyo3::ffi;
use pyo3::prelude::*;

use super::Obj;
use super::prefetch::prefetch;

/// Objects are loaded into the cache this many steps before they are seen.
const AHEAD: usize = 16;

/// The heap while nothing changes in it.
#[derive(Clone, Copy)]
pub(crate) struct Still<'h, 'env: 'h> {
    // Invariant: neither lifetime can be shortened or extended.
    pause: PhantomData<&'h mut &'h ()>,
    held: PhantomData<&'env mut &'env ()>,
}

/// Runs `look` on the heap while nothing changes in it: see the [contract](self).
#[inline]
pub(crate) fn paused<'env, T>(
    _py: Python<'_>,
    look: impl for<'h> FnOnce(Still<'h, 'env>) -> T + Send,
) -> T {
    #[cfg(feature = "layout-overrides")]
    let _witness = super::witness::Witness::new();
    look(Still {
        pause: PhantomData,
        held: PhantomData,
    })
}

/// Panics in the wheel for the tests if the heap is paused.
#[inline]
pub(crate) fn assert_not_paused() {
    #[cfg(feature = "layout-overrides")]
    super::witness::assert_not_paused();
}

impl<'h, 'env> Still<'h, 'env> {
    /// A view of an object that is held outside.
    #[inline]
    pub(crate) fn see(self, object: &'env Py<PyAny>) -> Obj<'h> {
        // SAFETY: a `Py` is never null, and keeps the object alive for 'env.
        unsafe { Obj::new(object.as_ptr()) }
    }

    /// Views of objects that are held outside, in their order. Each is loaded into the cache some time
    /// before: on a large heap, a pass over the objects waits for little else.
    #[inline]
    pub(crate) fn see_all(self, objects: &'env [Py<PyAny>]) -> impl Iterator<Item = Obj<'h>> {
        objects.iter().enumerate().map(move |(number, object)| {
            if let Some(later) = objects.get(number + AHEAD) {
                prefetch(later.as_ptr() as usize);
            }
            self.see(object)
        })
    }

    /// A view of the object at an address.
    ///
    /// # Safety
    /// It is the address of a live object.
    #[inline]
    pub(super) unsafe fn at(self, address: usize) -> Obj<'h> {
        // SAFETY: guaranteed by the caller, and the heap does not change.
        unsafe { Obj::new(address as *mut ffi::PyObject) }
    }
}
