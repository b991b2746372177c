//! Address space for Python code that sets memory aside.

use std::ptr::NonNull;

/// Address space that has no pages, because nobody writes there. It is released at the end.
///
/// It is mapped, not allocated: the system's allocator may give memory that had another use before, and
/// so has pages.
pub(crate) struct SetAside {
    start: NonNull<u8>,
    size: usize,
}

// SAFETY: it owns the mapping, which nobody reads or writes.
unsafe impl Send for SetAside {}
// SAFETY: as above.
unsafe impl Sync for SetAside {}

impl SetAside {
    /// `None` if there is no memory for it.
    pub(crate) fn new(size: usize) -> Option<Self> {
        let size = size.max(1);
        let start = map(size)?;
        Some(Self { start, size })
    }
}

impl Drop for SetAside {
    fn drop(&mut self) {
        // SAFETY: `map` made it with this size, and nobody uses it.
        unsafe { unmap(self.start, self.size) };
    }
}

#[cfg(unix)]
fn map(size: usize) -> Option<NonNull<u8>> {
    let (protection, flags) = (
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_PRIVATE | libc::MAP_ANON,
    );
    // SAFETY: a new mapping changes no other one.
    let start = unsafe { libc::mmap(std::ptr::null_mut(), size, protection, flags, -1, 0) };
    (start != libc::MAP_FAILED).then(|| NonNull::new(start.cast()))?
}

/// # Safety
/// `map` made it with this size, and nobody uses it.
#[cfg(unix)]
unsafe fn unmap(start: NonNull<u8>, size: usize) {
    // SAFETY: as the caller promises.
    unsafe { libc::munmap(start.as_ptr().cast(), size) };
}

#[cfg(not(unix))]
fn layout(size: usize) -> Option<std::alloc::Layout> {
    std::alloc::Layout::from_size_align(size, 1).ok()
}

#[cfg(not(unix))]
fn map(size: usize) -> Option<NonNull<u8>> {
    use std::alloc::{GlobalAlloc, System};

    // SAFETY: the layout has a size.
    NonNull::new(unsafe { System.alloc(layout(size)?) })
}

/// # Safety
/// `map` made it with this size, and nobody uses it.
#[cfg(not(unix))]
unsafe fn unmap(start: NonNull<u8>, size: usize) {
    use std::alloc::{GlobalAlloc, System};

    if let Some(layout) = layout(size) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(start.as_ptr(), layout) };
    }
}
