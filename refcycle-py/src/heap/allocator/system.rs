//! Everything comes from the system's allocator.

use std::alloc::System;

pub(super) static SYSTEM: System = System;

/// Whether this number of bytes could be allocated now.
pub(super) fn is_available(bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}
