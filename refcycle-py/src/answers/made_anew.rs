//! Containers that a program makes anew with the items of the old ones, as an index is.

use pyo3::prelude::*;
use refcycle_core::VertexId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::net_sides::Side;
use crate::interrupt::Checkpoint;

/// The growth of a container with fewer items does not matter.
const FEWEST_ITEMS: usize = 8;
/// The containers share at least this part of the items: of keys and values, only the values may be
/// the same, and some of them may be replaced.
const SHARED_PART: usize = 4;

/// What holders lost or got, by the place of the holder and the type.
type ByPlace = FxHashMap<(u32, u32), Vec<VertexId>>;

/// The containers that holders lost, and those of the same type with many of the same items that
/// they got instead.
///
/// Such a container grows by the number of its items, not by those that are new: old ones that it does
/// not have any more may be alive elsewhere.
///
/// # Cost
/// Reads the references of all objects that were lost from, and came to, one holder with one type.
pub(super) fn made_anew(
    py: Python<'_>,
    (before, went): (&Side<'_>, &[(u32, VertexId)]),
    (after, came): (&Side<'_>, &[(u32, VertexId)]),
) -> PyResult<(FxHashSet<VertexId>, FxHashSet<VertexId>)> {
    let (mut old, mut anew) = (FxHashSet::default(), FxHashSet::default());
    let (lost, got) = (by_place(before, went), by_place(after, came));
    let mut checkpoint = Checkpoint::new();
    for (key, lost) in lost {
        let Some(got) = got.get(&key) else { continue };
        let mut holders = FxHashMap::default();
        let mut counts = FxHashMap::default();
        for v in lost {
            checkpoint.step(py)?;
            let items = items(py, before, v)?;
            counts.insert(v, items.len());
            holders.extend(items.into_iter().map(|item| (item, v)));
        }
        for &v in got {
            checkpoint.step(py)?;
            let items = items(py, after, v)?;
            let mut shared = FxHashMap::<VertexId, usize>::default();
            for holder in items.iter().filter_map(|item| holders.get(item)) {
                *shared.entry(*holder).or_default() += 1;
            }
            let best = shared.into_iter().max_by_key(|&(v, count)| (count, v));
            if let Some((before, count)) = best {
                let fewer = items.len().min(counts[&before]);
                if fewer >= FEWEST_ITEMS && SHARED_PART * count >= fewer {
                    old.insert(before);
                    anew.insert(v);
                }
            }
        }
    }
    Ok((old, anew))
}

fn by_place(side: &Side<'_>, changed: &[(u32, VertexId)]) -> ByPlace {
    let mut found = ByPlace::default();
    // Graphs refer to everything.
    for &(place, v) in changed.iter().filter(|changed| !side.is_ours(changed.1)) {
        found.entry((place, side.kind(v))).or_default().push(v);
    }
    found
}

/// The addresses of what an object refers to, each once.
fn items(py: Python<'_>, side: &Side<'_>, v: VertexId) -> PyResult<Vec<u64>> {
    let mut found: Vec<_> = side.held(py, v)?.into_iter().map(|item| item.0).collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
