//! By how much more objects are held than before: new ones are set against those that went from the
//! same holder.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::{Successors, VertexId, VertexSet, Vertices};
use rustc_hash::{FxHashMap, FxHashSet};

use super::firm_paths::{Tops, in_earlier_file, not_firm};
use super::groups::{HolderGroup, HolderGroups};
use super::made_anew::made_anew;
use super::net_sides::{Key, Owners, Side, Total, address};
use super::object_types::ObjectTypes;
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::{self, Checkpoint};

/// Bytes an object: its holders, the sets and counts of referrers, its owner.
const BYTES_A_VERTEX: usize = 4 + 4 + 1 + 1 + 16;
/// As many objects as before that are larger by less than this part count as replaced.
const LARGER_PART: u64 = 10;
/// And by fewer bytes.
const LEAST_LARGER: u64 = 1000;

/// The types of objects that keep their size.
pub(crate) const UNCHANGING: [&str; 9] = [
    "bytes",
    "code",
    "complex",
    "float",
    "frozenset",
    "int",
    "range",
    "str",
    "tuple",
];

/// The earlier of two graphs, and those of its objects that only it has.
pub(crate) struct Earlier<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) gone: &'a [VertexId],
}

/// By how much more objects a group of new objects has than were there before.
#[derive(Clone, Copy, Default)]
pub(crate) struct NetGrowth {
    pub(crate) count: usize,
    pub(crate) size: u64,
    /// The part of what the group retains that is growth.
    pub(crate) weight: u64,
}

impl NetGrowth {
    /// That of a group without earlier objects.
    pub(crate) fn whole(group: &HolderGroup) -> Self {
        Self {
            count: group.count,
            size: group.shallow_size,
            weight: group.retained_size,
        }
    }

    pub(crate) fn is_growth(&self) -> bool {
        self.count > 0 || self.size > 0
    }
}

/// The shares of new objects that are beyond those that went, by number and by bytes. `is_known`: the
/// sizes of those that went are the ones that they had then.
fn shares(came: Total, went: Total, is_known: bool) -> (f64, f64) {
    let share = |came: u64, went: u64, new: u64| {
        let more = came.saturating_sub(went);
        (more as f64 / new.max(1) as f64).min(1.0)
    };
    let larger = came.size.saturating_sub(went.size);
    let is_larger = is_known && larger >= LEAST_LARGER.max(went.size / LARGER_PART);
    match came.count > went.count || is_larger {
        true => (
            share(came.count, went.count, came.only_here.0),
            share(came.size, went.size, came.only_here.1),
        ),
        false => (0.0, 0.0),
    }
}

/// The growth of the groups of new objects.
pub(crate) struct NetGrowths {
    pub(crate) of_groups: Vec<NetGrowth>,
    /// References of holders that have not grown to new objects that another holder has in addition to
    /// its old ones: that one explains the growth.
    pub(crate) replaced: FxHashSet<(VertexId, VertexId)>,
}

/// The growth of each group of new objects, which are the `targets` of `found`.
///
/// The path that holds a new object leads through a holder that is in both graphs. What this one holds
/// now and did not hold before, and new objects below, are compared with what it held before and does
/// not hold now, and objects below that are gone: by type, in number and bytes. A cache at its limit,
/// whose entries are replaced, has not grown.
///
/// # Cost
/// Reads the edges of both graphs, and sorts the references of the holders of new objects.
pub(crate) fn net_growth(
    py: Python<'_>,
    before: &Earlier<'_>,
    (after, types): (&Engine, &ObjectTypes),
    targets: &[VertexId],
    found: &HolderGroups,
) -> PyResult<NetGrowths> {
    memory::ask(BYTES_A_VERTEX * (before.engine.vertex_count() + after.vertex_count()))?;
    let new = VertexSet::from_vertices(after.vertex_count(), targets.iter().copied());
    let gone = before.gone.iter().copied();
    let gone = VertexSet::from_vertices(before.engine.vertex_count(), gone);
    let mut kinds = FxHashMap::default();
    let earlier_types = ObjectTypes::new(py, before.engine)?;
    let unused = left_over(py, before, after)?;
    let unused = (VertexSet::new(before.engine.vertex_count()), unused);
    let sides = Sides {
        earlier: Side::new(
            py,
            before.engine,
            &earlier_types,
            (&gone, unused.0),
            &mut kinds,
        ),
        later: Side::new(py, after, types, (&new, unused.1), &mut kinds),
    };
    let code = kinds.get("code").copied();
    // In a live comparison, what an object had may be gone from it since.
    let is_file = before.engine.kind().is_from_file();
    let unchanging = UNCHANGING
        .iter()
        .filter_map(|&name| kinds.get(name).copied());
    let unchanging: FxHashSet<u32> = unchanging.collect();
    let has_known_size = |kind| is_file || unchanging.contains(&kind);
    let not_old = not_firm(py, (before.engine, &gone), (after, &new), targets, found)?;
    let firm = sides.compared(py, Tops::new(py, after, &not_old, targets, found)?)?;
    let share_in = |compared: &Compared, v| {
        let is_known = has_known_size(sides.later.kind(v));
        compared.share_of(&sides.later, code, is_known, v)
    };
    let mut by_address = None;
    if not_old.len() > new.len() {
        let rest = targets.iter().copied();
        let rest: Vec<_> = rest.filter(|&v| share_in(&firm, v).is_none()).collect();
        let tops = Tops::new(py, after, &new, &rest, found)?;
        by_address = Some(sides.compared(py, tops)?);
    }
    let share_of = |v| {
        let by_address = || share_in(by_address.as_ref()?, v);
        share_in(&firm, v).or_else(by_address)
    };
    let mut sums = vec![(0.0, 0.0); found.groups.len()];
    let mut steady = FxHashMap::default();
    let mut checkpoint = Checkpoint::of(targets.len());
    for (&v, &group) in targets.iter().zip(&found.group_of) {
        checkpoint.step(py)?;
        // All is growth if the earlier graph has no holder.
        let ((count, size), holder) = share_of(v).unwrap_or(((1.0, 1.0), None));
        let sum = &mut sums[group as usize];
        *sum = (sum.0 + count, sum.1 + size);
        let is_steady = count + size == 0.0;
        steady.extend(holder.filter(|_| is_steady).map(|holder| (v, holder)));
    }
    let groups = found.groups.iter().zip(sums);
    let of_groups = groups.map(|(group, (count, size))| {
        let part = |sum: f64, whole: u64| (sum / group.count as f64 * whole as f64) as u64;
        NetGrowth {
            count: (count - 1e-6).ceil() as usize,
            size: part(size, group.shallow_size),
            weight: part(count.max(size), group.retained_size),
        }
    });
    Ok(NetGrowths {
        of_groups: of_groups.collect(),
        replaced: sides.replaced(py, &steady, found)?,
    })
}

