//! Where a thread's state has its `ident`.

use std::sync::OnceLock;

use pyo3::ffi;

/// The `ident` of a thread, as `threading` has it; 0 where it is not known.
///
/// # Safety
/// The thread belongs to the present interpreter, and has not ended.
pub(in crate::heap) unsafe fn thread_ident(thread: *mut ffi::PyThreadState) -> u64 {
    unsafe extern "C" {
        /// Not declared by pyo3-ffi.
        fn PyThread_get_thread_ident() -> std::ffi::c_ulong;
    }
    /// No version has the field farther from the start, and none is smaller.
    const WORDS: usize = 32;
    static OFFSET: OnceLock<Option<usize>> = OnceLock::new();

    // SAFETY: the caller's promise; the present thread knows its ident, and so where in
    // its state it is.
    unsafe {
        let word = |thread: *mut ffi::PyThreadState, at: usize| thread.cast::<u64>().add(at).read();
        let offset = OFFSET.get_or_init(|| {
            let ident = PyThread_get_thread_ident();
            (0..WORDS).find(|&at| word(ffi::PyThreadState_Get(), at) == ident)
        });
        offset.map_or(0, |at| word(thread, at))
    }
}
