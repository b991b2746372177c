//! What else holds the objects of a group: chains that are left if its own one is cut.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, VertexSet, Vertices};
use refcycle_dot::names::SignatureId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::garbage_sources::GarbageSources;
use super::holder_ranks::{HolderRank, HolderRanks};
use super::holding_order::{self, HoldingOrder};
use super::holding_walk::{self, Holders, Roots, Walk};
use super::ignored::Ignored;
use super::object_types::ObjectTypes;
use crate::engine::Engine;
use crate::heap::memory;
use crate::roots::Open;

/// How many times chains are looked for behind others.
const MOST_SEARCHES: usize = 10;

/// Bytes a vertex: for signatures and holders, in addition to those of the order.
const BYTES_A_VERTEX: usize = holding_order::BYTES_A_VERTEX + holding_walk::BYTES_A_VERTEX;
/// Bytes for each object: the vertices on its path, and its signature.
const BYTES_A_TARGET: usize = 4 + 8 + 8;

/// Objects of a group that a further chain holds.
pub(crate) struct OtherHolder {
    pub(crate) signature: String,
    pub(crate) count: usize,
}

/// The objects that chains with a signature hold, which may occur several times.
type HeldBy = FxHashMap<String, Vec<VertexId>>;

/// What the search for the group's own chains found.
pub(super) struct Known<'a> {
    pub(super) ignored: &'a Ignored,
    pub(super) ranks: &'a HolderRanks,
    pub(super) open: &'a [Open],
    pub(super) holders: &'a Holders,
}

/// References that are taken away.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Cut {
    /// The containers whose references go.
    tails: FxHashSet<VertexId>,
    /// Single references, of holders that hold by name.
    edges: FxHashSet<(VertexId, VertexId)>,
    /// Vertices that nothing outside the graph holds any more.
    roots: FxHashSet<VertexId>,
}

impl Cut {
    /// The references that do not count after it.
    fn ignored(&self, graph: &CsrGraph, known: &Known<'_>) -> Ignored {
        let tails = VertexSet::from_vertices(graph.vertex_bound(), self.tails.iter().copied());
        known.ignored.without(tails, self.edges.clone())
    }

    fn extend(&mut self, other: Self) {
        self.tails.extend(other.tails);
        self.edges.extend(other.edges);
        self.roots.extend(other.roots);
    }
}

/// The further chains that hold `members`, which are a group with this signature: those that hold
/// most of them first, then in alphabetical order. An object counts for several of them.
///
/// References of C code, of tools and of garbage do not count.
///
/// # Cost
/// Reads each edge once. If an object has a second referrer, two searches for the best chains; if
/// further chains hold some of them, up to nine more.
pub(super) fn other_holders(
    py: Python<'_>,
    engine: &Engine,
    types: &ObjectTypes,
    known: &Known<'_>,
    (members, signature): (&[VertexId], &str),
) -> PyResult<Vec<OtherHolder>> {
    let graph = &*engine.any_graph();
    memory::ask(BYTES_A_TARGET * members.len())?;
    let paths = Paths::new(known.holders, members, graph.vertex_bound());
    if !paths.have_others(py, engine, known, &Cut::default())? {
        return Ok(Vec::new());
    }
    let search =
        |cut: &Cut, members: &[VertexId]| Further::new(py, engine, types, known, cut, members);
    let mut held_by = HeldBy::default();
    let nearest = paths.nearest(members);
    let found = search(&nearest, members)?;
    found.add_to(&mut held_by)?;
    // What they have in common may be alive too, which a cut further down does not show.
    let outermost = paths.outermost();
    if outermost != nearest {
        let held = found.targets(graph.vertex_bound());
        let mut left = members.to_vec();
        left.retain(|&v| !held.contains(v));
        if !left.is_empty() {
            search(&outermost, &left)?.add_to(&mut held_by)?;
        }
    }
    // Chains behind these, with the cuts of both.
    let mut pending = VecDeque::from([(found, nearest)]);
    let mut searches = 1;
    while let Some((found, cut)) = pending.pop_front() {
        for held in found.by_signature() {
            let paths = Paths::new(&found.holders, &held, graph.vertex_bound());
            let mut both = cut.clone();
            both.extend(paths.nearest(&held));
            if searches < MOST_SEARCHES && paths.have_others(py, engine, known, &both)? {
                let behind = search(&both, &held)?;
                behind.add_to(&mut held_by)?;
                pending.push_back((behind, both));
                searches += 1;
            }
        }
    }
    held_by.remove(signature);
    let mut found: Vec<_> = held_by
        .into_iter()
        .map(|(signature, mut held)| {
            // Several searches may have found the same chain to an object.
            held.sort_unstable();
            held.dedup();
            let count = held.len();
            OtherHolder { signature, count }
        })
        .collect();
    found.sort_by(|one, other| {
        let order = other.count.cmp(&one.count);
        order.then_with(|| one.signature.cmp(&other.signature))
    });
    Ok(found)
}

