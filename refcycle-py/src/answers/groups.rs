//! Many objects grouped by how they are held.

use std::cell::Cell;
use std::collections::HashSet;

use pyo3::prelude::*;
use refcycle_core::views::Masked;
use refcycle_core::{Run, Successors, VertexId, VertexSet, Vertices, algo};
use refcycle_dot::End;
use refcycle_dot::names::SignatureId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::chain_names::{self, ChainNames, chain_names_of};
use super::chains::{Chain, Liveness, callers, garbage_liveness, held_from_outside};
use super::freed_sizes::group_sizes;
use super::garbage_sources::GarbageSources;
use super::holder_ranks::{HolderRank, HolderRanks};
use super::holding_order::{self, HoldingOrder};
use super::holding_walk::{self, AT_ONCE, Holders, Roots, Walk};
use super::ignored::Ignored;
use super::object_types::ObjectTypes;
use super::openings::{holder_of, opening};
use super::other_holders::{Known, OtherHolder, other_holders};
use super::owners::ObjectNames;
use crate::annotate::Values;
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::{Checkpoint, answer};
use crate::roots::{Open, explained_in_part, place_elsewhere};

/// Bytes a vertex: for signatures and holders, in addition to those of the order.
const BYTES_A_VERTEX: usize = holding_order::BYTES_A_VERTEX + holding_walk::BYTES_A_VERTEX;
/// How the signature of what nothing at all is known to hold begins.
const GARBAGE: &str = "garbage";
/// How the signature of what only our own objects hold begins: it is no garbage while they are not.
const OBSERVERS: &str = "objects of refcycle";

/// Objects that are held by chains with one signature.
#[derive(Clone)]
pub(crate) struct HolderGroup {
    pub(crate) signature: String,
    /// The first of the objects, in the order of the vertices.
    pub(crate) example: VertexId,
    pub(crate) count: usize,
    pub(crate) shallow_size: u64,
    /// The sum of the bytes that would be freed without each of them.
    pub(crate) retained_size: u64,
    /// Whether nothing outside holds them.
    pub(crate) is_garbage: bool,
}

/// How objects are held.
#[derive(Default)]
pub(crate) struct HolderGroups {
    /// The groups, the one that retains most first.
    pub(crate) groups: Vec<HolderGroup>,
    /// The number of the group of each object that was asked about, in their order.
    pub(crate) group_of: Vec<u32>,
    /// The bytes that all objects retain, those that another of them retains counted once.
    pub(crate) retained_size: u64,
    holders: Holders,
    /// The vertices that are shown in front of the first object of a chain.
    prefixes: FxHashMap<VertexId, Vec<VertexId>>,
    /// The rank of the path to each vertex.
    ranks: Vec<HolderRank>,
    /// The vertices that are held from outside, explained as far as needed.
    open: Vec<Open>,
    /// Whether `open` also explains references from what the graph leaves out.
    is_explained: bool,
    /// The references that explain nothing, and the rank of each vertex as a holder; `None` if there
    /// is no object at all.
    known: Option<(Ignored, HolderRanks)>,
    /// The names of our own modules.
    own_modules: Vec<VertexId>,
}

/// Groups `targets`, of which there is at least one, by the best path that holds each.
///
/// # Cost
/// Reads each edge a few times, and names the references on the paths.
pub(crate) fn holder_groups(
    py: Python<'_>,
    engine: &Engine,
    types: &ObjectTypes,
    targets: &[VertexId],
) -> PyResult<HolderGroups> {
    holder_groups_beside(py, engine, types, targets, FxHashSet::default())
}

