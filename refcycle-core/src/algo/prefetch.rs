//! Prefetching, on processors for which Rust has a stable function.
#![allow(unsafe_code)]

/// Loads the cache line of an item in the background. The item need not exist.
#[inline(always)]
pub(super) fn prefetch<T>(items: &[T], place: usize) {
    let item = items.as_ptr().wrapping_add(place);
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 processor has the instruction, and it accepts any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(item.cast()) }
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = item;
}
