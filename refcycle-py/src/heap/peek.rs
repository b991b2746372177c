//! Reads memory that may not be mapped.

/// The words at an address, if it is mapped. The system call that reads them reports an invalid
/// address and does not end the process.
#[cfg(unix)]
pub(in crate::heap) fn peek(address: usize, words: usize) -> Option<Vec<usize>> {
    let mut found = vec![0usize; words];
    let bytes = words * size_of::<usize>();
    let mut ends = [0; 2];
    // SAFETY: `write` does not touch unmapped memory, but reports it; `read` writes into `found`,
    // which is large enough. The pipe is our own, and has room for the bytes.
    unsafe {
        // So that programs that another thread starts meanwhile do not inherit it.
        #[cfg(target_os = "linux")]
        let made = libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC);
        #[cfg(not(target_os = "linux"))]
        let made = libc::pipe(ends.as_mut_ptr());
        if made != 0 {
            return None;
        }
        let is_read = libc::write(ends[1], address as *const _, bytes) == bytes as isize
            && libc::read(ends[0], found.as_mut_ptr().cast(), bytes) == bytes as isize;
        libc::close(ends[0]);
        libc::close(ends[1]);
        is_read.then_some(found)
    }
}

#[cfg(windows)]
pub(in crate::heap) fn peek(address: usize, words: usize) -> Option<Vec<usize>> {
    let mut found = vec![0usize; words];
    let read = super::raw_memory::copy_by_call(address, &mut found).ok()?;
    (read == words).then_some(found)
}

/// On other systems there is no such call, and what depends on it is not available.
#[cfg(not(any(unix, windows)))]
pub(in crate::heap) fn peek(_address: usize, _words: usize) -> Option<Vec<usize>> {
    None
}
