//! Large arrays in large pages.
//!
//! The arrays of a graph are written once from front to back. In pages of 4 KiB a quarter
//! of the time of a snapshot goes into page faults; in pages of 2 MiB, which Linux gives
//! to a mapping that asks for them, next to nothing. Everything small, and everything on
//! other systems, comes from the system's allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) static SYSTEM: LargePages = LargePages {
    spare: Mutex::new([Mapping::NONE; SPARES]),
};

/// How many bytes are mapped, those that are kept for the next arrays among them.
static MAPPED: AtomicUsize = AtomicUsize::new(0);

/// A large page of x86-64 and of AArch64.
const PAGE: usize = 2 << 20;

/// The sizes of mappings: a multiple of the small pages of all systems. What is behind the
/// last whole large page comes in small ones.
const GRAIN: usize = 64 << 10;

/// How many mappings are kept for the next arrays, and how many bytes in all.
const SPARES: usize = 8;
const SPARE_BYTES: usize = 64 << 20;

/// Allocates at least a large page by mapping it.
///
/// The memory of arrays that are gone is kept for the next, up to a limit, as new pages
/// must be cleared, which takes as long as a traversal. The system may take what is
/// kept when it is short of memory, and all of it is given back before an allocation fails.
///
/// The lock is only tried, never waited for: a process that is forked while another thread
/// has it would wait for ever. Such a child keeps nothing.
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
        // SAFETY: a new mapping touches no other; what is unmapped is outside the part
        // that is kept. The advice changes no content.
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
            Some(Self {
                start: kept as usize,
                size,
            })
        }
    }

    /// A larger mapping that starts with the pages of this one; `None` when there is
    /// none, and this one is as it was.
    ///
    /// # Safety
    /// Nobody uses the addresses any longer.
    unsafe fn grown(self, size: usize) -> Option<Self> {
        let new = Self::new(size)?;
        // SAFETY: the caller's promise; the pages come to where nothing is yet. The new
        // addresses become one area of the kernel's: it moves no more than one at a time.
        let moved = unsafe {
            libc::mremap(
                self.start as *mut _,
                self.size,
                size,
                libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED,
                new.start as *mut libc::c_void,
            )
        };
        // When it fails, the kernel may have unmapped the new addresses, and another thread
        // may have mapped something there since: they are left alone, untouched pages at
        // most.
        let has_moved = moved != libc::MAP_FAILED;
        let gone = if has_moved { self.size } else { size };
        MAPPED.fetch_sub(gone, Ordering::Relaxed);
        has_moved.then_some(new)
    }

    /// Returns the memory beyond `size` to the system.
    ///
    /// # Safety
    /// Nobody uses that memory.
    unsafe fn cut(self, size: usize) -> Self {
        if size < self.size {
            // SAFETY: the caller's promise.
            unsafe { libc::munmap((self.start + size) as *mut _, self.size - size) };
            MAPPED.fetch_sub(self.size - size, Ordering::Relaxed);
        }
        Self { size, ..self }
    }
}

/// The size of the mapping for an allocation; `None` when it is not mapped.
fn mapped_size(layout: Layout) -> Option<usize> {
    if layout.size() < PAGE || layout.align() > PAGE {
        return None;
    }
    layout.size().checked_next_multiple_of(GRAIN)
}

impl LargePages {
    /// Memory of this size, and whether it is zeroed.
    fn map(&self, size: usize) -> Option<(Mapping, bool)> {
        // SAFETY: nobody uses the kept mapping.
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

    /// Whether there was anything to give back.
    fn give_back_spares(&self) -> bool {
        let Ok(mut spares) = self.spare.try_lock() else {
            return false;
        };
        let spares = std::mem::replace(&mut *spares, [Mapping::NONE; SPARES]);
        let mut given = false;
        for spare in spares.into_iter().filter(|spare| spare.size > 0) {
            // SAFETY: nobody uses the kept mapping.
            unsafe { spare.cut(0) };
            given = true;
        }
        given
    }

    /// Keeps memory for the next, or gives it back.
    ///
    /// # Safety
    /// Nobody uses it any longer.
    unsafe fn unmap(&self, mapping: Mapping) {
        if let Ok(mut spares) = self.spare.try_lock() {
            let kept: usize = spares.iter().map(|spare| spare.size).sum();
            let free = spares.iter_mut().find(|spare| spare.size == 0);
            if let Some(free) = free
                && kept + mapping.size <= SPARE_BYTES
            {
                // SAFETY: nobody uses the memory: its content may go.
                unsafe { libc::madvise(mapping.start as *mut _, mapping.size, libc::MADV_FREE) };
                *free = mapping;
                return;
            }
        }
        // SAFETY: the caller's promise.
        unsafe { mapping.cut(0) };
    }

    /// An allocation that failed is tried once more without the spares.
    fn again(&self, memory: *mut u8, mut allocate: impl FnMut() -> *mut u8) -> *mut u8 {
        if memory.is_null() && self.give_back_spares() {
            return allocate();
        }
        memory
    }
}

/// How many bytes the large arrays take, and the memory that is kept for the next ones.
pub(super) fn mapped() -> usize {
    MAPPED.load(Ordering::Relaxed)
}

/// Gives back the pages that the system's allocator keeps of what was freed: after a call that
/// ran out of memory, these may be all that there is.
fn give_back_freed() {
    // SAFETY: frees nothing that is in use.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Whether this number of bytes could be allocated now.
///
/// The spares are no part of the answer as long as there is enough without them.
pub(super) fn is_available(bytes: usize) -> bool {
    let Some(size) = bytes.checked_next_multiple_of(PAGE) else {
        return false;
    };
    let found = Mapping::new(size).or_else(|| {
        SYSTEM.give_back_spares();
        give_back_freed();
        Mapping::new(size)
    });
    // SAFETY: nobody was told of it.
    found.is_some_and(|mapping| unsafe { mapping.cut(0) }.size == 0)
}

// SAFETY: what is large by its layout is mapped and unmapped, the rest goes to the system's
// allocator; the layout of an allocation tells which of both it was.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match mapped_size(layout) {
            Some(size) => self
                .map(size)
                .map_or(std::ptr::null_mut(), |(new, _)| new.start as *mut u8),
            None => {
                // SAFETY: the caller's promise.
                let allocate = || unsafe { System.alloc(layout) };
                self.again(allocate(), allocate)
            }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(size) = mapped_size(layout) else {
            // SAFETY: the caller's promise.
            let allocate = || unsafe { System.alloc_zeroed(layout) };
            return self.again(allocate(), allocate);
        };
        let Some((new, is_zeroed)) = self.map(size) else {
            return std::ptr::null_mut();
        };
        let start = new.start as *mut u8;
        if !is_zeroed {
            // SAFETY: the memory is as large as it was asked for.
            unsafe { start.write_bytes(0, layout.size()) };
        }
        start
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let start = memory as usize;
        // SAFETY: the caller's promise.
        unsafe {
            match mapped_size(layout) {
                Some(size) => self.unmap(Mapping { start, size }),
                None => System.dealloc(memory, layout),
            }
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise: the new size, rounded up to the alignment, is a
        // size that exists.
        let new = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: the caller's promise. A mapping that shrinks gives its last pages
        // back; one that grows takes its pages along.
        unsafe {
            match (mapped_size(layout), mapped_size(new)) {
                (None, None) => {
                    let resize = || System.realloc(memory, layout, new_size);
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
