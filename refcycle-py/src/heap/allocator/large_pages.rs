//! Large arrays in large pages.
//!
//! The arrays of a graph are written once from front to back. With pages of 4 KiB, page faults take
//! a quarter of the time of a snapshot; with pages of 2 MiB, which Linux uses for a mapping that
//! requests them, next to none. Small allocations, and all allocations on other systems, use the
//! system's allocator.

use std::alloc::{GlobalAlloc, Layout};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cleared::Cleared;
use super::places;

pub(super) static SYSTEM: LargePages = LargePages {
    spare: Mutex::new([Mapping::NONE; SPARES]),
};

/// The number of bytes that are mapped, including those kept for the next arrays.
static MAPPED: AtomicUsize = AtomicUsize::new(0);

/// The size of a large page on x86-64 and AArch64.
const PAGE: usize = 2 << 20;

/// The size of a mapping is a multiple of this, which is a multiple of the small pages of all
/// systems. The rest after the last whole large page consists of small pages.
const GRAIN: usize = 64 << 10;

/// How many mappings are kept for the next arrays, and how many bytes in total.
const SPARES: usize = 8;
const SPARE_BYTES: usize = 64 << 20;

/// Allocates at least a large page by mapping it.
///
/// The memory of freed arrays is kept for the next arrays, up to a limit, because new pages must be
/// cleared, which takes as long as a traversal. The system can reclaim this memory when it runs
/// short, and all of it is returned before an allocation fails.
///
/// The lock is only tried, never waited for: in a process that was forked while another thread held
/// the lock, waiting would never end. Such a child keeps no memory.
pub(super) struct LargePages {
    spare: Mutex<[Mapping; SPARES]>,
}

/// Mapped memory, which starts with a large page.
#[derive(Clone, Copy)]
struct Mapping {
    start: usize,
    size: usize,
}

impl Mapping {
    const NONE: Self = Self { start: 0, size: 0 };

    /// Maps zeroed memory that starts with a large page.
    fn new(size: usize) -> Option<Self> {
        let wanted = size.checked_add(PAGE)?;
        // SAFETY: a new mapping overlaps no other, and only memory outside the part that is kept is
        // unmapped. The advice does not change the contents.
        unsafe {
            let start = libc::mmap(
                std::ptr::null_mut(),
                wanted,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            if start == libc::MAP_FAILED {
                return None;
            }
            let front = (start as usize).next_multiple_of(PAGE) - start as usize;
            let kept = start.byte_add(front);
            if front > 0 {
                libc::munmap(start, front);
            }
            if front < PAGE {
                libc::munmap(kept.byte_add(size), PAGE - front);
            }
            libc::madvise(kept, size, libc::MADV_HUGEPAGE);
            MAPPED.fetch_add(size, Ordering::Relaxed);
            places::set(kept as usize, size);
            Some(Self {
                start: kept as usize,
                size,
            })
        }
    }

    /// A larger mapping that starts with the pages of this one. `None` if this fails; this mapping
    /// is then unchanged.
    ///
    /// # Safety
    /// The addresses are no longer in use.
    unsafe fn grown(self, size: usize) -> Option<Self> {
        let new = Self::new(size)?;
        // SAFETY: guaranteed by the caller. The pages move to addresses that are not in use yet.
        // The kernel treats the new addresses as one area, and it moves only one area at a time.
        let moved = unsafe {
            libc::mremap(
                self.start as *mut _,
                self.size,
                size,
                libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED,
                new.start as *mut libc::c_void,
            )
        };
        // If this fails, the kernel may have unmapped the new addresses, and another thread may
        // have mapped something there since. So they are left alone: at most, this leaks untouched
        // pages.
        let has_moved = moved != libc::MAP_FAILED;
        let gone = if has_moved { self } else { new };
        MAPPED.fetch_sub(gone.size, Ordering::Relaxed);
        places::set(gone.start, 0);
        has_moved.then_some(new)
    }

    /// Returns the memory beyond `size` to the system.
    ///
    /// # Safety
    /// The memory is not in use.
    unsafe fn cut(self, size: usize) -> Self {
        if size < self.size {
            // SAFETY: guaranteed by the caller.
            unsafe { libc::munmap((self.start + size) as *mut _, self.size - size) };
            MAPPED.fetch_sub(self.size - size, Ordering::Relaxed);
            places::set(self.start, size);
        }
        Self { size, ..self }
    }
}

/// The size of the mapping for an allocation; `None` if the allocation is not mapped.
fn mapped_size(layout: Layout) -> Option<usize> {
    if layout.size() < PAGE || layout.align() > PAGE {
        return None;
    }
    layout.size().checked_next_multiple_of(GRAIN)
}

impl LargePages {
    /// Returns memory of this size, and whether it is zeroed.
    fn map(&self, size: usize) -> Option<(Mapping, bool)> {
        // SAFETY: the spare mapping is not in use.
        let reused = self.take_spare(size).and_then(|spare| unsafe {
            if spare.size >= size {
                Some(spare.cut(size))
            } else {
                let grown = spare.grown(size);
                if grown.is_none() {
                    spare.cut(0);
                }
                grown
            }
        });
        if let Some(mapping) = reused {
            return Some((mapping, false));
        }
        let new = Mapping::new(size).or_else(|| {
            self.give_back_spares();
            Mapping::new(size)
        });
        Some((new?, true))
    }

