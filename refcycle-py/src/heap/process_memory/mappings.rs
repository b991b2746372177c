//! The mappings of the process, as Linux reports them in `/proc/self/smaps`.

use std::collections::HashSet;
use std::ops::Range;

use super::super::process_maps;
use super::libraries::library_data;
use super::residency::resident_bytes;
use crate::heap::pages::page_size;

/// A range of addresses that is mapped in one way.
pub(crate) struct Mapping {
    pub(crate) range: Range<usize>,
    /// The bytes in main memory.
    pub(crate) resident: u64,
    /// The bytes in main memory that no other process has, and that are not those of a file.
    pub(crate) private_dirty: u64,
    /// The bytes in main memory that are not those of a file.
    pub(crate) anonymous: u64,
    /// The bytes in main memory that another process has too.
    pub(crate) shared: u64,
    /// The bytes that were written to the swap space.
    pub(crate) swapped: u64,
    pub(crate) is_writable: bool,
    /// Whether nothing may access it, as the pages that guard a stack.
    pub(super) is_guard: bool,
    is_executable: bool,
    /// What is mapped: the path of a file, a name in brackets, or empty.
    pub(crate) name: String,
    pub(crate) kind: MappingKind,
}

/// What a mapping is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MappingKind {
    /// Memory of allocators, and everything else that programs map without a name.
    Anonymous,
    /// Code and data of the program and its libraries.
    Library,
    /// The stack of the main thread.
    Stack,
    File,
    /// Memory that processes share.
    Shared,
    /// Memory of a device, such as a GPU.
    Device,
    /// Pages of the kernel.
    Kernel,
}

impl Mapping {
    pub(crate) fn size(&self) -> usize {
        self.range.len()
    }

    fn of_header(line: &str) -> Option<Self> {
        let header = process_maps::Mapping::parse(line)?;
        let is_accessible = header.is_readable || header.is_writable || header.is_executable;
        Some(Self {
            range: header.range,
            resident: 0,
            private_dirty: 0,
            anonymous: 0,
            shared: 0,
            swapped: 0,
            is_writable: header.is_writable,
            is_guard: !is_accessible,
            is_executable: header.is_executable,
            kind: kind_of(&header.name),
            name: header.name,
        })
    }

    /// Cuts the part from an address on off; `None` if there is none.
    fn split_off(&mut self, at: usize) -> Option<Self> {
        let rest = at..self.range.end;
        self.range.end = at;
        if rest.is_empty() {
            return None;
        }
        let kept = resident_bytes(&self.range).unwrap_or(0).min(self.resident);
        let cut = |bytes: &mut u64| {
            let all = std::mem::replace(bytes, kept.min(*bytes));
            all - *bytes
        };
        Some(Self {
            range: rest,
            resident: cut(&mut self.resident),
            private_dirty: cut(&mut self.private_dirty),
            anonymous: cut(&mut self.anonymous),
            shared: cut(&mut self.shared),
            swapped: std::mem::take(&mut self.swapped),
            name: String::new(),
            ..*self
        })
    }

    fn set(&mut self, field: &str, bytes: u64) {
        match field {
            "Rss" => self.resident = bytes,
            "Private_Dirty" => self.private_dirty = bytes,
            "Anonymous" => self.anonymous = bytes,
            "Shared_Clean" | "Shared_Dirty" => self.shared += bytes,
            "Swap" => self.swapped = bytes,
            _ => {}
        }
    }
}

fn kind_of(name: &str) -> MappingKind {
    let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    if begins(&["[stack"]) {
        MappingKind::Stack
    } else if name.is_empty() || begins(&["[heap]", "[anon:"]) {
        MappingKind::Anonymous
    } else if begins(&["["]) {
        MappingKind::Kernel
    } else if begins(&["/dev/shm/", "/dev/zero", "/memfd:", "/SYSV", "[anon_shmem:"]) {
        MappingKind::Shared
    } else if begins(&["/dev/", "anon_inode:"]) {
        MappingKind::Device
    } else {
        MappingKind::File
    }
}

/// The mappings by address; `None` if the system does not report them.
pub(super) fn mappings() -> Option<Vec<Mapping>> {
    let text = std::fs::read("/proc/self/smaps").ok()?;
    parse(&String::from_utf8_lossy(&text))
}

fn parse(text: &str) -> Option<Vec<Mapping>> {
    let mut found: Vec<Mapping> = Vec::new();
    for line in text.lines() {
        // A field begins with a capital letter, an address with a digit in lower case.
        if !line.starts_with(|first: char| first.is_ascii_uppercase()) {
            found.push(Mapping::of_header(line)?);
            continue;
        }
        let (field, rest) = line.split_once(':')?;
        let kilobytes = rest.trim().strip_suffix(" kB");
        if let Some(amount) = kilobytes.and_then(|amount| amount.trim().parse::<u64>().ok()) {
            found.last_mut()?.set(field, amount << 10);
        }
    }
    (!found.is_empty()).then(|| find_libraries(found))
}

/// A file is a library if some part of it can be executed. Variables without an initial value are in
/// memory without a name that follows that of the file; other memory may follow in one mapping.
fn find_libraries(mappings: Vec<Mapping>) -> Vec<Mapping> {
    let executable: HashSet<String> = mappings
        .iter()
        .filter(|mapping| mapping.kind == MappingKind::File && mapping.is_executable)
        .map(|mapping| mapping.name.clone())
        .collect();
    let data = library_data();
    let mut found: Vec<Mapping> = Vec::with_capacity(mappings.len());
    for mut mapping in mappings {
        if mapping.kind == MappingKind::File && executable.contains(&mapping.name) {
            mapping.kind = MappingKind::Library;
        } else if let Some(before) = found.last()
            && mapping.name.is_empty()
            && before.kind == MappingKind::Library
            && before.range.end == mapping.range.start
            && let Some(data) = data.iter().find(|data| data.contains(&mapping.range.start))
        {
            let name = before.name.clone();
            let end = data.end.next_multiple_of(page_size());
            let rest = mapping.split_off(end.min(mapping.range.end));
            (mapping.kind, mapping.name) = (MappingKind::Library, name);
            found.push(mapping);
            found.extend(rest);
            continue;
        }
        found.push(mapping);
    }
    found
}