/// The same with paths that lead through some references only if there is no other one.
pub(crate) fn holder_groups_beside(
    py: Python<'_>,
    engine: &Engine,
    types: &ObjectTypes,
    targets: &[VertexId],
    last: FxHashSet<(VertexId, VertexId)>,
) -> PyResult<HolderGroups> {
    let graph = &*engine.any_graph();
    memory::ask(BYTES_A_VERTEX * graph.vertex_bound())?;
    let ignored = Ignored::new(py, engine, types, None)?;
    let mut ranks = HolderRanks::new(py, engine, types, &ignored)?;
    for caller in callers(py, engine)? {
        ranks.set(caller, HolderRank::Tool);
    }
    ranks.set_last(last);
    let own_modules = ranks.modules_of("refcycle");
    let search = |open: &[Open]| {
        let roots = Roots::new(open, &ignored);
        engine.run(py, |signals| {
            HoldingOrder::new(graph, &ignored, &ranks, &roots.ranks, signals)
        })
    };
    // Searching the objects that the graph leaves out takes as long as everything else, and helps
    // only if nothing better is known. It finds no more vertices that are held from outside.
    let mut open = explained_in_part(py, engine, Values::Shown)?;
    let mut order = search(&open)?;
    let is_explained = !targets.iter().all(|&v| order.is_well_known(v));
    // What a file says about these references is known already.
    if is_explained && !engine.kind().is_from_file() {
        open = held_from_outside(py, engine)?;
        order = search(&open)?;
    }
    let is_reached = |v| order.is_reached(v);
    let garbage = match targets.iter().all(|&v| is_reached(v)) {
        true => GarbageSources::none(graph),
        false => {
            memory::ask(GarbageSources::BYTES_A_VERTEX * graph.vertex_bound())?;
            engine.run(py, |signals| {
                GarbageSources::new(graph, is_reached, signals)
            })?
        }
    };
    engine.run(py, |signals| order.add_garbage(garbage.vertices(), signals))?;
    let relevant = engine.run(py, |signals| order.leading_to(targets, signals))?;
    let roots = Roots::new(&open, &ignored);
    let mut walk = Walk::new(engine, types, graph, &order, &relevant);
    walk.run(py, &roots, &ranks, &garbage)?;
    let (mut names, mut signatures, holders) = (walk.names, walk.signatures, walk.holders);
    let rest = targets.iter().copied();
    let rest: Vec<_> = rest.filter(|v| signatures[v.index()].is_none()).collect();
    let observed = match rest.is_empty() {
        true => VertexSet::new(graph.vertex_bound()),
        false => observed(py, engine, &ignored, &order)?,
    };
    for some in rest.chunks(AT_ONCE) {
        chain_names_of(py, engine, types, |naming| {
            for &v in some {
                let holder = if observed.contains(v) {
                    OBSERVERS
                } else {
                    GARBAGE
                };
                let object = naming.object(&mut names, v);
                signatures[v.index()] = Some(names.signatures.root(holder, object));
            }
        });
    }
    let is_garbage = |v| order.is_garbage(v);
    let by = (
        &names,
        &*signatures,
        &is_garbage as &dyn Fn(VertexId) -> bool,
    );
    let (groups, group_of, retained_size) = by_signature(py, engine, targets, by, &garbage)?;
    Ok(HolderGroups {
        groups,
        group_of,
        retained_size,
        holders,
        prefixes: roots.prefixes,
        ranks: order.into_ranks(),
        open,
        is_explained,
        known: Some((ignored, ranks)),
        own_modules,
    })
}

/// The vertices that our own objects hold, through others that are not reached.
fn observed(
    py: Python<'_>,
    engine: &Engine,
    ignored: &Ignored,
    order: &HoldingOrder<'_>,
) -> PyResult<VertexSet> {
    let graph = &*engine.any_graph();
    let rest = graph.vertices().filter(|&v| !order.is_reached(v));
    let rest = VertexSet::from_vertices(graph.vertex_bound(), rest);
    // What holds them may be garbage itself.
    let is_observer = |&v: &VertexId| ignored.ours().contains(v) && !order.is_garbage(v);
    let observers = graph.vertices().filter(is_observer);
    let held = observers.flat_map(|v| graph.successors(v));
    let held: Vec<_> = held.filter(|&v| rest.contains(v)).collect();
    if held.is_empty() {
        return Ok(VertexSet::new(graph.vertex_bound()));
    }
    let view = Masked::new(graph, &rest);
    engine.run(py, |signals| {
        answer(algo::descendants_set(Run::on(&view).watch(signals), held))
    })
}

