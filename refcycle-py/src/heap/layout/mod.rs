//! The layout of CPython's private structures: one table for each version, checked on known objects
//! when the package is imported.
//!
//! A wheel is built for one minor version. Private layouts may still change in a patch release.
//! Then the check fails, everything that depends on the layout is left out (labels, locals of
//! running frames), and the import issues a warning.
//!
//! `tables` has the numbers; [`super::layout_check`] compares them with live objects and with the
//! offsets that CPython itself publishes.

mod number;
#[cfg(feature = "layout-overrides")]
mod overrides;
mod tables;
mod threads;

use std::sync::atomic::{AtomicU8, Ordering};

#[cfg(feature = "layout-overrides")]
use pyo3::prelude::*;

pub(super) use number::Number;
pub(super) use tables::*;
pub(super) use threads::thread_ident;

/// The numbers that `REFCYCLE_LAYOUT_OVERRIDE` can change: name, kind and value of each.
#[cfg(feature = "layout-overrides")]
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn layout_numbers() -> Vec<(&'static str, &'static str, usize)> {
    tables::all()
}

/// Parts of the tables, as bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Part(u8);

impl Part {
    pub(super) const NONE: Self = Self(0);
    /// Frames and, on 3.11 and later, the fields of code that frames need.
    pub(super) const FRAMES: Self = Self(1);
    pub(super) const GENERATORS: Self = Self(1 << 1);
    pub(super) const INSTANCES: Self = Self(1 << 2);
    pub(super) const DICTS: Self = Self(1 << 3);
    pub(super) const LISTS: Self = Self(1 << 4);
    /// The number of attributes for which an instance has room.
    pub(super) const VALUES: Self = Self(1 << 5);
    /// What a code object keeps of its attributes.
    pub(super) const CODE_CACHE: Self = Self(1 << 6);

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The parts of the tables that passed the check; none before the check.
static KNOWN: AtomicU8 = AtomicU8::new(Part::NONE.0);

/// Sets the parts that passed the check.
pub(super) fn set_known(found: Part) {
    KNOWN.store(found.0, Ordering::Relaxed);
}

#[inline]
fn known() -> Part {
    Part(KNOWN.load(Ordering::Relaxed))
}

#[inline]
pub(super) fn frames_are_known() -> bool {
    known().has(Part::FRAMES)
}

#[cfg_attr(not(Py_3_11), allow(dead_code))]
#[inline]
pub(super) fn generators_are_known() -> bool {
    known().has(Part::GENERATORS)
}

/// Whether the fields are known that generators and frames share.
#[cfg(Py_3_11)]
pub(super) fn code_is_known() -> bool {
    known().has(Part::FRAMES.and(Part::GENERATORS))
}

/// Whether it is known where a code object keeps what it has been asked for.
#[cfg(Py_3_11)]
pub(super) fn code_cache_is_known() -> bool {
    known().has(Part::CODE_CACHE)
}

#[cfg(Py_3_11)]
#[inline]
pub(super) fn instances_are_known() -> bool {
    known().has(Part::INSTANCES)
}

pub(super) fn dicts_are_known() -> bool {
    known().has(Part::DICTS)
}

pub(super) fn lists_are_known() -> bool {
    known().has(Part::LISTS)
}

pub(super) fn values_are_known() -> bool {
    known().has(Part::VALUES)
}

/// Whether the state of a generator says that its frame has been cleared.
#[cfg(Py_3_11)]
#[inline]
pub(super) fn state_is_cleared(state: u8) -> bool {
    isize::from(state as i8) >= generator::CLEARED.get() as isize
}

/// Whether the contents of the value stack of a running frame are known.
pub(crate) fn frame_stacks_are_known() -> bool {
    cfg!(Py_3_14) && frames_are_known()
}

/// Whether the references of the variables of running calls cannot be seen. Up to 3.10, the
/// traversal of frames shows them.
pub(crate) fn running_calls_are_unseen() -> bool {
    cfg!(Py_3_11) && !frames_are_known()
}

/// The features that depend on layouts and, if a feature is not available, the reason.
pub(crate) fn capabilities() -> [(&'static str, Result<(), &'static str>); 7] {
    const CHANGED: &str = "the layout of this Python's private structures is not the one that \
                           this build of refcycle knows, or REFCYCLE_DISTRUST names it";

    let found = known();
    let known = |part| {
        if found.has(part) {
            Ok(())
        } else {
            Err(CHANGED)
        }
    };
    [
        ("frame_locals", known(Part::FRAMES)),
        (
            "frame_stacks",
            if cfg!(Py_3_14) {
                known(Part::FRAMES)
            } else {
                Err(
                    "before Python 3.14 a running frame does not say how much of its value \
                     stack is in use; the stacks of suspended generators are included",
                )
            },
        ),
        ("generator_locals", known(Part::GENERATORS)),
        ("attribute_names", known(Part::INSTANCES)),
        ("attribute_sizes", known(Part::VALUES)),
        ("dict_tables", known(Part::DICTS)),
        (
            "frozen_objects",
            if cfg!(Py_3_14) {
                Ok(())
            } else {
                known(Part::LISTS)
            },
        ),
    ]
}