/// The two graphs.
struct Sides<'a> {
    earlier: Side<'a>,
    later: Side<'a>,
}

/// The objects that only the earlier of two snapshots of a process needs, which holds them, by their
/// vertices in the later one. They do not hold anything there.
fn left_over(py: Python<'_>, before: &Earlier<'_>, after: &Engine) -> PyResult<VertexSet> {
    let mut found = VertexSet::new(after.vertex_count());
    if !after.kind().is_from_file() {
        let mut checkpoint = Checkpoint::of(before.gone.len());
        for &one in before.gone {
            checkpoint.step(py)?;
            if let Some(v) = after.vertex_at(py, address(py, before.engine, one) as usize)? {
                found.insert(v);
            }
        }
    }
    Ok(found)
}

/// What the old holders of new objects have in one graph only.
struct Compared {
    tops: Tops,
    /// The place of each holder.
    places: FxHashMap<VertexId, u32>,
    /// The place of each container that was made anew.
    anew: FxHashMap<VertexId, u32>,
    went: FxHashMap<Key, Total>,
    came: FxHashMap<Key, Total>,
    /// Those of the later graph.
    owners: Owners,
}

impl Compared {
    /// The part of a new object that is growth, by number and by bytes, and the old holder if this one
    /// refers to it; `None` if no old holder is known.
    fn share_of(
        &self,
        later: &Side<'_>,
        code: Option<u32>,
        is_known: bool,
        v: VertexId,
    ) -> Option<((f64, f64), Option<VertexId>)> {
        let (top, child) = self.tops.of(v)?;
        let place = *self.places.get(&top)?;
        let place = self.anew.get(&v).copied().unwrap_or(place);
        let kind = later.kind(v);
        // Code does not change: reading it makes copies of its fields, which stay.
        if Some(later.kind(top)) == code {
            return Some(((0.0, 0.0), None));
        }
        let key = match child == v {
            true => (place, kind, kind),
            false => {
                let &(place, of) = self.owners.get(&v)?;
                (place, of, kind)
            }
        };
        let total = |totals: &FxHashMap<Key, Total>| totals.get(&key).copied().unwrap_or_default();
        let share = shares(total(&self.came), total(&self.went), is_known);
        Some((share, (child == v).then_some(top)))
    }
}

/// Objects that a holder has only in one graph, with its place.
type Changed = Vec<(u32, VertexId)>;