/// The best paths to some objects, as a tree.
struct Paths<'a> {
    holders: &'a Holders,
    targets: VertexSet,
    /// The vertices of the paths, in the order in which they were found.
    order: Vec<VertexId>,
    /// Those after which several of them come next.
    forks: VertexSet,
    /// The first vertex from which the paths part, or a target on all of them; `None` if they begin
    /// apart.
    fork: Option<VertexId>,
    /// The vertices before it.
    before: FxHashSet<VertexId>,
}

impl<'a> Paths<'a> {
    fn new(holders: &'a Holders, targets: &[VertexId], bound: usize) -> Self {
        let mut made = Self {
            holders,
            targets: VertexSet::from_vertices(bound, targets.iter().copied()),
            order: Vec::with_capacity(targets.len()),
            forks: VertexSet::new(bound),
            fork: None,
            before: FxHashSet::default(),
        };
        let mut roots = 0;
        let mut seen = VertexSet::new(bound);
        for &target in targets {
            let mut v = target;
            // A vertex that is known has its holders in the tree already.
            while seen.insert(v) {
                made.order.push(v);
                match made.holder(v) {
                    Some(holder) => v = holder,
                    None => {
                        roots += 1;
                        break;
                    }
                }
            }
        }
        let mut have_next = VertexSet::new(bound);
        for &v in &made.order {
            if let Some(holder) = holders.of(v).filter(|&holder| holder != v)
                && !have_next.insert(holder)
            {
                made.forks.insert(holder);
            }
        }
        if roots == 1 {
            for v in holders.path_to(targets[0]) {
                if made.parts(v) {
                    made.fork = Some(v);
                    break;
                }
                made.before.insert(v);
            }
        }
        made
    }

    /// The vertex before this one; `None` where a path begins.
    fn holder(&self, v: VertexId) -> Option<VertexId> {
        self.holders.of(v).filter(|&holder| holder != v)
    }

    /// Whether paths part here, or end.
    fn parts(&self, v: VertexId) -> bool {
        self.targets.contains(v) || self.forks.contains(v)
    }

    /// Whether a vertex behind the fork has another referrer than its holder, after a cut.
    fn have_others(
        &self,
        py: Python<'_>,
        engine: &Engine,
        known: &Known<'_>,
        cut: &Cut,
    ) -> PyResult<bool> {
        let graph = &*engine.any_graph();
        let ignored = cut.ignored(graph, known);
        let behind = self.order.iter().filter(|v| !self.before.contains(v));
        let behind = VertexSet::from_vertices(graph.vertex_bound(), behind.copied());
        let is_root = |open: &Open| {
            let v = VertexId::from_index(open.vertex());
            !open.holders().is_empty() && behind.contains(v) && self.holder(v).is_some()
        };
        if known.open.iter().any(is_root) {
            return Ok(true);
        }
        engine.run(py, |signals| {
            for tail in graph.vertices() {
                signals.step()?;
                let is_other = |head: VertexId| {
                    behind.contains(head)
                        && head != tail
                        && self.holder(head) != Some(tail)
                        && !ignored.has(tail, head)
                };
                if graph.successors(tail).any(is_other) {
                    return ControlFlow::Continue(true);
                }
            }
            ControlFlow::Continue(false)
        })
    }

    /// The cut that removes each target from the nearest holder of several of them.
    fn nearest(&self, targets: &[VertexId]) -> Cut {
        let mut cut = Cut::default();
        for &target in targets {
            let mut head = target;
            loop {
                match self.holder(head) {
                    Some(tail) if self.parts(tail) => {
                        self.add(&mut cut, tail, head);
                        break;
                    }
                    Some(tail) => head = tail,
                    None => {
                        // Nothing else of the group has this path.
                        match self.holder(target) {
                            Some(tail) => self.add(&mut cut, tail, target),
                            None => drop(cut.roots.insert(target)),
                        }
                        break;
                    }
                }
            }
        }
        cut
    }

