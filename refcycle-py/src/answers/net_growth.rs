//! By how much more objects are held than before: new ones are set against those that went from the
//! same holder.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, VertexSet, Vertices};
use rustc_hash::{FxHashMap, FxHashSet};

use super::groups::{HolderGroup, HolderGroups};
use super::object_types::ObjectTypes;
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::{self, Checkpoint};

/// How many sizes are held at once.
const AT_ONCE: usize = 1 << 15;
/// Bytes an object: its holder, the sets and counts of referrers, its owner.
const BYTES_A_VERTEX: usize = 4 + 1 + 1 + 16;
/// Bytes for each reference of a holder: its address and number, sorted.
const BYTES_A_REFERENCE: usize = 16;
/// As many objects as before that are larger by less than this part count as replaced.
const LARGER_PART: u64 = 10;
/// And by fewer bytes.
const LEAST_LARGER: u64 = 1000;

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

/// What is compared: an old holder, the type of what it holds itself, and the type of an object that is
/// held by that.
type Key = (u32, u32, u32);

#[derive(Clone, Copy, Default)]
struct Total {
    count: u64,
    size: u64,
}

/// The shares of new objects that are beyond those that went, by number and by bytes.
fn shares(came: Total, went: Total) -> (f64, f64) {
    let share = |came: u64, went: u64| came.saturating_sub(went) as f64 / came.max(1) as f64;
    let larger = came.size.saturating_sub(went.size);
    let is_larger = larger >= LEAST_LARGER.max(went.size / LARGER_PART);
    match came.count > went.count || is_larger {
        true => (share(came.count, went.count), share(came.size, went.size)),
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
    let sides = Sides {
        earlier: Side::new(py, before.engine, &earlier_types, &gone, &mut kinds),
        later: Side::new(py, after, types, &new, &mut kinds),
    };
    let code = kinds.get("code");
    let tops = tops(py, after, &new, targets, found)?;
    let holders = sides.old_holders(py, tops.holders.values().copied())?;
    let places: FxHashMap<_, _> = holders.iter().map(|pair| pair.1).zip(0..).collect();
    let (went, came) = sides.changes(py, &holders)?;
    let (went, _) = sides.earlier.totals(py, &went)?;
    let (came, owners) = sides.later.totals(py, &came)?;
    let share_of = |v: VertexId| {
        let (top, child) = tops.of(v)?;
        let place = *places.get(&top)?;
        let kind = sides.later.kind(v);
        // Code does not change: reading it makes copies of its fields, which stay.
        if Some(&sides.later.kind(top)) == code {
            return Some(((0.0, 0.0), None));
        }
        let key = match child == v {
            true => (place, kind, kind),
            false => {
                let &(place, of) = owners.get(&v)?;
                (place, of, kind)
            }
        };
        let total = |totals: &FxHashMap<Key, Total>| totals.get(&key).copied().unwrap_or_default();
        let share = shares(total(&came), total(&went));
        Some((share, (child == v).then_some(top)))
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

/// For new objects, the old holder through which their path leads, and what this one holds on it.
struct Tops {
    /// What the old holder holds; the vertex itself where there is none.
    children: Vec<u32>,
    holders: FxHashMap<u32, VertexId>,
}

impl Tops {
    fn of(&self, v: VertexId) -> Option<(VertexId, VertexId)> {
        let child = self.children[v.index()];
        let holder = self.holders.get(&child)?;
        Some((*holder, VertexId::new(child)))
    }
}

/// # Cost
/// Visits each new object on a path once.
fn tops(
    py: Python<'_>,
    after: &Engine,
    new: &VertexSet,
    targets: &[VertexId],
    found: &HolderGroups,
) -> PyResult<Tops> {
    const UNKNOWN: u32 = u32::MAX;
    let mut children = vec![UNKNOWN; after.vertex_count()];
    let mut holders = FxHashMap::default();
    let mut path = Vec::new();
    let mut checkpoint = Checkpoint::of(targets.len());
    for &target in targets {
        checkpoint.step(py)?;
        let mut v = target;
        let child = loop {
            if children[v.index()] != UNKNOWN {
                break children[v.index()];
            }
            path.push(v);
            match found.holder(v).filter(|&holder| holder != v) {
                Some(holder) if new.contains(holder) => v = holder,
                holder => {
                    holders.extend(holder.map(|holder| (v.number(), holder)));
                    break v.number();
                }
            }
        };
        for v in path.drain(..) {
            children[v.index()] = child;
        }
    }
    Ok(Tops { children, holders })
}

/// The two graphs.
struct Sides<'a> {
    earlier: Side<'a>,
    later: Side<'a>,
}

/// Objects that a holder has only in one graph, with its place.
type Changed = Vec<(u32, VertexId)>;

impl Sides<'_> {
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
            let holders = counts.keys().map(|&v| (address(py, after, v), v));
            let holders: FxHashMap<_, _> = holders.collect();
            for one in before.vertices() {
                checkpoint.step(py)?;
                let saved = before.saved(py, one);
                let Some(&other) = holders.get(&saved.address()) else {
                    continue;
                };
                let is_same = saved.type_name() == after.saved(py, other).type_name();
                if is_same && !self.earlier.only_here.contains(one) {
                    found.push((one, other));
                }
            }
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

fn address(py: Python<'_>, engine: &Engine, v: VertexId) -> u64 {
    match engine.kind().is_from_file() {
        true => engine.saved(py, v).address(),
        false => engine.objects()[v.index()].as_ptr() as u64,
    }
}

fn sorted(mut held: Vec<(u64, VertexId)>) -> Vec<(u64, VertexId)> {
    held.sort_unstable();
    held.dedup();
    held
}

/// One of the two graphs.
struct Side<'a> {
    engine: &'a Engine,
    types: &'a ObjectTypes,
    /// The number of each type, which is the same in both graphs.
    kinds: Vec<u32>,
    /// The objects that the other graph does not have.
    only_here: &'a VertexSet,
}

/// By object, the place of its owner, and the type through which this one holds it.
type Owners = FxHashMap<VertexId, (u32, u32)>;

impl<'a> Side<'a> {
    fn new(
        py: Python<'_>,
        engine: &'a Engine,
        types: &'a ObjectTypes,
        only_here: &'a VertexSet,
        known: &mut FxHashMap<String, u32>,
    ) -> Self {
        let examples = types.examples().iter();
        let kinds = examples.map(|&v| {
            let count = known.len() as u32;
            *known.entry(engine.dotted_type(py, v)).or_insert(count)
        });
        Self {
            engine,
            types,
            kinds: kinds.collect(),
            only_here,
        }
    }

    fn kind(&self, v: VertexId) -> u32 {
        self.kinds[self.types.of(v)]
    }

    /// What a vertex refers to, with addresses.
    fn held(&self, py: Python<'_>, v: VertexId) -> PyResult<Vec<(u64, VertexId)>> {
        let graph = self.engine.any_graph();
        memory::ask(BYTES_A_REFERENCE * graph.out_degree(v))?;
        let mut checkpoint = Checkpoint::new();
        let mut found = Vec::with_capacity(graph.out_degree(v));
        for head in graph.successors(v) {
            checkpoint.step(py)?;
            found.push((address(py, self.engine, head), head));
        }
        Ok(found)
    }

    /// The number and bytes of `changed`, each with the place of its holder, and of what is below; and
    /// the owner of each.
    ///
    /// Below is what only this graph has, and what has no other referrer. It counts for the nearest
    /// holder, of several for the first one.
    fn totals(
        &self,
        py: Python<'_>,
        changed: &[(u32, VertexId)],
    ) -> PyResult<(FxHashMap<Key, Total>, Owners)> {
        let graph = &*self.engine.any_graph();
        let referrers = self
            .engine
            .run(py, |_| ControlFlow::Continue(referrers(graph)))?;
        let mut owners = Owners::default();
        let mut counted = Vec::with_capacity(changed.len());
        let mut waiting = VecDeque::new();
        for &(place, v) in changed {
            let kind = self.kind(v);
            counted.push((v, (place, kind, kind)));
            owners.entry(v).or_insert_with(|| {
                waiting.push_back(v);
                (place, kind)
            });
        }
        let mut checkpoint = Checkpoint::new();
        while let Some(v) = waiting.pop_front() {
            checkpoint.step(py)?;
            let owner = owners[&v];
            for head in graph.successors(v) {
                let is_below = self.only_here.contains(head) || referrers[head.index()] == 1;
                if is_below && !owners.contains_key(&head) {
                    owners.insert(head, owner);
                    counted.push((head, (owner.0, owner.1, self.kind(head))));
                    waiting.push_back(head);
                }
            }
        }
        counted.sort_unstable();
        let mut totals = FxHashMap::<_, Total>::default();
        let count = self.engine.vertex_count();
        for part in
            counted.chunk_by(|one, other| one.0.index() / AT_ONCE == other.0.index() / AT_ONCE)
        {
            checkpoint.turn(py)?;
            let begin = part[0].0.index() / AT_ONCE * AT_ONCE;
            let sizes = self.engine.sizes_in(py, begin..count.min(begin + AT_ONCE));
            for &(v, key) in part {
                let total = totals.entry(key).or_default();
                total.count += 1;
                total.size += sizes[v.index() - begin];
            }
        }
        Ok((totals, owners))
    }
}

/// The number of references to each vertex, at most 2.
fn referrers(graph: &CsrGraph) -> Vec<u8> {
    let mut found = vec![0_u8; graph.vertex_bound()];
    for head in graph.vertices().flat_map(|v| graph.successors(v)) {
        let count = &mut found[head.index()];
        *count = (*count + 1).min(2);
    }
    found
}
