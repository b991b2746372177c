//! The memory of a run.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// The system's allocator, which counts bytes while [`peak_of`] runs. A program that measures
/// memory uses it as its `#[global_allocator]`.
#[derive(Debug)]
pub struct Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
/// May wrap below zero, because memory that was allocated earlier may be freed.
static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn held_more(bytes: usize) {
    let held = HELD.fetch_add(bytes, Relaxed).wrapping_add(bytes);
    if held as isize > 0 {
        PEAK.fetch_max(held, Relaxed);
    }
}

// SAFETY: every call is passed unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            held_more(layout.size());
        }
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            held_more(layout.size());
        }
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            held_more(size.wrapping_sub(layout.size()));
        }
        // SAFETY: the caller keeps the contract.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if COUNTS.load(Relaxed) {
            HELD.fetch_sub(layout.size(), Relaxed);
        }
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Runs a job and returns the peak of allocated bytes, beyond those at its start. The memory of
/// all threads is counted. Run only one job at a time.
pub fn peak_of<T>(job: impl FnOnce() -> T) -> (T, usize) {
    HELD.store(0, Relaxed);
    PEAK.store(0, Relaxed);
    COUNTS.store(true, Relaxed);
    let result = job();
    COUNTS.store(false, Relaxed);
    (result, PEAK.load(Relaxed))
}

/// The number of bytes of this thread's stack that have ever been touched; 0 if the system does
/// not report it.
pub fn stack_touched() -> usize {
    let here = 0_u8;
    let address = &raw const here as usize;
    let maps = std::fs::read_to_string("/proc/self/smaps").unwrap_or_default();
    let mut within = false;
    for line in maps.lines() {
        if let Some(range) = line.split(' ').next().and_then(|word| word.split_once('-')) {
            let bound = |text| usize::from_str_radix(text, 16).ok();
            if let (Some(start), Some(end)) = (bound(range.0), bound(range.1)) {
                within = (start..end).contains(&address);
                continue;
            }
        }
        if let Some(kibibytes) = line.strip_prefix("Rss:").filter(|_| within) {
            let number = kibibytes.trim().trim_end_matches(" kB");
            return number.parse().map_or(0, |number: usize| number * 1024);
        }
    }
    0
}
