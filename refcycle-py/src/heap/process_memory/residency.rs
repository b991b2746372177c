//! Which pages of the process are in main memory.

use std::ops::Range;

/// The bytes of this range that are in main memory. The range is mapped without a file. `None` if
/// the system does not report it.
#[cfg(target_os = "linux")]
pub(super) fn resident_bytes(range: &Range<usize>) -> Option<u64> {
    /// How many pages are looked at in one call.
    const PAGES: usize = 4096;
    let page = page_size();
    let (mut at, end) = (range.start & !(page - 1), range.end);
    let mut bytes = 0;
    let mut states = [0u8; PAGES];
    while at < end {
        let count = (end - at).div_ceil(page).min(PAGES);
        // SAFETY: the call reads no memory of the range, and writes one byte for each page.
        let failed = unsafe { libc::mincore(at as *mut _, count * page, states.as_mut_ptr()) } != 0;
        if failed {
            return None;
        }
        for (number, state) in states[..count].iter().enumerate() {
            if state & 1 != 0 {
                let start = at + number * page;
                bytes += (start + page).min(end) - start.max(range.start);
            }
        }
        at += count * page;
    }
    Some(bytes as u64)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn resident_bytes(_range: &Range<usize>) -> Option<u64> {
    None
}

/// The size of a page.
#[cfg(unix)]
pub(super) fn page_size() -> usize {
    // SAFETY: the call only returns a number.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

#[cfg(not(unix))]
pub(super) fn page_size() -> usize {
    4096
}

/// The words at an address of this process, if they are mapped. The system call reports an address
/// that is not; it does not end the process.
#[cfg(target_os = "linux")]
pub(super) fn read_words<const N: usize>(address: usize) -> Option<[usize; N]> {
    let mut found = [0usize; N];
    let bytes = N * size_of::<usize>();
    let local = libc::iovec {
        iov_base: found.as_mut_ptr().cast(),
        iov_len: bytes,
    };
    let remote = libc::iovec {
        iov_base: address as *mut _,
        iov_len: bytes,
    };
    // SAFETY: the call writes into `found`, which is large enough, and checks the other address.
    let read = unsafe {
        libc::process_vm_readv(libc::getpid(), &raw const local, 1, &raw const remote, 1, 0)
    };
    (read == bytes as isize).then_some(found)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn read_words<const N: usize>(_address: usize) -> Option<[usize; N]> {
    None
}
