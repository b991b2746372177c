//! Address space for Python code that sets memory aside.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// An alignment that makes the system map the memory.
const PAGE: usize = 4096;

/// The bytes that are set aside now.
static BYTES: AtomicUsize = AtomicUsize::new(0);

/// Address space that has no pages, because nobody writes there. It is released at the end.
pub(crate) struct SetAside {
    start: usize,
    layout: Layout,
}

impl SetAside {
    /// `None` if there is no memory for it.
    pub(crate) fn new(size: usize) -> Option<Self> {
        let layout = Layout::from_size_align(size.max(1), PAGE).ok()?;
        // SAFETY: the layout has a size.
        let memory = unsafe { System.alloc(layout) };
        if memory.is_null() {
            return None;
        }
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        Some(Self {
            start: memory.expose_provenance(),
            layout,
        })
    }

    /// All bytes that are set aside now.
    pub(crate) fn total() -> usize {
        BYTES.load(Ordering::Relaxed)
    }
}

impl Drop for SetAside {
    fn drop(&mut self) {
        let memory = std::ptr::with_exposed_provenance_mut(self.start);
        // SAFETY: the memory is from the system's allocator with this layout, and nobody uses it.
        unsafe { System.dealloc(memory, self.layout) };
        BYTES.fetch_sub(self.layout.size(), Ordering::Relaxed);
    }
}
