//! The scope in which the heap may be read.
//!
//! # The contract
//! Reading the heap is sound only while nothing in it changes. Only [`paused`] creates a
//! [`Still`] heap, and only a [`Still`] heap turns a reference into an [`Obj`]. While the closure
//! runs:
//!
//! - no Python code runs, and no signal handler;
//! - no Python object is created, and none is released. A reference to an object that somebody
//!   else holds may be taken ([`Obj::hold`]) or given back: that changes a count and nothing else.
//!
//! A `PyErr` that is made in the closure is a message and a type until it is raised: no object.
//!
//! # What the types enforce
//! - The closure works for every lifetime `'h`, so that neither the heap nor what is seen of it
//!   can leave. Results leave as plain data, or as objects by [`Obj::hold`].
//! - The closure is [`Send`], as that of `Python::detach`: neither a `Python` token nor a
//!   `Bound` gets in, without which PyO3 neither calls nor creates anything.
//! - What is seen is borrowed for `'env`, from outside the closure, and so outlives it.
//!
//! # What makes it true
//! With the GIL, a thread that neither runs Python code nor creates or releases objects is the
//! only one that touches the heap. On a free-threaded build this function would stop the world
//! (`_PyEval_StopTheWorld`), run the closure, and start it again. Two things would have to
//! change with it: loops that pause once for each object would pause once for many, and the
//! enumeration of objects, which stops the world itself there, would come before.
//!
//! # What is checked
//! A token can also be obtained from `Python::attach` and its relatives. `clippy.toml` forbids
//! them; each permitted call states its reason. The wheel for the tests (feature
//! `layout-overrides`) counts what CPython allocates for objects during a pause, and panics if
//! there is any, or if a permitted call is made: see `heap/witness.rs`. A pause inside a pause
//! is part of the outer one.

use std::marker::PhantomData;

use pyo3::ffi;
use pyo3::prelude::*;

use super::Obj;

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
    /// An object that is held outside.
    #[inline]
    pub(crate) fn see(self, object: &'env Py<PyAny>) -> Obj<'h> {
        // SAFETY: a `Py` is never null, and keeps the object alive for 'env.
        unsafe { Obj::new(object.as_ptr()) }
    }

    /// The object at an address.
    ///
    /// # Safety
    /// It is the address of an object that is alive.
    #[inline]
    pub(super) unsafe fn at(self, address: usize) -> Obj<'h> {
        // SAFETY: the caller's promise, and the heap stands still.
        unsafe { Obj::new(address as *mut ffi::PyObject) }
    }
}