impl Sides<'_> {
    fn compared(&self, py: Python<'_>, tops: Tops) -> PyResult<Compared> {
        let holders = self.old_holders(py, tops.holders())?;
        let (mut went, mut came) = self.changes(py, &holders)?;
        let (before, after) = ((&self.earlier, &mut went), (&self.later, &mut came));
        let anew = made_anew(py, before, after, holders.len() as u32)?;
        let (went, _) = self.earlier.totals(py, &went, |v| anew.old.contains(&v))?;
        let (came, owners) = self
            .later
            .totals(py, &came, |v| anew.new.contains_key(&v))?;
        Ok(Compared {
            tops,
            places: holders.iter().map(|pair| pair.1).zip(0..).collect(),
            anew: anew.new,
            went,
            came,
            owners,
        })
    }

    /// The holders that are in both graphs, by their vertices in these; first those that occur most
    /// often. `holders` are vertices of the later graph.
    fn old_holders(
        &self,
        py: Python<'_>,
        holders: impl Iterator<Item = VertexId>,
    ) -> PyResult<Vec<(VertexId, VertexId)>> {
        let (before, after) = (self.earlier.engine, self.later.engine);
        let mut counts = FxHashMap::<VertexId, usize>::default();
        for holder in holders {
            *counts.entry(holder).or_default() += 1;
        }
        let mut found = Vec::with_capacity(counts.len());
        let mut checkpoint = Checkpoint::new();
        if after.kind().is_from_file() {
            let earlier = (before, self.earlier.only_here);
            let pairs = in_earlier_file(py, earlier, after, counts.keys().copied())?;
            found.extend(pairs.into_iter().map(|(other, one)| (one, other)));
        } else {
            for &other in counts.keys() {
                checkpoint.step(py)?;
                // The earlier graph holds its objects: no other object can have the address of one.
                let one = before.vertex_at(py, address(py, after, other) as usize)?;
                found.extend(one.map(|one| (one, other)));
            }
        }
        found.sort_unstable_by_key(|&(_, other)| (Reverse(counts[&other]), other));
        Ok(found)
    }

    /// What these holders have only in the earlier graph, and what they have only in the later one.
    fn changes(
        &self,
        py: Python<'_>,
        holders: &[(VertexId, VertexId)],
    ) -> PyResult<(Changed, Changed)> {
        let (gone, new) = (self.earlier.only_here, self.later.only_here);
        let (mut went, mut came) = (Vec::new(), Vec::new());
        let mut checkpoint = Checkpoint::of(holders.len());
        for (place, &(one, other)) in (0..).zip(holders) {
            checkpoint.step(py)?;
            let lists = [self.earlier.held(py, one)?, self.later.held(py, other)?];
            interrupt::run(py, lists[0].len() + lists[1].len(), |_| {
                let [before, after] = lists.map(sorted);
                let lost = before.iter().filter(|one| !is_kept(one, gone, &after));
                went.extend(lost.map(|&(_, v)| (place, v)));
                let gained = after.iter().filter(|one| !is_kept(one, new, &before));
                came.extend(gained.map(|&(_, v)| (place, v)));
                ControlFlow::Continue(())
            })?;
        }
        Ok((went, came))
    }

    /// The references to objects of `steady`, which maps them to their holders, for which there is
    /// another holder that has more objects of their type than before.
    fn replaced(
        &self,
        py: Python<'_>,
        steady: &FxHashMap<VertexId, VertexId>,
        found: &HolderGroups,
    ) -> PyResult<FxHashSet<(VertexId, VertexId)>> {
        let graph = &*self.later.engine.any_graph();
        let new = self.later.only_here;
        let is_other = |holder: VertexId, v: VertexId| {
            let usual = steady.get(&v);
            usual.is_some_and(|&usual| usual != holder) && !found.is_ignored(holder, v)
        };
        let mut others = Vec::new();
        if !steady.is_empty() {
            self.later.engine.run(py, |_| {
                for holder in graph.vertices() {
                    if !new.contains(holder) {
                        let held = graph.successors(holder);
                        let held = held.filter(|&v| is_other(holder, v));
                        others.extend(held.map(|v| (holder, v)));
                    }
                }
                ControlFlow::Continue(())
            })?;
        }
        let holders = self.old_holders(py, others.iter().map(|other| other.0))?;
        let (went, came) = self.changes(py, &holders)?;
        let mut more = FxHashMap::<_, i64>::default();
        for (place, v) in came {
            *more.entry((place, self.later.kind(v))).or_default() += 1;
        }
        for (place, v) in went {
            *more.entry((place, self.earlier.kind(v))).or_default() -= 1;
        }
        let places: FxHashMap<_, u32> = holders.iter().map(|pair| pair.1).zip(0..).collect();
        let grows = |&&(holder, v): &&(VertexId, VertexId)| {
            let place = places.get(&holder);
            let more = place.and_then(|&place| more.get(&(place, self.later.kind(v))));
            more.is_some_and(|&more| more > 0)
        };
        let grown = others.iter().filter(grows);
        Ok(grown.map(|&(_, v)| (steady[&v], v)).collect())
    }
}

/// Whether a holder has this in both graphs; `others` is what it has in the other one.
fn is_kept(
    &(address, v): &(u64, VertexId),
    only_here: &VertexSet,
    others: &[(u64, VertexId)],
) -> bool {
    let is_there = || {
        others
            .binary_search_by_key(&address, |other| other.0)
            .is_ok()
    };
    !only_here.contains(v) && is_there()
}

fn sorted(mut held: Vec<(u64, VertexId)>) -> Vec<(u64, VertexId)> {
    held.sort_unstable();
    held.dedup();
    held
}
