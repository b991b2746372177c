//! Reference counts.

use pyo3::ffi;

use super::Obj;
use super::topology::UNKNOWN;

/// Half of what 3.11 starts with.
const NEVER_COUNTED: isize = 500_000_000;

/// The reference count of an object; [`UNKNOWN`] when it is immortal.
#[inline]
pub(super) fn reference_count(object: Obj<'_>) -> u32 {
    // SAFETY: the object is alive.
    let count = unsafe { ffi::Py_REFCNT(object.as_ptr()) };
    // From 3.12 on the sign of the lower half marks an immortal object; in 3.11 those that
    // are compiled in start with a count that never falls to zero.
    let is_immortal = if cfg!(Py_3_12) {
        (count as i32) < 0
    } else {
        count > NEVER_COUNTED
    };
    if is_immortal {
        return UNKNOWN;
    }
    u32::try_from(count).unwrap_or(UNKNOWN)
}

/// The count without so many references of our own.
#[inline]
pub(super) fn without(count: u32, ours: u32) -> u32 {
    if count == UNKNOWN {
        UNKNOWN
    } else {
        count.saturating_sub(ours)
    }
}
