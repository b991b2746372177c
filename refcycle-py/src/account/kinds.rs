//! Objects by the name of their type.

use pyo3::prelude::*;
use refcycle_core::VertexId;
use rustc_hash::FxHashMap;

use crate::engine::Engine;
use crate::heap::OfType;

/// The name of each type with the number of its objects and their bytes, the largest first. Types
/// with one name count as one.
pub(super) fn by_kind(
    py: Python<'_>,
    engine: &Engine,
    types: &[OfType],
) -> Vec<(String, usize, u64)> {
    let mut by_name: FxHashMap<String, (usize, u64)> = FxHashMap::default();
    for of_type in types {
        let name = engine.type_name(py, VertexId::from_index(of_type.first));
        let (count, bytes) = by_name.entry(name).or_default();
        *count += of_type.count;
        *bytes += of_type.bytes;
    }
    let rows = by_name.into_iter();
    let mut rows: Vec<_> = rows
        .map(|(name, (count, bytes))| (name, count, bytes))
        .collect();
    rows.sort_by(|one, other| (other.2, &one.0).cmp(&(one.2, &other.0)));
    rows
}
