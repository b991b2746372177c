//! The memory of the process as the system maps it: `/proc/self/maps`.

use std::fs::File;
use std::io;
use std::ops::Range;

/// A mapping of memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) range: Range<usize>,
    pub(crate) is_readable: bool,
    pub(crate) is_writable: bool,
    pub(crate) is_executable: bool,
    /// Where its first byte is in the file.
    pub(crate) offset: u64,
    /// The path of the file, or a name in brackets such as `[heap]`; empty if it has none.
    pub(crate) name: String,
}

impl Mapping {
    /// Whether its memory is not that of a file and has no name.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.name.is_empty()
    }

    /// The path of the file that it maps.
    pub(crate) fn file(&self) -> Option<&str> {
        self.name.starts_with('/').then_some(&self.name)
    }

    /// Reads a line of `/proc/self/maps`, or the first line of a mapping in `/proc/self/smaps`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let mut rest = rest.splitn(5, ' ');
        let (access, offset) = (rest.next()?, rest.next()?);
        let name = rest.nth(2).unwrap_or("").trim_start();
        let number = |text| usize::from_str_radix(text, 16).ok();
        Some(Self {
            range: number(start)?..number(end)?,
            is_readable: access.starts_with('r'),
            is_writable: access.get(1..)?.starts_with('w'),
            is_executable: access.get(2..)?.starts_with('x'),
            offset: u64::from_str_radix(offset, 16).ok()?,
            name: name.to_owned(),
        })
    }
}

/// All mappings in the order of their addresses. An error if the system does not list them.
pub(crate) fn process_maps() -> io::Result<Vec<Mapping>> {
    let text = std::fs::read("/proc/self/maps")?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().filter_map(Mapping::parse).collect())
}

/// The mapping in which an address is.
pub(crate) fn mapping_of(maps: &[Mapping], address: usize) -> Option<&Mapping> {
    let next = maps.partition_point(|mapping| mapping.range.end <= address);
    maps.get(next)
        .filter(|mapping| mapping.range.contains(&address))
}

/// The parts of a range of memory that the process has used: pages that were never touched are all
/// zeros, and reading them would take memory for their tables. The whole range if the system does
/// not tell.
pub(crate) fn used_parts(range: Range<usize>) -> Vec<Range<usize>> {
    used_pages(&range).unwrap_or_else(|_| vec![range])
}

fn used_pages(range: &Range<usize>) -> io::Result<Vec<Range<usize>>> {
    /// A page is in memory, or swapped out.
    const USED: u64 = 0b11 << 62;

    let page = page_size();
    let mut parts: Vec<Range<usize>> = Vec::new();
    see_pages(&open_pages()?, range, |address, state| {
        if state & USED != 0 {
            let start = address.max(range.start);
            let end = (address + page).min(range.end);
            match parts.last_mut() {
                Some(part) if part.end == start => part.end = end,
                _ => parts.push(start..end),
            }
        }
    })?;
    Ok(parts)
}

/// The states of all pages of the process.
pub(super) fn open_pages() -> io::Result<File> {
    File::open("/proc/self/pagemap")
}

/// Shows the address and the state of each page of a range, as the system describes it.
#[cfg(target_os = "linux")]
pub(super) fn see_pages(
    states: &File,
    range: &Range<usize>,
    mut see: impl FnMut(usize, u64),
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
