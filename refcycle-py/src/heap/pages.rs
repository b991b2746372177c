//! The pages of the process as the system describes them: `/proc/self/pagemap`.
//!
//! Programs reserve much more memory than they use, so pages that were never touched are skipped in
//! large steps.

use std::fs::File;
use std::io;
use std::ops::Range;

/// The parts of a range of memory that the process has used: pages that were never touched are all
/// zeros, and reading them would take memory for their tables. The whole range if the system does
/// not tell.
pub(crate) fn used_parts(range: Range<usize>) -> Vec<Range<usize>> {
    used_pages(&range).unwrap_or_else(|_| vec![range])
}

fn used_pages(range: &Range<usize>) -> io::Result<Vec<Range<usize>>> {
    /// A page is in memory, or swapped out.
    const USED: u64 = 0b11 << 62;

    let (page, states) = (page_size(), open_pages()?);
    if let Some(parts) = skip::used(&states, range) {
        return Ok(parts);
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    see_pages(&states, range, |address, state| {
        if state & USED != 0 {
            let start = address.max(range.start);
            let end = (address + page).min(range.end);
            append(&mut parts, start..end);
        }
    })?;
    Ok(parts)
}

/// Adds a part behind the others, or to the last one if it follows that.
fn append(parts: &mut Vec<Range<usize>>, part: Range<usize>) {
    match parts.last_mut() {
        Some(last) if last.end == part.start => last.end = part.end,
        _ => parts.push(part),
    }
}

/// The states of all pages of the process.
pub(super) fn open_pages() -> io::Result<File> {
    File::open("/proc/self/pagemap")
}

/// Shows the address and the state of each page of a range that the process has used, as the system
/// describes it, and perhaps of others.
#[cfg(target_os = "linux")]
pub(super) fn see_pages(
    states: &File,
    range: &Range<usize>,
    mut see: impl FnMut(usize, u64),
) -> io::Result<()> {
    let parts = skip::used(states, range).unwrap_or_else(|| skip::not_untouched(range));
    parts
        .iter()
        .try_for_each(|part| see_all(states, part, &mut see))
}

#[cfg(target_os = "linux")]
fn see_all(
    states: &File,
    range: &Range<usize>,
    see: &mut impl FnMut(usize, u64),
) -> io::Result<()> {
    use std::os::unix::fs::FileExt;

    const ENTRY: usize = 8;
    const AT_ONCE: usize = 1 << 16;

    let page = page_size();
    let mut bytes = vec![0; AT_ONCE];
    let (mut next, last) = (range.start / page, range.end.div_ceil(page));
    while next < last {
        let wanted = (ENTRY * (last - next)).min(AT_ONCE);
        states.read_exact_at(&mut bytes[..wanted], (ENTRY * next) as u64)?;
        for entry in bytes[..wanted].as_chunks::<ENTRY>().0 {
            see(page * next, u64::from_ne_bytes(*entry));
            next += 1;
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn see_pages(
    _states: &File,
    _range: &Range<usize>,
    _see: impl FnMut(usize, u64),
) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
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

/// Finds the pages that were never touched without looking at each.
#[cfg(target_os = "linux")]
mod skip {
    use std::fs::File;
    use std::ops::Range;
    use std::os::fd::AsRawFd;

    use super::{append, page_size};

    /// `struct pm_scan_arg` of the system.
    #[repr(C)]
    #[derive(Default)]
    struct Scan {
        size: u64,
        flags: u64,
        start: u64,
        end: u64,
        walk_end: u64,
        regions: u64,
        region_count: u64,
        most_pages: u64,
        category_inverted: u64,
        category_mask: u64,
        category_any_of: u64,
        return_mask: u64,
    }

    /// `struct page_region`.
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct Region {
        start: u64,
        end: u64,
        categories: u64,
    }

    /// `PAGEMAP_SCAN`, which Linux has since 6.7.
    const PAGEMAP_SCAN: libc::Ioctl =
        (3 << 30 | size_of::<Scan>() << 16 | (b'f' as usize) << 8 | 16) as libc::Ioctl;
    const PRESENT: u64 = 1 << 3;
    const SWAPPED: u64 = 1 << 4;
    const AT_ONCE: usize = 256;

    /// The parts of a range that are in memory or swapped out; `None` if the system does not tell.
    pub(super) fn used(states: &File, range: &Range<usize>) -> Option<Vec<Range<usize>>> {
        let page = page_size();
        let (mut start, end) = (range.start & !(page - 1), range.end.next_multiple_of(page));
        let mut regions = [Region::default(); AT_ONCE];
        let mut parts: Vec<Range<usize>> = Vec::new();
        while start < end {
            let mut scan = Scan {
                size: size_of::<Scan>() as u64,
                start: start as u64,
                end: end as u64,
                regions: regions.as_mut_ptr() as u64,
                region_count: AT_ONCE as u64,
                category_any_of: PRESENT | SWAPPED,
                return_mask: 0,
                ..Scan::default()
            };
            // SAFETY: the system writes at most this number of regions, and the end of its walk.
            let count = unsafe { libc::ioctl(states.as_raw_fd(), PAGEMAP_SCAN, &raw mut scan) };
            let found = regions.get(..usize::try_from(count).ok()?)?;
            for region in found {
                let start = (region.start as usize).max(range.start);
                let end = (region.end as usize).min(range.end);
                append(&mut parts, start..end);
            }
            let reached = scan.walk_end as usize;
            if reached <= start {
                return None;
            }
            start = reached;
        }
        Some(parts)
    }

    /// The parts of a range without those that are known to be untouched.
    pub(super) fn not_untouched(range: &Range<usize>) -> Vec<Range<usize>> {
        /// How many pages are looked at in one call: 256 MB.
        const PAGES: usize = 1 << 16;
        let page = page_size();
        if range.len() <= PAGES * page || !has_no_swapped_pages() {
            return vec![range.clone()];
        }
        let mut states = vec![0u8; PAGES];
        let mut parts: Vec<Range<usize>> = Vec::new();
        let mut start = range.start & !(page - 1);
        while start < range.end {
            let end = (start + PAGES * page).min(range.end.next_multiple_of(page));
            let states = &mut states[..(end - start) / page];
            // SAFETY: the call reads no memory of the range, and writes one byte for each page.
            let failed =
                unsafe { libc::mincore(start as *mut _, end - start, states.as_mut_ptr()) } != 0;
            if failed || states.iter().any(|state| state & 1 != 0) {
                append(&mut parts, start.max(range.start)..end.min(range.end));
            }
            start = end;
        }
        parts
    }

    /// Whether no page of the process is known to be swapped out.
    fn has_no_swapped_pages() -> bool {
        let told = std::fs::read_to_string("/proc/self/status");
        told.is_ok_and(|told| {
            let mut fields = told.lines().filter_map(|line| line.strip_prefix("VmSwap:"));
            fields.next().is_some_and(|amount| amount.trim() == "0 kB")
        })
    }
}

#[cfg(not(target_os = "linux"))]
mod skip {
    use std::fs::File;
    use std::ops::Range;

    pub(super) fn used(_states: &File, _range: &Range<usize>) -> Option<Vec<Range<usize>>> {
        None
    }
}
