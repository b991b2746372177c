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

/// What holders lost or got, with the place of each holder.
type Changed = Vec<(u32, VertexId)>;
/// The same by the place of the holder and the type.
type ByPlace = FxHashMap<(u32, u32), Vec<VertexId>>;

/// Containers that were made anew.
#[derive(Default)]
pub(super) struct MadeAnew {
    /// Those that holders lost.
    pub(super) old: FxHashSet<VertexId>,
    /// Those that they got instead, each with the place of the pair.
    pub(super) new: FxHashMap<VertexId, u32>,
}

/// The containers that holders lost, and those of the same type with many of the same items that
/// they got instead. In `went` and `came`, each pair gets a place of its own, from `first` on, in place
/// of that of its holder.
///
/// Such a container grows by the number of its items, not by those that are new: old ones that it does
/// not have any more may be alive elsewhere.
///
/// # Cost
/// Reads the references of all objects that were lost from, and came to, one holder with one type.
pub(super) fn made_anew(
    py: Python<'_>,
    (before, went): (&Side<'_>, &mut Changed),
    (after, came): (&Side<'_>, &mut Changed),
    first: u32,
) -> PyResult<MadeAnew> {
    let (lost, got) = (by_place(before, went), by_place(after, came));
    let mut found = MadeAnew::default();
    let (mut of_old, mut of_new) = (FxHashMap::default(), FxHashMap::default());
    let mut place = first;
    for (key, lost) in lost {
        let Some(got) = got.get(&key) else { continue };
        for (old, new) in pairs(py, (before, &lost), (after, got))? {
            of_old.insert((key.0, old), place);
            of_new.insert((key.0, new), place);
            found.old.insert(old);
            found.new.insert(new, place);
            place += 1;
        }
    }
    for (changed, places) in [(went, of_old), (came, of_new)] {
        for one in changed {
            one.0 = places.get(one).copied().unwrap_or(one.0);
        }
    }
    Ok(found)
}

/// The containers with many items in common, each in one pair.
///
/// Only items that are in one container on each side count: others, such as constants, make different
/// containers alike.
fn pairs(
    py: Python<'_>,
    (before, lost): (&Side<'_>, &[VertexId]),
    (after, got): (&Side<'_>, &[VertexId]),
) -> PyResult<Vec<(VertexId, VertexId)>> {
    let (old_sizes, old_holders) = holders(py, before, lost)?;
    let (new_sizes, new_holders) = holders(py, after, got)?;
    let mut shared = FxHashMap::<(VertexId, VertexId), usize>::default();
    for (item, new) in new_holders {
        if let (Some(new), Some(&Some(old))) = (new, old_holders.get(&item)) {
            *shared.entry((old, new)).or_default() += 1;
        }
    }
    let mut best: Vec<_> = shared
        .into_iter()
        .map(|(pair, count)| (count, pair))
        .collect();
    best.sort_unstable_by(|one, other| other.cmp(one));
    let (mut is_old_used, mut is_new_used) = (FxHashSet::default(), FxHashSet::default());
    best.retain(|&(count, (old, new))| {
        let fewer = old_sizes[&old].min(new_sizes[&new]);
        let is_pair = fewer >= FEWEST_ITEMS
            && SHARED_PART * count >= fewer
            && !is_old_used.contains(&old)
            && !is_new_used.contains(&new);
        if is_pair {
            is_old_used.insert(old);
            is_new_used.insert(new);
        }
        is_pair
    });
    Ok(best.into_iter().map(|(_, pair)| pair).collect())
}

/// The number of items of each container, and of each item, by its address, the container; `None` if
/// several have it.
type Holders = (FxHashMap<VertexId, usize>, FxHashMap<u64, Option<VertexId>>);

fn holders(py: Python<'_>, side: &Side<'_>, containers: &[VertexId]) -> PyResult<Holders> {
    let (mut sizes, mut holders) = Holders::default();
    let mut checkpoint = Checkpoint::new();
    for &v in containers {
        checkpoint.step(py)?;
        let items = items(py, side, v)?;
        sizes.insert(v, items.len());
        for item in items {
            let holder = holders.entry(item).or_insert(Some(v));
            if *holder != Some(v) {
                *holder = None;
            }
        }
    }
    Ok((sizes, holders))
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
