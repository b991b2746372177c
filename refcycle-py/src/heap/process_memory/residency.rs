//! Which pages of the process are in main memory.

use std::ops::Range;

use crate::heap::pages::page_size;

/// The bytes of this range that are in main memory. The range is mapped without a file. `None` if
/// the system does not report it.
#[cfg(target_os = "linux")]
pub(crate) fn resident_bytes(range: &Range<usize>) -> Option<u64> {
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
pub(crate) fn resident_bytes(_range: &Range<usize>) -> Option<u64> {
    None
}
