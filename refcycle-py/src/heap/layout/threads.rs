//! Where a thread state stores its `ident`.

use std::ffi::c_ulong;
use std::sync::OnceLock;

use pyo3::ffi;

/// The `ident` of a thread, as in `threading`; 0 if it is not known.
///
/// # Safety
/// The thread belongs to the current interpreter, and has not ended.
pub(in crate::heap) unsafe fn thread_ident(thread: *mut ffi::PyThreadState) -> usize {
    of_python! {
        /// Not declared by pyo3-ffi.
        fn PyThread_get_thread_ident() -> c_ulong;
    }
    /// On all versions, the field is closer to the start, and the struct is at least this large.
    const WORDS: usize = 256 / size_of::<c_ulong>();
    static OFFSET: OnceLock<Option<usize>> = OnceLock::new();

    // SAFETY: guaranteed by the caller. The ident of the current thread is known, which reveals the
    // offset in the thread state.
    unsafe {
        let word =
            |thread: *mut ffi::PyThreadState, at: usize| thread.cast::<c_ulong>().add(at).read();
        let offset = OFFSET.get_or_init(|| {
            let ident = PyThread_get_thread_ident();
            (0..WORDS).find(|&at| word(ffi::PyThreadState_Get(), at) == ident)
        });
        offset.map_or(0, |at| word(thread, at) as usize)
    }
}
