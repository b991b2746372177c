//! What is done about memory that runs out.
//!
//! An allocation of Rust's that fails ends the process. So small allocations that the system
//! refuses come from a reserve (`allocator/reserve.rs`), and loops [`check`] whether
//! that is in use, and end with a MemoryError. Large arrays are more than a reserve can hold:
//! as much as they need is [asked](ask) for, and given back, before they are made.
//!
//! It is no promise: another thread may take what was there a moment ago, and a system that
//! promises more memory than it has (Linux, unless told otherwise) kills the process when
//! it is used. A limit of the address space is seen. A request may also be turned down that
//! would have needed less in the end.

use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;

use super::{is_available, is_reserve_low};

/// For everything small, which is not counted: some areas of Python's allocator and of the
/// system's.
const SMALL: usize = 4 << 20;

/// Raises MemoryError when memory has run out, and the reserve is in use.
#[inline]
pub(crate) fn check() -> PyResult<()> {
    if is_reserve_low() {
        Err(error())
    } else {
        Ok(())
    }
}

/// Raises MemoryError unless so many bytes can be had, for arrays.
pub(crate) fn ask(bytes: usize) -> PyResult<()> {
    if is_available(bytes.saturating_add(SMALL)) {
        Ok(())
    } else {
        Err(error())
    }
}

/// Raises MemoryError when memory has run out, or when a loop is about to make so many bytes
/// at once, of small things, that a reserve could not hold.
#[inline]
pub(crate) fn room_for(bytes: usize) -> PyResult<()> {
    const LARGE: usize = 1 << 20;

    check()?;
    if bytes > LARGE { ask(bytes) } else { Ok(()) }
}

/// Whether so little memory is left that this is why something failed.
pub(crate) fn is_short() -> bool {
    is_reserve_low() || !is_available(SMALL)
}

#[cold]
fn error() -> PyErr {
    PyMemoryError::new_err("there is not enough memory for what was asked of the graph")
}
