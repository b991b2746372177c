//! Bytes that a program could save: which objects waste them, and what holds these.
//!
//! [`scan`] finds the objects, and [`holders`] says to whom they belong. Here, they are grouped by
//! kind, type and holder.

mod holders;
mod scan;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use pyo3::prelude::*;
use refcycle_core::{VertexId, VertexSet};
use rustc_hash::FxHashMap;

use super::holder_ranks::HolderRank;
use crate::engine::Engine;
use crate::heap::{WasteKind, Wasted, memory};
use crate::interrupt::Checkpoint;
use holders::Holders;
pub(crate) use scan::wasted_by;

/// An object with at least this part of all wasted bytes is a holder of its own.
const SHARE: u64 = 200;

/// The bytes with which a holder is one in any case.
const LARGE: u64 = 1 << 20;

/// The fewest bytes of a holder of its own.
const SMALL: u64 = 1 << 12;

/// Wasted bytes of one kind, in objects of one type that belong to one holder.
pub(crate) struct Waste {
    pub(crate) kind: WasteKind,
    pub(crate) count: usize,
    pub(crate) bytes: u64,
    /// The object in which they collect; the example itself if there is none.
    pub(crate) holder: VertexId,
    /// The one that wastes most.
    pub(crate) example: VertexId,
    /// To which part of the process they belong.
    pub(crate) belongs_to: &'static str,
}

/// What the objects of a graph waste.
#[derive(Default)]
pub(crate) struct AllWaste {
    /// The most bytes first.
    pub(crate) rows: Vec<Waste>,
    /// The number of objects of garbage that are wasteful, and the bytes that they waste. They are
    /// in no row.
    pub(crate) garbage: (usize, u64),
}

/// What the objects of a graph waste; `None` if it is from a file that does not say. Objects of
/// tools are left out.
///
/// # Cost
/// Linear: about that of the dominator tree, and of reading all strings.
pub(crate) fn waste(py: Python<'_>, engine: &Engine) -> PyResult<Option<AllWaste>> {
    if engine.vertex_count() == 0 {
        return Ok(Some(AllWaste::default()));
    }
    let is_known = engine.known_retention().is_some();
    let retention = engine.retention(py)?;
    let found = match engine.kind().is_from_file() {
        true => match saved(py, engine)? {
            Some(found) => found,
            None => return Ok(None),
        },
        // Sizes that were read before may have changed.
        false if is_known => wasted_by(py, engine, &engine.sizes(py))?,
        false => wasted_by(py, engine, retention.shallow())?,
    };
    let graph = engine.any_graph();
    let mut holders = Holders::new(py, engine, &graph, &retention)?;
    let garbage = VertexSet::from_vertices(engine.vertex_count(), engine.garbage(py)?);
    let mut of_garbage = (0, 0);
    // A table of the holders.
    memory::ask(64 * found.len())?;
    let mut groups = FxHashMap::<(WasteKind, usize, HolderRank), Vec<Wasted>>::default();
    let mut checkpoint = Checkpoint::of(found.len());
    for wasted in found {
        checkpoint.step(py)?;
        let rank = holders.rank(wasted.vertex);
        if rank == HolderRank::Tool {
            continue;
        }
        if garbage.contains(wasted.vertex) {
            of_garbage = (of_garbage.0 + 1, of_garbage.1 + wasted.saved);
        } else {
            let ty = engine.type_key(py, wasted.vertex);
            let group = groups.entry((wasted.kind, ty, rank)).or_default();
            group.push(wasted);
        }
    }
    let mut all = FxHashMap::<HolderRank, u64>::default();
    for ((_, _, rank), group) in &groups {
        *all.entry(*rank).or_default() += group.iter().map(|wasted| wasted.saved).sum::<u64>();
    }
    let mut rows = Vec::new();
    for ((kind, _, rank), group) in groups {
        let least = (all[&rank] / SHARE).clamp(SMALL, LARGE);
        let held = by_holder(&holders, &group, least).into_iter();
        rows.extend(held.map(|(holder, part)| part.row(kind, holder, rank.word(engine))));
    }
    rows.sort_unstable_by_key(|row| (Reverse(row.bytes), row.holder, row.kind.word()));
    Ok(Some(AllWaste {
        rows,
        garbage: of_garbage,
    }))
}

/// What a file says about its objects.
fn saved(py: Python<'_>, engine: &Engine) -> PyResult<Option<Vec<Wasted>>> {
    let mut checkpoint = Checkpoint::of(engine.vertex_count());
    let mut found = Vec::new();
    for v in engine.vertices() {
        checkpoint.step(py)?;
        let Some(known) = engine.saved(py, v).waste() else {
            return Ok(None);
        };
        // Another version may know more kinds.
        if let Some((kind, saved)) = known
            && let Some(kind) = WasteKind::from_word(kind)
        {
            found.push(Wasted {
                vertex: v,
                kind,
                saved,
            });
        }
    }
    Ok(Some(found))
}

/// A part of a group: the objects of one holder.
#[derive(Clone, Copy)]
struct Part {
    count: usize,
    bytes: u64,
    example: VertexId,
    most: u64,
}

impl Part {
    fn of(wasted: &Wasted) -> Self {
        Self {
            count: 1,
            bytes: wasted.saved,
            example: wasted.vertex,
            most: wasted.saved,
        }
    }

    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.bytes += other.bytes;
        // Of several, the first: the result does not depend on the order.
        if (other.most, Reverse(other.example)) > (self.most, Reverse(self.example)) {
            (self.example, self.most) = (other.example, other.most);
        }
    }

    fn row(self, kind: WasteKind, holder: VertexId, belongs_to: &'static str) -> Waste {
        Waste {
            kind,
            count: self.count,
            bytes: self.bytes,
            holder,
            example: self.example,
            belongs_to,
        }
    }
}

/// The objects by holder. A holder has at least `least` bytes, unless nothing is above it.
fn by_holder(holders: &Holders<'_>, group: &[Wasted], least: u64) -> Vec<(VertexId, Part)> {
    let mut parts = FxHashMap::<VertexId, Part>::default();
    for wasted in group {
        let above = holders.above(wasted.vertex);
        let is_holder = wasted.kind.is_of_container()
            && wasted.saved >= least
            && above.is_none_or(|above| holders.names_data(above));
        let holder = match is_holder {
            true => wasted.vertex,
            false => above.unwrap_or(wasted.vertex),
        };
        add(&mut parts, holder, &Part::of(wasted));
    }
    let place = |v: VertexId| (Reverse(holders.place(v)), v);
    let mut pending: BTreeMap<_, _> = parts
        .into_iter()
        .map(|(v, part)| (place(v), part))
        .collect();
    let mut held = Vec::new();
    // A holder comes after all those below it.
    while let Some(((place_of, v), part)) = pending.pop_first() {
        debug_assert_eq!(place_of, Reverse(holders.place(v)));
        match holders.above(v) {
            Some(above) if part.bytes < least => {
                let known = pending.entry(place(above));
                known.and_modify(|known| known.add(&part)).or_insert(part);
            }
            _ => held.push((v, part)),
        }
    }
    held
}

fn add(parts: &mut FxHashMap<VertexId, Part>, holder: VertexId, part: &Part) {
    let known = parts.entry(holder);
    known.and_modify(|known| known.add(part)).or_insert(*part);
}
