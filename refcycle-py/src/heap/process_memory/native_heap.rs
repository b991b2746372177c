//! What the C library's allocator says about itself.

/// The memory of `malloc`.
#[derive(Clone, Copy)]
pub(crate) struct NativeHeap {
    /// Bytes in blocks that are in use, including those that have a mapping of their own.
    pub(crate) used: u64,
    /// Bytes in free blocks, whether they are in main memory or not.
    pub(crate) free: u64,
}

/// Asks the GNU C library 2.33 or later. `None` on others: the function is looked up when the
/// program runs, so that the library loads everywhere.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn native_heap() -> Option<NativeHeap> {
    /// `struct mallinfo2`.
    #[repr(C)]
    struct Figures {
        arena: usize,
        ordblks: usize,
        smblks: usize,
        hblks: usize,
        hblkhd: usize,
        usmblks: usize,
        fsmblks: usize,
        uordblks: usize,
        fordblks: usize,
        keepcost: usize,
    }
    // SAFETY: the function has this signature in all versions that have it. It takes the locks of
    // the allocator one by one, and allocates nothing.
    let figures = unsafe {
        let function = libc::dlsym(libc::RTLD_DEFAULT, c"mallinfo2".as_ptr());
        if function.is_null() {
            return None;
        }
        let ask: unsafe extern "C" fn() -> Figures = std::mem::transmute(function);
        ask()
    };
    Some(NativeHeap {
        used: (figures.uordblks + figures.hblkhd) as u64,
        free: figures.fordblks as u64,
    })
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn native_heap() -> Option<NativeHeap> {
    None
}

/// Gives the pages of the C library's free blocks back to the system. Does nothing if the library has
/// no such function, which is looked up when the program runs.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn return_free_memory() {
    // SAFETY: the function has this signature in all versions that have it. It takes the locks of
    // the allocator one by one, as `malloc` does, so other threads may allocate meanwhile. It only
    // gives up whole pages inside of free blocks: no block in use is read, written or moved, and the
    // next block in such a page finds it empty, as in memory that is new.
    unsafe {
        let function = libc::dlsym(libc::RTLD_DEFAULT, c"malloc_trim".as_ptr());
        if !function.is_null() {
            let trim: unsafe extern "C" fn(usize) -> libc::c_int = std::mem::transmute(function);
            trim(0);
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn return_free_memory() {}
