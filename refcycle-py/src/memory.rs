//! Asking for memory before it is needed.
//!
//! An allocation of Rust's that fails ends the process, and PyO3 panics when Python cannot
//! make a string or a list. What reads the heap reserves its arrays, and can fail; the core's
//! algorithms cannot. So that as much as they need at most is asked for, and given back,
//! before they start, and `MemoryError` raised when it cannot be had.
//!
//! It is no promise: another thread may take what was there a moment ago, and a system that
//! promises more memory than it has (Linux, unless told otherwise) kills the process when
//! it is used. A limit of the address space is seen. A request may also be turned down that
//! would have needed less in the end.

use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;

use crate::heap::is_available;

/// For everything small, which is not counted: some areas of Python's allocator and of the
/// system's.
const SMALL: usize = 4 << 20;

/// Raises `MemoryError` unless so many bytes can be had.
pub(crate) fn ask(bytes: usize) -> PyResult<()> {
    if is_available(bytes.saturating_add(SMALL)) {
        Ok(())
    } else {
        Err(PyMemoryError::new_err(
            "there is not enough memory for what was asked of the graph",
        ))
    }
}

/// Memory that was asked for and is used up little by little, for loops that make many
/// small things.
pub(crate) struct Credit(usize);

impl Credit {
    const STEP: usize = 4 << 20;

    pub(crate) fn new() -> Self {
        Self(0)
    }

    /// So many bytes are about to be used.
    #[inline]
    pub(crate) fn take(&mut self, bytes: usize) -> PyResult<()> {
        if bytes > self.0 {
            let wanted = bytes.saturating_add(Self::STEP);
            ask(wanted)?;
            self.0 = wanted;
        }
        self.0 -= bytes;
        Ok(())
    }
}
