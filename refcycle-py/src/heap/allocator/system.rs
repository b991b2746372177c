//! Everything comes from the system's allocator.

use std::alloc::System;

pub(super) static SYSTEM: System = System;

/// How many bytes are mapped for large arrays: none.
pub(super) fn mapped() -> usize {
    0
}

/// Whether this number of bytes could be allocated now.
pub(super) fn is_available(bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}
