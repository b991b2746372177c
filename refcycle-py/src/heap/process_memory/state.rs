//! What the memory of the process consists of, before objects are looked at.

use std::ops::Range;

use pyo3::prelude::*;

use super::arenas::Arenas;
use super::mappings::{Mapping, MappingKind, mappings};
use super::native_heap::{NativeHeap, native_heap};
use super::private_pages::PrivatePages;
use super::residency::resident_bytes;
use super::resident;
use super::stacks::{mapping_at, thread_stacks};
use crate::heap::allocator::mapped_ranges;

/// The memory of the process at one point in time, by address.
pub(crate) struct ProcessState {
    /// The bytes in main memory; `None` if the system does not report them.
    pub(crate) resident: Option<u64>,
    /// The mappings by address; `None` if the system does not report them.
    pub(crate) mappings: Option<Vec<Mapping>>,
    /// The arenas of CPython's allocator; `None` if they are unknown.
    pub(crate) arenas: Option<Arenas>,
    /// `malloc`; `None` if it says nothing about itself.
    pub(crate) native_heap: Option<NativeHeap>,
    /// The stacks of threads other than the main one, with their bytes in main memory.
    pub(crate) stacks: Vec<(Range<usize>, u64)>,
    /// The large arrays of this library, with their bytes in main memory.
    pub(crate) own: Vec<(Range<usize>, u64)>,
}

impl ProcessState {
    /// Asks the system.
    ///
    /// # Errors
    /// None: what cannot be found out is unknown.
    ///
    /// # Cost
    /// Some 5 ms, and 30 ms for each GB of the process: the system looks at each page.
    pub(crate) fn now(py: Python<'_>) -> Self {
        let mappings = mappings();
        let known = mappings.as_deref();
        let with_bytes = |ranges: Vec<Range<usize>>| -> Vec<(Range<usize>, u64)> {
            let known = ranges.into_iter().filter_map(|range| {
                let bytes = resident_bytes(&range)?;
                Some((range, bytes))
            });
            known.collect()
        };
        let total = |mappings: &[Mapping]| mappings.iter().map(|mapping| mapping.resident).sum();
        Self {
            resident: known.map(total).or_else(resident),
            arenas: known.and_then(|mappings| Arenas::read(py, mappings)),
            native_heap: native_heap(),
            stacks: with_bytes(known.map_or_else(Vec::new, |found| thread_stacks(py, found))),
            own: with_bytes(mapped_ranges()),
            mappings,
        }
    }

    /// The pages without a file that no other process has; `None` if they are unknown.
    pub(crate) fn private_pages(&self) -> Option<PrivatePages> {
        PrivatePages::read(self.mappings.as_deref()?)
    }

    /// The mapping that contains an address.
    pub(crate) fn mapping_at(&self, address: usize) -> Option<&Mapping> {
        mapping_at(self.mappings.as_deref()?, address)
    }

    /// How many bytes are mapped from an address on without a gap, for one kind of use. The system
    /// divides a mapping where a program asks for large pages.
    pub(super) fn mapped_from(&self, address: usize) -> usize {
        let mappings = self.mappings.as_deref().unwrap_or_default();
        let first = mappings.partition_point(|mapping| mapping.range.end <= address);
        let mut end = address;
        for mapping in &mappings[first..] {
            let is_next = mapping.range.contains(&end) && mapping.kind == mappings[first].kind;
            if !is_next {
                break;
            }
            end = mapping.range.end;
        }
        end - address
    }

    /// The bytes in main memory of all mappings of a kind.
    pub(crate) fn resident_of(&self, kind: MappingKind) -> u64 {
        let of_kind = self.mappings.iter().flatten();
        let of_kind = of_kind.filter(|mapping| mapping.kind == kind);
        of_kind.map(|mapping| mapping.resident).sum()
    }

    /// The bytes in main memory of a mapping that are neither in arenas, nor stacks, nor ours. `None`
    /// for a mapping of another kind than those of allocators, and for areas of `malloc`.
    pub(crate) fn bytes_of_allocator(&self, mapping: &Mapping) -> Option<u64> {
        if mapping.kind != MappingKind::Anonymous || is_area_of_malloc(mapping) {
            return None;
        }
        let is_inside = |range: &Range<usize>| mapping.range.contains(&range.start);
        let arenas = self.arenas.iter().flat_map(|arenas| &arenas.all);
        let arenas = arenas.filter(|arena| is_inside(&arena.range));
        let known = self.stacks.iter().chain(&self.own);
        let known = known.filter(|(range, _)| is_inside(range));
        let others = arenas.map(|arena| arena.resident).sum::<u64>()
            + known.map(|(_, bytes)| bytes).sum::<u64>();
        Some(mapping.resident.saturating_sub(others))
    }

    /// The bytes in main memory that the C library's allocator has in free blocks.
    pub(crate) fn free_in_native_heap(&self) -> Option<u64> {
        // Free blocks may have pages that are not in main memory; used ones usually do not.
        let areas = self.mappings.as_ref()?.iter();
        let missing = areas
            .filter(|mapping| is_area_of_malloc(mapping))
            .map(|mapping| (mapping.size() as u64).saturating_sub(mapping.resident));
        Some(self.native_heap?.free.saturating_sub(missing.sum()))
    }
}

/// Whether the GNU C library takes blocks from a mapping: the heap of the process, or an area for
/// threads, which starts at a multiple of its maximum size.
fn is_area_of_malloc(mapping: &Mapping) -> bool {
    const AREA: usize = 64 << 20;
    let is_of_threads = mapping.name.is_empty()
        && mapping.is_writable
        && mapping.kind == MappingKind::Anonymous
        && mapping.range.start.is_multiple_of(AREA)
        && mapping.size() <= AREA;
    mapping.name == "[heap]" || is_of_threads
}
