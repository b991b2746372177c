//! Protection against running out of memory.
//!
//! A failed allocation in Rust ends the process. So small allocations that the system rejects come
//! from a reserve (`allocator/reserve.rs`), and loops [`check`] whether the reserve is in use, and
//! end with a MemoryError if it is. Large arrays do not fit into the reserve: before they are
//! allocated, the memory that they need is [requested](ask) and given back.
//!
//! This is no guarantee: another thread may take the memory in between, and a system that promises
//! more memory than it has (Linux, by default) kills the process when the memory is used. A limit
//! of the address space is detected. A request may also fail although the operation would have
//! needed less in the end.

use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;

use super::{is_available, is_reserve_low};

/// Memory for small allocations, which are not counted: some areas of Python's allocator and of the
/// system's.
const SMALL: usize = 4 << 20;

/// Raises MemoryError if memory has run out and the reserve is in use.
#[inline]
pub(crate) fn check() -> PyResult<()> {
    if is_reserve_low() {
        Err(error())
    } else {
        Ok(())
    }
}

/// Raises MemoryError unless this number of bytes is available, for arrays.
pub(crate) fn ask(bytes: usize) -> PyResult<()> {
    if is_available(bytes.saturating_add(SMALL)) {
        Ok(())
    } else {
        Err(too_large(bytes))
    }
}

/// Raises MemoryError if memory has run out, or if a loop is about to allocate more small pieces at
/// once than the reserve can hold.
#[inline]
pub(crate) fn room_for(bytes: usize) -> PyResult<()> {
    const LARGE: usize = 1 << 20;

    check()?;
    if bytes > LARGE { ask(bytes) } else { Ok(()) }
}

/// Whether memory is so short that this probably caused a failure.
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
