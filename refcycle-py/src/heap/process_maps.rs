//! The memory of the process as the system maps it: `/proc/self/maps`.

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
