//! Memory that is kept for the moment when the system has no more.
//!
//! In most of Rust, and in the libraries that draw and compress, a failed allocation ends the
//! process. So if the system rejects an allocation, the reserve provides the memory. The operation
//! continues until its next checkpoint, where [`is_low`](Reserve::is_low) tells it to end with a
//! MemoryError, long before the reserve is used up. Memory of the reserve returns to it when it is
//! freed.
//!
//! The reserve is address space: it has no pages until it is used.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::hint;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rlsf::Tlsf;

pub(super) static RESERVE: Reserve = Reserve {
    pool: UnsafeCell::new(Tlsf::new()),
    is_locked: AtomicBool::new(false),
    start: AtomicUsize::new(0),
    size: AtomicUsize::new(0),
    used: AtomicUsize::new(0),
};

/// The size of the reserve. If it is not available, smaller sizes are tried.
const LARGEST: usize = 64 << 20;
const SMALLEST: usize = 4 << 20;

/// Larger allocations leave this part of the reserve to smaller ones, which cannot report failure.
const LARGE: usize = 256 << 10;
const PART_FOR_SMALL: usize = 4;

/// An alignment that makes the system map the memory.
const PAGE: usize = 4096;

/// How often the lock is tried, at first without yielding the processor to the holder of the lock.
/// In a process that was forked while another thread held it, waiting would never end.
const SPINS: u32 = 1 << 10;
const TRIES: u32 = 1 << 15;

/// Lists of free blocks for sizes up to 128 MiB.
type Pool = Tlsf<'static, u32, u32, 22, 32>;

pub(super) struct Reserve {
    pool: UnsafeCell<Pool>,
    is_locked: AtomicBool,
    start: AtomicUsize,
    size: AtomicUsize,
    /// Bytes that are allocated and not freed.
    used: AtomicUsize,
}

// SAFETY: only the holder of the lock accesses the pool.
unsafe impl Sync for Reserve {}

impl Reserve {
    /// Sets the memory aside, unless this was done before.
    pub(super) fn keep(&self) {
        self.locked(|pool| {
            let mut size = LARGEST;
            while self.start.load(Ordering::Relaxed) == 0 && size >= SMALLEST {
                self.add(pool, size);
                size /= 2;
            }
        });
    }

    fn add(&self, pool: &mut Pool, size: usize) {
        let Ok(layout) = Layout::from_size_align(size, PAGE) else {
            return;
        };
        // SAFETY: the layout has a size.
        let memory = unsafe { System.alloc(layout) };
        let Some(start) = NonNull::new(memory) else {
            return;
        };
        // SAFETY: the memory is new, and never freed.
        let added =
            unsafe { pool.insert_free_block_ptr(NonNull::slice_from_raw_parts(start, size)) };
        if added.is_some() {
            self.size.store(size, Ordering::Relaxed);
            self.start.store(memory as usize, Ordering::Release);
        }
    }

    /// Whether an address is in the reserve.
    #[inline]
    pub(super) fn has(&self, memory: *mut u8) -> bool {
        let start = self.start.load(Ordering::Relaxed);
        (memory as usize).wrapping_sub(start) < self.size.load(Ordering::Relaxed)
    }

    /// Whether half of the reserve is in use.
    #[inline]
    pub(super) fn is_low(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.size.load(Ordering::Relaxed) / 2
    }

    /// Allocates from the reserve; null if that fails.
    #[cold]
    pub(super) fn allocate(&self, layout: Layout) -> *mut u8 {
        let size = self.size.load(Ordering::Relaxed);
        let left = size.saturating_sub(self.used.load(Ordering::Relaxed));
        if layout.size() > LARGE && layout.size() + size / PART_FOR_SMALL > left {
            return ptr::null_mut();
        }
        let found = self.locked(|pool| pool.allocate(layout)).flatten();
        found.map_or(ptr::null_mut(), |memory| {
            self.used.fetch_add(layout.size(), Ordering::Relaxed);
            memory.as_ptr()
        })
    }

    /// Takes memory back. If the lock is not available, the memory stays in use.
    ///
    /// # Safety
    /// The memory is an allocation of the reserve with this layout, and is no longer in use.
    #[cold]
    pub(super) unsafe fn free(&self, memory: NonNull<u8>, layout: Layout) {
        // SAFETY: guaranteed by the caller.
        let freed = self.locked(|pool| unsafe { pool.deallocate(memory, layout.align()) });
        if freed.is_some() {
            self.used.fetch_sub(layout.size(), Ordering::Relaxed);
        }
    }

    /// Runs a job on the pool; `None` if the lock is not available.
    fn locked<T>(&self, job: impl FnOnce(&mut Pool) -> T) -> Option<T> {
        let is_ours = (0..TRIES).any(|tried| {
            if tried < SPINS {
                hint::spin_loop();
            } else {
                thread::yield_now();
            }
            !self.is_locked.swap(true, Ordering::Acquire)
        });
        if !is_ours {
            return None;
        }
        // SAFETY: only the holder of the lock accesses the pool; nothing here panics.
        let result = job(unsafe { &mut *self.pool.get() });
        self.is_locked.store(false, Ordering::Release);
        Some(result)
    }
}
