//! Protection against running out of memory.
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

/// Raises MemoryError unless this many bytes are available, for arrays.
pub(crate) fn ask(bytes: usize) -> PyResult<()> {
    if is_available(bytes.saturating_add(SMALL)) {
        Ok(())
    } else {
        Err(too_large(bytes))
    }
}

/// Raises MemoryError when memory has run out, or when a loop is about to allocate more small
/// pieces at once than the reserve can hold.
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
    PyMemoryError::new_err("memory has run out: free memory, or work on a part of the graph")
}

#[cold]
fn too_large(bytes: usize) -> PyErr {
    PyMemoryError::new_err(format!(
        "this call needs up to {} of memory, which is not available: free memory, or work on a \
         part of the graph",
        size(bytes)
    ))
}

/// A number of bytes as people read it.
fn size(bytes: usize) -> String {
    let bytes = bytes as f64;
    match bytes {
        1e9.. => format!("{:.1} GB", bytes / 1e9),
        1e6.. => format!("{:.1} MB", bytes / 1e6),
        _ => format!("{:.1} kB", bytes / 1e3),
    }
}
