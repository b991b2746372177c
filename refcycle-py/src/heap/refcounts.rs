//! Reference counts.

use pyo3::ffi;
use pyo3::prelude::*;

use super::rows::References;
use super::topology::UNKNOWN;
use super::types::is_generator;
use super::{Obj, layout};

/// Half of the value with which immortal objects of 3.11 start.
const NEVER_COUNTED: isize = 500_000_000;

/// The reference count of an object; [`UNKNOWN`] if it is immortal.
#[inline]
pub(super) fn reference_count(object: Obj<'_>) -> u32 {
    // SAFETY: the object is alive.
    let count = unsafe { ffi::Py_REFCNT(object.as_ptr()) };
    // Since 3.12, the sign of the lower half marks an immortal object. In 3.11, objects that are
    // compiled into the interpreter start with a count that never falls to zero.
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

/// Whether the first word of a struct may be the reference count of a live object, and not an
/// address.
pub(super) fn is_plausible_count(word: usize) -> bool {
    // Since 3.14, the highest 16 bits are flags.
    word as u32 != 0 && (word >> 32) as u16 == 0
}

/// The count without our own references.
#[inline]
pub(super) fn without(count: u32, ours: u32) -> u32 {
    if count == UNKNOWN {
        UNKNOWN
    } else {
        count.saturating_sub(ours)
    }
}

/// The number of references to the object besides this one; `None` if they are not counted.
pub(crate) fn other_references<T>(_py: Python<'_>, object: &Py<T>) -> Option<u32> {
    // SAFETY: the reference keeps the object alive.
    let count = reference_count(unsafe { Obj::new(object.as_ptr()) });
    (count != UNKNOWN).then(|| without(count, 1))
}

/// Since 3.14, a generator may show a reference that it does not count. If these references cannot
/// be identified, the counts of all referents of generators are unknown.
pub(super) fn forget_unsure<'h>(
    objects: impl Iterator<Item = Obj<'h>>,
    references: &References,
    counts: &mut [u32],
) {
    if cfg!(not(Py_3_14)) || layout::generators_are_known() {
        return;
    }
    for (row, object) in references.offsets.windows(2).zip(objects) {
        if is_generator(object) {
            for &head in &references.heads[row[0] as usize..row[1] as usize] {
                counts[head as usize] = UNKNOWN;
            }
        }
    }
}
