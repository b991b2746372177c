//! Words at addresses that may not exist.

/// The word at an address; none where the address is not mapped, or where the system cannot tell.
#[cfg(target_os = "linux")]
pub(super) fn word_at(address: u64) -> Option<u64> {
    const SIZE: usize = size_of::<u64>();

    if address == 0 || !address.is_multiple_of(SIZE as u64) {
        return None;
    }
    let mut word = 0u64;
    let local = libc::iovec {
        iov_base: (&raw mut word).cast(),
        iov_len: SIZE,
    };
    let remote = libc::iovec {
        iov_base: address as *mut libc::c_void,
        iov_len: SIZE,
    };
    // SAFETY: the kernel copies the word into a variable, or reports an error.
    let copied = unsafe { libc::process_vm_readv(libc::getpid(), &local, 1, &remote, 1, 0) };
    (copied == SIZE as isize).then_some(word)
}

/// This system has no such call.
#[cfg(not(target_os = "linux"))]
pub(super) fn word_at(_address: u64) -> Option<u64> {
    None
}
