//! The allocator of the library: large arrays in large pages, and a reserve for the moment
//! when the system has no more memory.

#[cfg(target_os = "linux")]
mod cleared;
#[cfg(target_os = "linux")]
mod large_pages;
#[cfg(target_os = "linux")]
mod places;
mod reserve;
mod set_aside;
#[cfg(not(target_os = "linux"))]
mod system;

use std::alloc::{GlobalAlloc, Layout};
use std::ops::Range;
use std::ptr::NonNull;

#[cfg(target_os = "linux")]
use large_pages::{SYSTEM, is_available as is_available_now, mapped, spares};
#[cfg(target_os = "linux")]
use places::places;
use reserve::RESERVE;
pub(crate) use set_aside::SetAside;
#[cfg(not(target_os = "linux"))]
use system::{SYSTEM, is_available as is_available_now, mapped, places, spares};

/// Whether this number of bytes could be allocated now, without the reserve.
pub(crate) fn is_available(bytes: usize) -> bool {
    is_available_now(bytes)
}

/// The bytes that the large arrays of the library use, including those kept for the next ones.
/// Always 0 if they come from the system's allocator.
pub(crate) fn mapped_bytes() -> usize {
    mapped()
}

/// The addresses of the large arrays of the library, including those kept for the next ones.
/// None if they come from the system's allocator.
pub(crate) fn mapped_ranges() -> Vec<Range<usize>> {
    places()
}

/// The memory that the library keeps for its next large arrays: what is there is left over.
pub(crate) fn spare_memory() -> Vec<Range<usize>> {
    spares()
}

/// Sets the reserve aside. Called when the library is imported.
pub(crate) fn keep_reserve() {
    RESERVE.keep();
}

/// Whether so much of the reserve is in use that the current operation should end.
#[inline]
pub(crate) fn is_reserve_low() -> bool {
    RESERVE.is_low()
}

#[global_allocator]
static ALLOCATOR: WithReserve = WithReserve;

/// Asks the system first, and uses the reserve if the system has no memory.
struct WithReserve;

// SAFETY: each allocation is freed by its own allocator: the addresses of the reserve do not
// overlap any others.
unsafe impl GlobalAlloc for WithReserve {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: guaranteed by the caller.
        let memory = unsafe { SYSTEM.alloc(layout) };
        if memory.is_null() {
            return RESERVE.allocate(layout);
        }
        memory
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: guaranteed by the caller.
        let memory = unsafe { SYSTEM.alloc_zeroed(layout) };
        if !memory.is_null() {
            return memory;
        }
        let memory = RESERVE.allocate(layout);
        if !memory.is_null() {
            // SAFETY: the memory has the requested size.
            unsafe { memory.write_bytes(0, layout.size()) };
        }
        memory
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: guaranteed by the caller; an allocation is not null.
        unsafe {
            if RESERVE.has(memory) {
                RESERVE.free(NonNull::new_unchecked(memory), layout);
            } else {
                SYSTEM.dealloc(memory, layout);
            }
        }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if !RESERVE.has(memory) {
            // SAFETY: guaranteed by the caller.
            let resized = unsafe { SYSTEM.realloc(memory, layout, new_size) };
            if !resized.is_null() {
                return resized;
            }
        }
        // SAFETY: guaranteed by the caller: the new size, rounded up to the alignment, is a valid
        // size. The old memory is unchanged, and is freed after its contents have been copied.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(memory, layout.size().min(new_size));
                self.dealloc(memory, layout);
            }
            moved
        }
    }
}
