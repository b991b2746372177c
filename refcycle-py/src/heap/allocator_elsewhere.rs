//! Everything comes from the system's allocator.

/// Whether so many bytes could be allocated now.
pub(crate) fn is_available(bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}
