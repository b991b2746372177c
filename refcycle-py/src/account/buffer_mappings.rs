//! Memory beside the buffers of libraries that have an allocator of their own.
//!
//! jemalloc and mimalloc map large areas, and keep what was freed in them. They do not report how much
//! that is, but a mapping that contains buffers of such a library is theirs.

use std::collections::BTreeMap;

use pyo3::prelude::*;

use crate::engine::{Engine, HeldBuffer};
use crate::heap::{Obj, ProcessState, paused, resident_bytes, type_module, type_name};

/// The libraries whose buffers come from an allocator of their own, and the classes that are said to
/// be in `builtins`.
const LIBRARIES: [&str; 2] = ["polars", "pyarrow"];
const OF_POLARS: [&str; 2] = ["PyDataFrame", "PySeries"];

/// The library of an object with buffers.
fn library_of(holder: Obj<'_>) -> Option<&'static str> {
    let ty = holder.ty();
    let module = type_module(ty).unwrap_or_default();
    if module == "builtins" && OF_POLARS.contains(&&*type_name(ty)) {
        return Some("polars");
    }
    let package = module.split('.').next();
    LIBRARIES.into_iter().find(|&name| package == Some(name))
}

/// The bytes in main memory that are in the mappings of such buffers, beside them, by library.
///
/// # Cost
/// That of `ObjectGraph.buffers`.
pub(super) fn beside_buffers(
    py: Python<'_>,
    engine: &Engine,
    state: &ProcessState,
) -> PyResult<Vec<(&'static str, u64)>> {
    let objects = engine.objects();
    let mut in_mappings: BTreeMap<usize, (&'static str, u64)> = BTreeMap::new();
    for (range, holder) in HeldBuffer::of_objects(py, engine)?
        .iter()
        .filter_map(HeldBuffer::place)
    {
        let library = paused(py, |heap| library_of(heap.see(&objects[holder.index()])));
        let (Some(library), Some(mapping)) = (library, state.mapping_at(range.start)) else {
            continue;
        };
        let within = range.start..range.end.min(mapping.range.end);
        let bytes = resident_bytes(&within).unwrap_or(0);
        let known = in_mappings.entry(mapping.range.start);
        known.or_insert((library, 0)).1 += bytes;
    }
    let mut found: BTreeMap<&'static str, u64> = BTreeMap::new();
    for (start, (library, of_buffers)) in in_mappings {
        let mapping = state.mapping_at(start);
        if let Some(bytes) = mapping.and_then(|mapping| state.bytes_of_allocator(mapping)) {
            *found.entry(library).or_default() += bytes.saturating_sub(of_buffers);
        }
    }
    Ok(found.into_iter().filter(|&(_, bytes)| bytes > 0).collect())
}
