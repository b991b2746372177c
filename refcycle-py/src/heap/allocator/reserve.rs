//! Memory that is kept for the moment when the system has no more.
//!
//! Most of Rust, and of the libraries that draw and pack, ends the process when an allocation
//! fails. So what the system refuses comes from here. The work goes on, and is told by
//! [`is_low`](Reserve::is_low) at its next checkpoint to end with a MemoryError, long before
//! the reserve has ended, too. What it had comes back when it is freed.
//!
//! The reserve is address space: until it is used it has no pages.

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

/// A larger allocation leaves this part of the reserve to smaller ones, which cannot fail.
const LARGE: usize = 256 << 10;
const PART_FOR_SMALL: usize = 4;

/// An alignment that makes the system map the memory.
const PAGE: usize = 4096;

/// How often the lock is tried, at first without giving the processor to whoever has it: a
/// process that was forked while another thread had it would wait forever.
const SPINS: u32 = 1 << 10;
const TRIES: u32 = 1 << 15;

/// Lists of free blocks for sizes up to 128 MiB.
type Pool = Tlsf<'static, u32, u32, 22, 32>;

pub(super) struct Reserve {
    pool: UnsafeCell<Pool>,
    is_locked: AtomicBool,
    start: AtomicUsize,
    size: AtomicUsize,
    /// Bytes that were asked for and not freed.
    used: AtomicUsize,
}

// SAFETY: the pool is touched by whoever has the lock.
unsafe impl Sync for Reserve {}

impl Reserve {
    /// Sets the memory aside, unless it is.
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

    /// Whether half of it is in use.
    #[inline]
    pub(super) fn is_low(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.size.load(Ordering::Relaxed) / 2
    }

    /// Memory of the reserve, or null.
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

    /// Takes memory back. If the lock cannot be had it stays in use.
    ///
    /// # Safety
    /// The memory is an allocation of the reserve with this layout, and nobody uses it.
    #[cold]
    pub(super) unsafe fn free(&self, memory: NonNull<u8>, layout: Layout) {
        // SAFETY: the caller's promise.
        let freed = self.locked(|pool| unsafe { pool.deallocate(memory, layout.align()) });
        if freed.is_some() {
            self.used.fetch_sub(layout.size(), Ordering::Relaxed);
        }
    }

    /// Does something with the pool; `None` where the lock cannot be had.
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
        // SAFETY: whoever has the lock is alone with the pool; nothing here panics.
        let result = job(unsafe { &mut *self.pool.get() });
        self.is_locked.store(false, Ordering::Release);
        Some(result)
    }
}