/// The objects that may have one of these signatures, because it ends with their name.
///
/// # Cost
/// Reads the type of each object.
pub(crate) fn named_at_the_end(
    py: Python<'_>,
    engine: &Engine,
    signatures: &HashSet<String>,
) -> PyResult<Vec<VertexId>> {
    let count = engine.vertex_count();
    let types = ObjectTypes::new(py, engine)?;
    let mut names = ChainNames::default();
    let mut found = Vec::new();
    let mut checkpoint = Checkpoint::new();
    for begin in (0..count).step_by(AT_ONCE) {
        checkpoint.turn(py)?;
        let some = begin..count.min(begin + AT_ONCE);
        let some = some.map(VertexId::from_index);
        found.extend(chain_names_of(py, engine, &types, |naming| {
            chain_names::named_at_the_end(naming, &mut names, some, signatures)
        }));
    }
    Ok(found)
}

/// The names, the signature of each vertex, and which vertices are garbage.
type Signed<'a> = (
    &'a ChainNames,
    &'a [Option<SignatureId>],
    &'a dyn Fn(VertexId) -> bool,
);

/// The groups, the number of the group of each target, and the bytes that all targets retain.
fn by_signature(
    py: Python<'_>,
    engine: &Engine,
    targets: &[VertexId],
    (names, signatures, is_garbage): Signed<'_>,
    garbage: &GarbageSources<'_>,
) -> PyResult<(Vec<HolderGroup>, Vec<u32>, u64)> {
    memory::ask(size_of::<u32>() * targets.len())?;
    let mut numbers_of_targets = Vec::with_capacity(targets.len());
    let mut numbers = FxHashMap::default();
    let mut groups: Vec<HolderGroup> = Vec::new();
    let mut last = None;
    let mut checkpoint = Checkpoint::of(targets.len());
    for &v in targets {
        checkpoint.step(py)?;
        let id = signatures[v.index()];
        let number = match last {
            Some((of, number)) if of == id => number,
            _ => *numbers.entry(id).or_insert_with(|| {
                groups.push(HolderGroup {
                    signature: id
                        .map_or_else(|| GARBAGE.to_owned(), |id| names.signatures.text(id)),
                    example: v,
                    count: 0,
                    shallow_size: 0,
                    retained_size: 0,
                    is_garbage: is_garbage(v),
                });
                groups.len() - 1
            }),
        };
        last = Some((id, number));
        groups[number].count += 1;
        numbers_of_targets.push(number as u32);
    }
    let last = Cell::new((signatures[targets[0].index()], 0));
    let group_of = |v: VertexId| {
        let id = signatures[v.index()];
        if last.get().0 != id {
            last.set((id, numbers[&id]));
        }
        last.get().1
    };
    let by = (groups.len(), group_of);
    let (sizes, total) = group_sizes(py, engine, targets, by, garbage)?;
    for (group, size) in groups.iter_mut().zip(sizes) {
        group.shallow_size = size.shallow;
        group.retained_size = size.retained;
    }
    let size = |group: &HolderGroup| (group.retained_size, group.count);
    let mut sorted: Vec<_> = groups.into_iter().zip(0..).collect();
    sorted.sort_by(|(one, _), (other, _)| {
        let order = size(other).cmp(&size(one));
        order.then_with(|| one.signature.cmp(&other.signature))
    });
    let mut places = vec![0; sorted.len()];
    for (place, (_, number)) in (0..).zip(&sorted) {
        places[*number] = place;
    }
    for number in &mut numbers_of_targets {
        *number = places[*number as usize];
    }
    let groups = sorted.into_iter().map(|(group, _)| group).collect();
    Ok((groups, numbers_of_targets, total))
}

