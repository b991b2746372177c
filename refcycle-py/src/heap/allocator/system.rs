//! All memory comes from the system's allocator.

use std::alloc::System;

pub(super) static SYSTEM: System = System;

/// The number of bytes that are mapped for large arrays: always 0.
pub(super) fn mapped() -> usize {
    0
}

/// Whether this number of bytes could be allocated now.
pub(super) fn is_available(bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}

/// No allocation has a mapping of its own.
pub(super) fn places() -> Vec<std::ops::Range<usize>> {
    Vec::new()
}

/// The memory that is kept for the next arrays: none.
pub(super) fn spares() -> Vec<std::ops::Range<usize>> {
    Vec::new()
}
