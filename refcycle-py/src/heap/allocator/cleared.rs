//! The system's allocator; what may contain addresses is cleared before it is freed.
//!
//! Many arrays of a graph are addresses. The system's allocator leaves them in memory that is freed,
//! of which the next owner may use a part: a search of the memory would take what is left over in
//! the rest for a reference.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

pub(super) struct Cleared;

/// Whether the memory may contain addresses: arrays have the alignment of words, and hash tables
/// twice that. Texts have less, and columns of files more.
#[inline]
fn may_have_addresses(layout: Layout) -> bool {
    let word = align_of::<usize>();
    (word..=2 * word).contains(&layout.align())
}

// SAFETY: the system's allocator does the work. Memory is cleared while it still belongs to its
// owner, who no longer reads it.
unsafe impl GlobalAlloc for Cleared {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: guaranteed by the caller.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: guaranteed by the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: guaranteed by the caller. The compiler leaves out what is written to memory that
        // nobody can see before it is freed.
        unsafe {
            if may_have_addresses(layout) {
                memory.write_bytes(0, layout.size());
            }
            System.dealloc(black_box(memory), layout);
        }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if !may_have_addresses(layout) {
            // SAFETY: guaranteed by the caller.
            return unsafe { System.realloc(memory, layout, new_size) };
        }
        // SAFETY: guaranteed by the caller: the new size, rounded up to the alignment, is a valid
        // size. The old memory is unchanged, and is freed after its contents have been copied.
        unsafe {
            let moved = System.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(memory, layout.size().min(new_size));
                self.dealloc(memory, layout);
            }
            moved
        }
    }
}
