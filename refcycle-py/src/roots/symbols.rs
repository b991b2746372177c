//! The variables of a loaded library, from the symbol table of its file.

use std::fs::File;
use std::ops::Range;

use object::elf::{PF_W, STT_OBJECT};
use object::read::ReadCache;
use object::read::elf::ElfFile64;
use object::{Endianness, Object, ObjectSegment, ObjectSymbol, SegmentFlags, SymbolFlags};

/// Where the variables of a library are in memory.
pub(crate) struct Symbols {
    /// The ranges of its writable segments, each with the end of the part that comes from the file.
    writable: Vec<(Range<usize>, usize)>,
    /// In the order of their addresses.
    variables: Vec<Variable>,
}

/// A variable of a library.
struct Variable {
    range: Range<usize>,
    name: String,
}

/// What is known about an address in a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// In this variable.
    In(&'a str),
    /// Shortly after this variable.
    Near(&'a str),
    /// In a variable whose name the file does not contain.
    Unnamed,
}

/// How far a variable may be from the next one that has a name.
const NEAR: usize = 1 << 10;

impl Symbols {
    /// The symbols of the library in a file that is mapped from this address on. `None` if it is
    /// not a library, or cannot be read.
    pub(crate) fn read(path: &str, start: usize) -> Option<Self> {
        let file = ReadCache::new(File::open(path).ok()?);
        let elf = ElfFile64::<Endianness, _>::parse(&file).ok()?;
        let first = elf.segments().map(|segment| segment.address()).min()?;
        let page = elf.segments().map(|segment| segment.align()).max()?.max(1);
        let bias = start.checked_sub(usize::try_from(first / page * page).ok()?)?;
        let range = |address: u64, size: u64| {
            let start = bias.wrapping_add(address as usize);
            start..start.saturating_add(size as usize)
        };
        let writable = elf.segments().filter(|segment| {
            matches!(segment.flags(), SegmentFlags::Elf { p_flags } if p_flags & PF_W != 0)
        });
        let writable = writable.map(|segment| {
            let range = range(segment.address(), segment.size());
            let (_, in_file) = segment.file_range();
            (range.clone(), range.start.saturating_add(in_file as usize))
        });
        let writable = writable.collect();
        let is_variable = |flags| matches!(flags, SymbolFlags::Elf { st_info, .. } if st_info & 0xf == STT_OBJECT);
        let symbols = elf.symbols().chain(elf.dynamic_symbols());
        // Symbols without a size mark places, and are no variables.
        let symbols = symbols.filter(|symbol| symbol.size() > 0 && is_variable(symbol.flags()));
        let variables = symbols.filter_map(|symbol| {
            Some(Variable {
                range: range(symbol.address(), symbol.size()),
                name: symbol.name().ok()?.to_owned(),
            })
        });
        let mut variables: Vec<_> = variables.collect();
        variables.sort_by(|one, other| {
            (one.range.start, &one.name).cmp(&(other.range.start, &other.name))
        });
        Some(Self {
            writable,
            variables,
        })
    }

    /// Whether a variable starts with zeros, so that the program has put into it what it holds.
    pub(crate) fn starts_empty(&self, address: usize) -> bool {
        let mut writable = self.writable.iter();
        writable.any(|(range, filled)| range.contains(&address) && address >= *filled)
    }

    /// What an address belongs to; `None` if it is not in a writable segment.
    pub(crate) fn place(&self, address: usize) -> Option<Place<'_>> {
        self.writable
            .iter()
            .find(|(range, _)| range.contains(&address))?;
        let next = self
            .variables
            .partition_point(|variable| variable.range.start <= address);
        let Some(before) = self.variables[..next].last() else {
            return Some(Place::Unnamed);
        };
        Some(if before.range.contains(&address) {
            Place::In(&before.name)
        } else if address - before.range.end < NEAR {
            Place::Near(&before.name)
        } else {
            Place::Unnamed
        })
    }
}