    /// The cut at the first vertex from which the paths part.
    fn outermost(&self) -> Cut {
        let mut cut = Cut::default();
        match self.fork {
            Some(fork) if self.targets.contains(fork) => match self.holder(fork) {
                Some(tail) => self.add(&mut cut, tail, fork),
                None => drop(cut.roots.insert(fork)),
            },
            Some(fork) => {
                for &v in &self.order {
                    if self.holder(v) == Some(fork) {
                        self.add(&mut cut, fork, v);
                    }
                }
            }
            None => {
                let roots = self.order.iter().filter(|&&v| self.holder(v).is_none());
                cut.roots.extend(roots);
            }
        }
        cut
    }

    /// Adds a reference. A container goes as a whole, so that no other part of it counts as another
    /// holder. What begins a path holds by name, and an object of the group is none.
    fn add(&self, cut: &mut Cut, tail: VertexId, head: VertexId) {
        let is_container = self.holder(tail).is_some() && !self.targets.contains(tail);
        match is_container {
            true => drop(cut.tails.insert(tail)),
            false => drop(cut.edges.insert((tail, head))),
        }
    }
}

/// The best paths that are left after a cut.
struct Further {
    signatures: Vec<String>,
    /// The targets with the numbers of their signatures.
    targets: Vec<(VertexId, u32)>,
    holders: Holders,
}

impl Further {
    fn new(
        py: Python<'_>,
        engine: &Engine,
        types: &ObjectTypes,
        known: &Known<'_>,
        cut: &Cut,
        targets: &[VertexId],
    ) -> PyResult<Self> {
        let graph = &*engine.any_graph();
        memory::ask(BYTES_A_VERTEX * graph.vertex_bound())?;
        let ignored = cut.ignored(graph, known);
        let mut roots = Roots::new(known.open, &ignored);
        roots.ranks.retain(|(v, _)| !cut.roots.contains(v));
        let order = engine.run(py, |signals| {
            HoldingOrder::new(graph, &ignored, known.ranks, &roots.ranks, signals)
        })?;
        let is_known = |&&v: &&VertexId| order.rank(v).is_some_and(|rank| rank < HolderRank::CCode);
        let targets: Vec<_> = targets.iter().filter(is_known).copied().collect();
        let relevant = engine.run(py, |signals| order.leading_to(&targets, signals))?;
        let garbage = GarbageSources::none(graph);
        let mut walk = Walk::new(engine, types, graph, &order, &relevant);
        walk.run(py, &roots, known.ranks, &garbage)?;
        let mut made = Self {
            signatures: Vec::new(),
            targets: Vec::with_capacity(targets.len()),
            holders: Holders::default(),
        };
        let mut numbers = FxHashMap::<SignatureId, u32>::default();
        for v in targets {
            if let Some(id) = walk.signatures[v.index()] {
                let number = *numbers.entry(id).or_insert_with(|| {
                    made.signatures.push(walk.names.signatures.text(id));
                    made.signatures.len() as u32 - 1
                });
                made.targets.push((v, number));
            }
        }
        made.holders = walk.holders;
        Ok(made)
    }

    fn targets(&self, bound: usize) -> VertexSet {
        VertexSet::from_vertices(bound, self.targets.iter().map(|&(v, _)| v))
    }

    /// The targets of each signature: most of them first, then in the order of the signatures.
    fn by_signature(&self) -> Vec<Vec<VertexId>> {
        let mut found: Vec<_> = self.by_number().into_iter().zip(&self.signatures).collect();
        found.sort_by(|(held, text), (others, other)| {
            let order = others.len().cmp(&held.len());
            order.then_with(|| text.cmp(other))
        });
        found.into_iter().map(|(held, _)| held).collect()
    }

    /// Adds the targets of each signature.
    fn add_to(&self, held_by: &mut HeldBy) -> PyResult<()> {
        // The arrays grow.
        memory::ask(3 * size_of_val(&*self.targets))?;
        for (signature, held) in self.signatures.iter().zip(self.by_number()) {
            held_by.entry(signature.clone()).or_default().extend(held);
        }
        Ok(())
    }

    /// The targets of each signature, by its number.
    fn by_number(&self) -> Vec<Vec<VertexId>> {
        let mut found = vec![Vec::new(); self.signatures.len()];
        for &(v, number) in &self.targets {
            found[number as usize].push(v);
        }
        found
    }
}