impl HolderGroups {
    /// Why the example of a group is alive: the chain of the group.
    pub(crate) fn why(
        &self,
        py: Python<'_>,
        engine: &Engine,
        group: &HolderGroup,
    ) -> PyResult<Liveness> {
        let v = group.example;
        if let Some((ignored, _)) = self.known.as_ref().filter(|_| group.is_garbage) {
            return garbage_liveness(py, engine, v, &self.open, ignored.ours());
        }
        let vertices = self.chain(v);
        // The object comes first, as it is asked about.
        let mut held = vertices.clone();
        held.rotate_right(1);
        let mut names = ObjectNames::new(py, engine);
        let unexplained = match &vertices[..] {
            [_] => 0,
            // An object that is not in the graph, as an array, may hold it.
            _ if !self.is_explained => 0,
            _ => opening(&self.open, v).map_or(0, Open::unexplained),
        };
        // If nothing else is known, C code is the holder.
        let elsewhere = |open: &Open| match open.holders() {
            [] => open.unexplained(),
            _ => 0,
        };
        let chain = Chain {
            holder: holder_of(engine, &self.open, vertices[0], elsewhere),
            kind: self.ranks[v.index()].word(engine),
            path: names.path(vertices, false)?,
            signature: group.signature.clone(),
        };
        Ok(Liveness {
            part: engine.induced(py, held)?.answering(engine, 0, End::Bottom),
            chains: vec![chain],
            more: false,
            only_caller: false,
            unexplained: (unexplained, place_elsewhere(engine)),
            garbage: None,
            otherwise: None,
            name: names.title(v)?,
        })
    }

    /// The further chains that hold objects of a group, which are `members`.
    pub(crate) fn others(
        &self,
        py: Python<'_>,
        engine: &Engine,
        types: &ObjectTypes,
        (group, members): (&HolderGroup, &[VertexId]),
    ) -> PyResult<Vec<OtherHolder>> {
        match &self.known {
            Some((ignored, ranks)) if !group.is_garbage => {
                let known = Known {
                    ignored,
                    ranks,
                    open: &self.open,
                    holders: &self.holders,
                };
                other_holders(py, engine, types, &known, (members, &group.signature))
            }
            _ => Ok(Vec::new()),
        }
    }

    /// What holds a vertex on its best path; the vertex itself where the path begins.
    pub(super) fn holder(&self, v: VertexId) -> Option<VertexId> {
        self.holders.of(v)
    }

    /// Whether a reference explains nothing.
    pub(super) fn is_ignored(&self, tail: VertexId, head: VertexId) -> bool {
        let ignored = self.known.as_ref().map(|known| &known.0);
        ignored.is_some_and(|ignored| ignored.has(tail, head))
    }

    /// Whether this package holds the objects of a group: one of its modules is in the chain, the
    /// chain begins at its C code or its calls, or the objects are in a field of its own objects.
    pub(crate) fn is_ours(&self, group: &HolderGroup) -> bool {
        let Some((ignored, _)) = self.known.as_ref().filter(|_| !group.is_garbage) else {
            return false;
        };
        let chain = self.chain(group.example);
        let is_of_package = |&v: &VertexId| self.own_modules.contains(&v);
        let is_held_by_package = opening(&self.open, chain[0]).is_some_and(Open::is_of_refcycle);
        let last = &chain[chain.len().saturating_sub(2)..];
        is_held_by_package
            || chain.iter().any(is_of_package)
            || last.iter().any(|&v| ignored.is_hook(v))
    }

    /// Whether a tool holds the objects of a group, such as refcycle itself or a test runner.
    pub(crate) fn is_of_tool(&self, group: &HolderGroup) -> bool {
        self.is_ours(group) || self.ranks[group.example.index()] == HolderRank::Tool
    }

    /// The vertices of the chain to an object, from the outermost holder.
    fn chain(&self, v: VertexId) -> Vec<VertexId> {
        let path = self.holders.path_to(v);
        let prefix = self.prefixes.get(&path[0]).into_iter().flatten().copied();
        prefix.chain(path.iter().copied()).collect()
    }
}
