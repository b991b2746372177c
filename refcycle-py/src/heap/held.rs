//! The objects of a graph.
//!
//! A graph holds a reference to each of its objects. The one exception is a graph in a process that
//! was forked for a dump: see [`DumpFork`].

use std::mem::{self, ManuallyDrop};
use std::ops::{Deref, DerefMut};

use pyo3::ffi;
use pyo3::prelude::*;

use super::Obj;
use super::dump_fork::DumpFork;

/// Objects, each held by a reference of its own or lent.
pub(crate) type Held = Kept<Box<[Py<PyAny>]>>;

/// The same while they are collected.
pub(super) type Growing = Kept<Vec<Py<PyAny>>>;

/// Objects in an array.
pub(crate) enum Kept<T> {
    /// With a reference to each.
    Owned(T),
    /// Without references, as addresses of objects that live until the process ends: see [`DumpFork`].
    /// They are never released.
    Lent(ManuallyDrop<T>),
}

impl Growing {
    /// An empty array. Objects are lent in a fork for a dump.
    pub(super) fn new(fork: Option<DumpFork>) -> Self {
        match fork {
            None => Self::Owned(Vec::new()),
            Some(_) => Self::Lent(ManuallyDrop::default()),
        }
    }

    pub(super) fn try_reserve_exact(
        &mut self,
        additional: usize,
    ) -> Result<(), std::collections::TryReserveError> {
        match self {
            Self::Owned(objects) => objects.try_reserve_exact(additional),
            Self::Lent(objects) => objects.try_reserve_exact(additional),
        }
    }

    #[inline]
    #[expect(
        clippy::disallowed_methods,
        reason = "during a pause, nothing is created or called here"
    )]
    pub(super) fn push(&mut self, object: Obj<'_>) {
        match self {
            Self::Owned(objects) => objects.push(object.hold()),
            Self::Lent(objects) => {
                // SAFETY: an attached thread sees the object. The reference that is claimed here and
                // was not taken is never released, and the object lives as long as the process:
                // there is such an array only if `new` was given a `DumpFork`.
                let lent =
                    unsafe { Bound::from_owned_ptr(Python::assume_attached(), object.as_ptr()) };
                objects.push(lent.unbind());
            }
        }
    }

    /// Adds objects with a reference to each, which a lent array never releases.
    pub(super) fn extend(&mut self, more: Vec<Py<PyAny>>) {
        match self {
            Self::Owned(objects) => objects.extend(more),
            Self::Lent(objects) => objects.extend(more),
        }
    }

    pub(super) fn truncate(&mut self, len: usize) {
        match self {
            Self::Owned(objects) => objects.truncate(len),
            Self::Lent(objects) => objects.drain(len..).for_each(mem::forget),
        }
    }

    pub(super) fn into_held(self) -> Held {
        match self {
            Self::Owned(objects) => Kept::Owned(objects.into()),
            Self::Lent(objects) => {
                Kept::Lent(ManuallyDrop::new(ManuallyDrop::into_inner(objects).into()))
            }
        }
    }
}

impl Held {
    /// The objects to which this holds references.
    pub(crate) fn owned(&self) -> &[Py<PyAny>] {
        match self {
            Self::Owned(objects) => objects,
            Self::Lent(_) => &[],
        }
    }

    /// The same, in an array that can be released in parts.
    pub(crate) fn into_owned(self) -> Vec<Py<PyAny>> {
        match self {
            Self::Owned(objects) => objects.into_vec(),
            Self::Lent(_) => Vec::new(),
        }
    }

    /// The same objects, for an array that is to grow.
    pub(super) fn into_growing(self) -> Growing {
        match self {
            Self::Owned(objects) => Kept::Owned(objects.into_vec()),
            Self::Lent(objects) => {
                let objects = ManuallyDrop::into_inner(objects).into_vec();
                Kept::Lent(ManuallyDrop::new(objects))
            }
        }
    }
}

impl<T: Deref<Target = [Py<PyAny>]>> Deref for Kept<T> {
    type Target = [Py<PyAny>];

    #[inline]
    fn deref(&self) -> &[Py<PyAny>] {
        match self {
            Self::Owned(objects) => objects,
            Self::Lent(objects) => objects,
        }
    }
}

impl DerefMut for Growing {
    fn deref_mut(&mut self) -> &mut [Py<PyAny>] {
        match self {
            Self::Owned(objects) => objects,
            Self::Lent(objects) => objects,
        }
    }
}

impl<'a, T: Deref<Target = [Py<PyAny>]>> IntoIterator for &'a Kept<T> {
    type Item = &'a Py<PyAny>;
    type IntoIter = std::slice::Iter<'a, Py<PyAny>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Default for Held {
    fn default() -> Self {
        Self::Owned(Box::default())
    }
}

impl From<Vec<Py<PyAny>>> for Held {
    fn from(objects: Vec<Py<PyAny>>) -> Self {
        Self::Owned(objects.into())
    }
}

impl FromIterator<Py<PyAny>> for Held {
    fn from_iter<I: IntoIterator<Item = Py<PyAny>>>(objects: I) -> Self {
        Self::Owned(objects.into_iter().collect())
    }
}

/// Whether anything else holds the object too.
pub(crate) fn is_shared<T>(_py: Python<'_>, object: &Py<T>) -> bool {
    // SAFETY: the reference keeps the object alive.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) > 1 }
}
