//! Offsets that CPython itself publishes, since 3.13: for debuggers, its runtime state begins with
//! a table of offsets.
//!
//! The layout of that table differs between minor versions, and might change in a patch release as
//! well. So it is used only if the sizes of some known structs are in the right places. If it is
//! not recognised, the check of live objects has to suffice.

use pyo3::prelude::*;

#[cfg(Py_3_13)]
use super::memory::{Memory, runtime_state};
#[cfg(Py_3_13)]
use crate::heap::layout::{code, dict, frame};

/// Positions in the table, counted in words.
#[cfg(all(Py_3_13, not(Py_3_14)))]
mod at {
    pub(super) const FRAME: usize = 28;
    pub(super) const CODE: usize = 34;
    pub(super) const OBJECT: usize = 44;
    pub(super) const LIST: usize = 53;
    pub(super) const DICT: usize = 56;
}
#[cfg(all(Py_3_14, not(Py_3_15)))]
mod at {
    pub(super) const FRAME: usize = 31;
    pub(super) const CODE: usize = 39;
    pub(super) const OBJECT: usize = 50;
    pub(super) const LIST: usize = 59;
    pub(super) const DICT: usize = 66;
    pub(super) const GENERATOR: usize = 83;
}
#[cfg(Py_3_15)]
mod at {
    pub(super) const FRAME: usize = 39;
    pub(super) const CODE: usize = 47;
    pub(super) const OBJECT: usize = 58;
    pub(super) const LIST: usize = 71;
    pub(super) const DICT: usize = 78;
    pub(super) const GENERATOR: usize = 99;
}

/// The table, if it has the expected layout.
#[cfg(Py_3_13)]
fn table(py: Python<'_>) -> Option<Memory> {
    use std::mem::offset_of;

    use pyo3::ffi;

    const COOKIE: usize = usize::from_ne_bytes(*b"xdebugpy");
    const WORDS: usize = 128;

    let start = runtime_state()?;
    // SAFETY: the table is the first part of the runtime state, which is larger.
    let table = unsafe { Memory::new(start, 8 * WORDS) };
    let word = |place: usize| table.word(8 * place);
    // SAFETY: the types are CPython's own.
    let (list, dict) = unsafe { (ffi::PyList_Type.tp_basicsize, ffi::PyDict_Type.tp_basicsize) };
    let version = py.version_info();
    let expected = usize::from(version.major) << 8 | usize::from(version.minor);
    let is_free_threaded = 2;
    let is_known = word(0)? == COOKIE
        && word(1)? >> 16 == expected
        && word(is_free_threaded)? == 0
        && word(at::OBJECT)? == size_of::<ffi::PyObject>()
        && word(at::OBJECT + 1)? == offset_of!(ffi::PyObject, ob_type)
        && word(at::LIST)? == list as usize
        && word(at::LIST + 1)? == offset_of!(ffi::PyListObject, ob_item)
        && word(at::DICT)? == dict as usize;
    is_known.then_some(table)
}

/// Whether the table has each of these offsets; `true` if the table is not recognised.
#[cfg(Py_3_13)]
fn says(py: Python<'_>, expected: &[(usize, usize)]) -> bool {
    table(py).is_none_or(|table| {
        let mut expected = expected.iter();
        expected.all(|&(place, offset)| table.word(8 * place) == Some(offset))
    })
}

#[cfg(Py_3_13)]
pub(super) fn fits_frames(py: Python<'_>) -> bool {
    says(
        py,
        &[
            (at::FRAME + 1, frame::PREVIOUS.get()),
            (at::FRAME + 2, frame::CODE.get()),
            (at::FRAME + 4, frame::LOCALS.get()),
            (at::FRAME + 5, frame::OWNER.get()),
            #[cfg(Py_3_14)]
            (at::FRAME + 6, frame::STACK_TOP.get()),
            (at::CODE + 7, code::LOCAL_NAMES.get()),
        ],
    )
}

#[cfg(Py_3_14)]
pub(super) fn fits_generators(py: Python<'_>) -> bool {
    says(
        py,
        &[
            (
                at::GENERATOR + 2,
                crate::heap::layout::generator::FRAME.get(),
            ),
            (
                at::GENERATOR + 3,
                crate::heap::layout::generator::STATE.get(),
            ),
        ],
    )
}

#[cfg(Py_3_13)]
pub(super) fn fits_dicts(py: Python<'_>) -> bool {
    says(
        py,
        &[
            (at::DICT + 1, dict::KEYS.get()),
            (at::DICT + 2, dict::VALUES.get()),
        ],
    )
}

/// No table is published before 3.13.
#[cfg(not(Py_3_13))]
pub(super) fn fits_frames(_py: Python<'_>) -> bool {
    true
}

#[cfg(not(Py_3_14))]
pub(super) fn fits_generators(_py: Python<'_>) -> bool {
    true
}

#[cfg(not(Py_3_13))]
pub(super) fn fits_dicts(_py: Python<'_>) -> bool {
    true
}