    /// The smallest spare that is large enough, or the largest.
    fn take_spare(&self, size: usize) -> Option<Mapping> {
        let mut spares = self.spare.try_lock().ok()?;
        let by_use = |spare: &&mut Mapping| match spare.size.checked_sub(size) {
            Some(more) => (0, more),
            None => (1, size - spare.size),
        };
        let spare = spares
            .iter_mut()
            .filter(|spare| spare.size > 0)
            .min_by_key(by_use);
        spare.map(|spare| std::mem::replace(spare, Mapping::NONE))
    }

    /// Returns the spares to the system. `false` if there were none.
    fn give_back_spares(&self) -> bool {
        let Ok(mut spares) = self.spare.try_lock() else {
            return false;
        };
        let spares = std::mem::replace(&mut *spares, [Mapping::NONE; SPARES]);
        let mut given = false;
        for spare in spares.into_iter().filter(|spare| spare.size > 0) {
            // SAFETY: the spare mapping is not in use.
            unsafe { spare.cut(0) };
            given = true;
        }
        given
    }

    /// Keeps memory for the next array, or returns it to the system.
    ///
    /// # Safety
    /// The memory is no longer in use.
    unsafe fn unmap(&self, mapping: Mapping) {
        if let Ok(mut spares) = self.spare.try_lock() {
            let kept: usize = spares.iter().map(|spare| spare.size).sum();
            let free = spares.iter_mut().find(|spare| spare.size == 0);
            if let Some(free) = free
                && kept + mapping.size <= SPARE_BYTES
            {
                // SAFETY: the memory is not in use, so its contents may be discarded.
                unsafe { libc::madvise(mapping.start as *mut _, mapping.size, libc::MADV_FREE) };
                *free = mapping;
                return;
            }
        }
        // SAFETY: guaranteed by the caller.
        unsafe { mapping.cut(0) };
    }

    /// Retries a failed allocation once, without the spares.
    fn again(&self, memory: *mut u8, mut allocate: impl FnMut() -> *mut u8) -> *mut u8 {
        if memory.is_null() && self.give_back_spares() {
            return allocate();
        }
        memory
    }
}

/// The bytes that are mapped for large arrays, including those kept for the next ones.
pub(super) fn mapped() -> usize {
    MAPPED.load(Ordering::Relaxed)
}

/// The memory that is kept for the next arrays, unless another thread is changing that.
pub(super) fn spares() -> Vec<std::ops::Range<usize>> {
    let Ok(spares) = SYSTEM.spare.try_lock().map(|spares| *spares) else {
        return Vec::new();
    };
    spares
        .iter()
        .map(|spare| spare.start..spare.start + spare.size)
        .collect()
}

/// Returns the freed pages that the system's allocator keeps to the operating system. After a call
/// that ran out of memory, they may be the only memory that is left.
fn give_back_freed() {
    // SAFETY: frees no memory that is in use.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Whether this number of bytes could be allocated now.
///
/// If the memory suffices without the spares, the spares are kept.
pub(super) fn is_available(bytes: usize) -> bool {
    let Some(size) = bytes.checked_next_multiple_of(PAGE) else {
        return false;
    };
    let found = Mapping::new(size).or_else(|| {
        SYSTEM.give_back_spares();
        give_back_freed();
        Mapping::new(size)
    });
    // SAFETY: nothing else refers to the mapping.
    found.is_some_and(|mapping| unsafe { mapping.cut(0) }.size == 0)
}

// SAFETY: large layouts are mapped and unmapped, all others use the system's allocator. The layout
// of an allocation tells which of the two applies.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match mapped_size(layout) {
            Some(size) => self
                .map(size)
                .map_or(std::ptr::null_mut(), |(new, _)| new.start as *mut u8),
            None => {
                // SAFETY: guaranteed by the caller.
                let allocate = || unsafe { Cleared.alloc(layout) };
                self.again(allocate(), allocate)
            }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(size) = mapped_size(layout) else {
            // SAFETY: guaranteed by the caller.
            let allocate = || unsafe { Cleared.alloc_zeroed(layout) };
            return self.again(allocate(), allocate);
        };
        let Some((new, is_zeroed)) = self.map(size) else {
            return std::ptr::null_mut();
        };
        let start = new.start as *mut u8;
        if !is_zeroed {
            // SAFETY: the memory has the requested size.
            unsafe { start.write_bytes(0, layout.size()) };
        }
        start
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let start = memory as usize;
        // SAFETY: guaranteed by the caller.
        unsafe {
            match mapped_size(layout) {
                Some(size) => self.unmap(Mapping { start, size }),
                None => Cleared.dealloc(memory, layout),
            }
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: guaranteed by the caller: the new size, rounded up to the alignment, is a valid
        // size.
        let new = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: guaranteed by the caller. A mapping that shrinks returns its last pages; one that
        // grows takes its pages along.
        unsafe {
            match (mapped_size(layout), mapped_size(new)) {
                (None, None) => {
                    let resize = || Cleared.realloc(memory, layout, new_size);
                    return self.again(resize(), resize);
                }
                (Some(old), Some(size)) if size <= old => {
                    let start = memory as usize;
                    Mapping { start, size: old }.cut(size);
                    return memory;
                }
                (Some(old), Some(size)) => {
                    let start = memory as usize;
                    if let Some(grown) = (Mapping { start, size: old }).grown(size) {
                        return grown.start as *mut u8;
                    }
                }
                _ => {}
            }
            let moved = self.alloc(new);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(memory, layout.size().min(new_size));
                self.dealloc(memory, layout);
            }
            moved
        }
    }
}
