//! Many objects grouped by how they are held.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, VertexId, VertexSet, Vertices};
use refcycle_dot::End;
use refcycle_dot::names::SignatureId;
use rustc_hash::FxHashMap;

use super::chain_names::{self, ChainNames, LiveNames, Naming, SavedNames};
use super::chain_signature::{Start, holder_in_a_signature};
use super::chains::{Chain, Liveness, Taken, callers, held_from_outside, why};
use super::holder_ranks::{HolderRank, HolderRanks, rank_of_root};
use super::holding_order::{self, HoldingOrder};
use super::ignored::Ignored;
use super::owners::ObjectNames;
use crate::annotate::Values;
use crate::engine::Engine;
use crate::heap::{Measured, memory, paused};
use crate::interrupt;
use crate::roots::{Open, explained_in_part, place_elsewhere, references_elsewhere};

/// Bytes a vertex: for signatures and parents, in addition to those of the order.
const BYTES_A_VERTEX: usize = holding_order::BYTES_A_VERTEX + 8 + 8;
/// How many objects are named in one pause.
const AT_ONCE: usize = 4096;
/// The signature of objects that nothing outside holds.
const GARBAGE: &str = "garbage";

/// Objects that are held by chains with one signature.
pub(crate) struct HolderGroup {
    pub(crate) signature: String,
    /// The objects, in the order of the vertices.
    pub(crate) vertices: Vec<VertexId>,
    pub(crate) shallow_size: u64,
    /// The sum of the bytes that would be freed without each of them.
    pub(crate) retained_size: u64,
}

/// How objects are held.
#[derive(Default)]
pub(crate) struct HolderGroups {
    /// The groups, the one that retains most first.
    pub(crate) groups: Vec<HolderGroup>,
    parents: Vec<Option<VertexId>>,
    /// The vertices that are shown in front of the first object of a chain.
    prefixes: FxHashMap<VertexId, Vec<VertexId>>,
    /// The rank of the path to each vertex.
    ranks: Vec<HolderRank>,
    /// The vertices that are held from outside, explained as far as needed.
    open: Vec<Open>,
    /// Whether `open` also explains references from what the graph leaves out.
    is_explained: bool,
}

/// Groups `targets`, of which there is at least one, by the best path that holds each.
///
/// # Cost
/// Reads the type of each object once and each edge a few times, and names the references on the
/// paths.
pub(crate) fn holder_groups(
    py: Python<'_>,
    engine: &Engine,
    targets: Vec<VertexId>,
) -> PyResult<HolderGroups> {
    let graph = &*engine.any_graph();
    memory::ask(BYTES_A_VERTEX * graph.vertex_bound())?;
    let ignored = Ignored::new(py, engine, None)?;
    let mut ranks = HolderRanks::new(py, engine, &ignored)?;
    for caller in callers(py, engine)? {
        ranks.set(caller, HolderRank::Tool);
    }
    let search = |open: &[Open]| {
        let roots = Roots::new(open, &ignored);
        engine.run(py, |signals| {
            HoldingOrder::new(graph, &ignored, &ranks, &roots.ranks, signals)
        })
    };
    // Searching the objects that the graph leaves out takes as long as everything else, and helps
    // only if nothing better is known.
    let mut open = explained_in_part(py, engine, Values::Shown)?;
    let mut order = search(&open)?;
    let is_explained = !targets.iter().all(|&v| order.is_well_known(v));
    if is_explained {
        open = held_from_outside(py, engine)?;
        order = search(&open)?;
    }
    let roots = Roots::new(&open, &ignored);
    let relevant = engine.run(py, |_| ControlFlow::Continue(order.leading_to(&targets)))?;
    let mut walk = Walk::new(graph, &order, &relevant);
    walk.run(py, engine, &roots, &ranks)?;
    let (names, signatures, parents) = (walk.names, walk.signatures, walk.parents);
    let prefixes = roots.prefixes;
    let groups = by_signature(py, engine, &targets, &names, &signatures)?;
    Ok(HolderGroups {
        groups,
        parents,
        prefixes,
        ranks: order.into_ranks(),
        open,
        is_explained,
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
    let objects = engine.objects();
    memory::ask(4 * objects.len())?;
    let mut names = ChainNames::default();
    let mut found = Vec::new();
    for begin in (0..objects.len()).step_by(AT_ONCE) {
        interrupt::check_signals()?;
        let some = begin..objects.len().min(begin + AT_ONCE);
        let some = some.map(VertexId::from_index);
        found.extend(match engine.kind().is_from_file() {
            true => {
                let mut naming = SavedNames { py, engine };
                chain_names::named_at_the_end(&mut naming, &mut names, some, signatures)
            }
            false => paused(py, |heap| {
                let mut naming = LiveNames { heap, objects };
                chain_names::named_at_the_end(&mut naming, &mut names, some, signatures)
            }),
        });
    }
    Ok(found)
}

fn by_signature(
    py: Python<'_>,
    engine: &Engine,
    targets: &[VertexId],
    names: &ChainNames,
    signatures: &[Option<SignatureId>],
) -> PyResult<Vec<HolderGroup>> {
    let retention = engine.retention(py)?;
    let sizes = retention.shallow();
    let mut found: FxHashMap<Option<SignatureId>, Vec<VertexId>> = FxHashMap::default();
    for &v in targets {
        found.entry(signatures[v.index()]).or_default().push(v);
    }
    let group = |(id, vertices): (Option<SignatureId>, Vec<VertexId>)| HolderGroup {
        signature: id.map_or_else(|| GARBAGE.to_owned(), |id| names.signatures.text(id)),
        shallow_size: vertices.iter().map(|v| sizes[v.index()]).sum(),
        retained_size: retention.sum(&vertices),
        vertices,
    };
    let mut groups: Vec<_> = found.into_iter().map(group).collect();
    let size = |group: &HolderGroup| (group.retained_size, group.vertices.len());
    groups.sort_by(|one, other| {
        let order = size(other).cmp(&size(one));
        order.then_with(|| one.signature.cmp(&other.signature))
    });
    Ok(groups)
}

impl HolderGroups {
    /// Why an object of a group is alive: the chain of the group.
    pub(crate) fn why(
        &self,
        py: Python<'_>,
        engine: &Engine,
        v: VertexId,
        signature: &str,
    ) -> PyResult<Liveness> {
        let vertices = self.chain(v);
        if vertices.is_empty() {
            let open = held_from_outside(py, engine)?;
            return why(py, engine, &open, v, 1, Taken::Before);
        }
        // The object comes first, as it is asked about.
        let mut held = vertices.clone();
        held.rotate_right(1);
        let mut names = ObjectNames::new(py, engine);
        let unexplained = match &vertices[..] {
            [_] => 0,
            // An object that is not in the graph, as an array, may hold it.
            _ if !self.is_explained => 0,
            _ => unexplained(&self.open, v),
        };
        let chain = Chain {
            holder: holder_of(engine, &self.open, vertices[0]),
            kind: self.ranks[v.index()].word(),
            path: names.path(vertices, false)?,
            signature: signature.to_owned(),
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

    /// The vertices of the chain to an object, from the outermost holder; empty for garbage.
    fn chain(&self, v: VertexId) -> Vec<VertexId> {
        let mut chain = vec![v];
        let mut at = v;
        while let Some(holder) = self.parents[at.index()].filter(|&holder| holder != at) {
            chain.push(holder);
            at = holder;
        }
        if self.parents[at.index()].is_none() {
            return Vec::new();
        }
        chain.extend(self.prefixes.get(&at).into_iter().flatten().rev());
        chain.reverse();
        chain
    }
}

/// The number of references to a vertex that have no known holder.
fn unexplained(open: &[Open], v: VertexId) -> u32 {
    let place = open.binary_search_by_key(&v.index(), Open::vertex);
    place.map_or(0, |place| open[place].unexplained())
}

/// How a chain that begins with a vertex describes its holder.
fn holder_of(engine: &Engine, open: &[Open], v: VertexId) -> String {
    let Ok(place) = open.binary_search_by_key(&v.index(), Open::vertex) else {
        return "sys.modules".to_owned();
    };
    let open = &open[place];
    let mut names: Vec<_> = open.holders().iter().map(|(_, name)| &**name).collect();
    names.dedup();
    match names.is_empty() {
        true => references_elsewhere(engine, open.unexplained()),
        false => names.join("; "),
    }
}

/// Where the best paths begin.
struct Roots<'a> {
    ranks: Vec<(VertexId, HolderRank)>,
    open: FxHashMap<VertexId, &'a Open>,
    /// The path to the names of an imported module: `sys.modules` and the module.
    prefixes: FxHashMap<VertexId, Vec<VertexId>>,
}

impl<'a> Roots<'a> {
    fn new(open: &'a [Open], ignored: &Ignored) -> Self {
        let mut ranks = Vec::new();
        let mut prefixes = FxHashMap::default();
        for (names, _) in ignored.imported() {
            ranks.push((names, HolderRank::Program));
            let mut path = ignored.path_to(names);
            path.pop();
            prefixes.insert(names, path);
        }
        let mut by_vertex = FxHashMap::default();
        for one in open {
            let v = VertexId::from_index(one.vertex());
            if !prefixes.contains_key(&v) && (!one.holders().is_empty() || one.unexplained() > 0) {
                ranks.push((v, rank_of_root(one)));
                by_vertex.insert(v, one);
            }
        }
        Self {
            ranks,
            open: by_vertex,
            prefixes,
        }
    }
}

/// Gives each relevant vertex the smallest signature of its best paths.
struct Walk<'a> {
    order: &'a HoldingOrder<'a>,
    relevant: &'a VertexSet,
    names: ChainNames,
    signatures: Vec<Option<SignatureId>>,
    /// The holder on that path; the vertex itself where it begins.
    parents: Vec<Option<VertexId>>,
}

impl<'a> Walk<'a> {
    fn new(graph: &CsrGraph, order: &'a HoldingOrder<'a>, relevant: &'a VertexSet) -> Self {
        Self {
            order,
            relevant,
            names: ChainNames::default(),
            signatures: vec![None; graph.vertex_bound()],
            parents: vec![None; graph.vertex_bound()],
        }
    }

    fn run(
        &mut self,
        py: Python<'_>,
        engine: &Engine,
        roots: &Roots<'_>,
        ranks: &HolderRanks,
    ) -> PyResult<()> {
        let is_relevant = |v: &&VertexId| self.relevant.contains(**v);
        let order: Vec<_> = self
            .order
            .order()
            .iter()
            .filter(is_relevant)
            .copied()
            .collect();
        let objects = engine.objects();
        let mut measured = Measured::default();
        let starts: Vec<_> = roots
            .ranks
            .iter()
            .filter(|&&(v, rank)| self.relevant.contains(v) && self.order.is_root(v, rank))
            .map(|&(v, _)| (v, start_of(v, roots, ranks)))
            .collect();
        if engine.kind().is_from_file() {
            let mut naming = SavedNames { py, engine };
            self.begin(&mut naming, &starts);
            for tails in order.chunks(AT_ONCE) {
                interrupt::check_signals()?;
                self.extend(&mut naming, tails);
            }
            return Ok(());
        }
        paused(py, |heap| {
            self.begin(&mut LiveNames { heap, objects }, &starts)
        });
        for tails in order.chunks(AT_ONCE) {
            interrupt::check_signals()?;
            for &tail in tails {
                measured.see(py, objects, tail.index())?;
            }
            paused(py, |heap| {
                self.extend(&mut LiveNames { heap, objects }, tails)
            });
        }
        Ok(())
    }

    fn begin(&mut self, naming: &mut impl Naming, starts: &[(VertexId, Start)]) {
        for (v, start) in starts {
            let signature = start.signature(naming, &mut self.names, *v);
            self.signatures[v.index()] = Some(signature);
            self.parents[v.index()] = Some(*v);
        }
    }

    fn extend(&mut self, naming: &mut impl Naming, tails: &[VertexId]) {
        let mut heads = Vec::new();
        for &tail in tails {
            let Some(chain) = self.signatures[tail.index()] else {
                continue;
            };
            heads.clear();
            heads.extend(
                self.order
                    .held_by(tail)
                    .filter(|&v| self.relevant.contains(v)),
            );
            if heads.is_empty() {
                continue;
            }
            heads.sort_unstable();
            heads.dedup();
            let part = self.names.signatures.part(chain);
            for step in naming.references(&mut self.names, tail, part, &heads) {
                let signatures = &mut self.names.signatures;
                let found = signatures.step(chain, step.reference, step.object, step.part);
                let known = &mut self.signatures[step.head.index()];
                let is_better = match *known {
                    Some(known) => signatures.compare(found, known) == Ordering::Less,
                    None => true,
                };
                if is_better {
                    *known = Some(found);
                    self.parents[step.head.index()] = Some(tail);
                }
            }
        }
    }
}

/// How the signature of a first vertex begins.
fn start_of(v: VertexId, roots: &Roots<'_>, ranks: &HolderRanks) -> Start {
    match (ranks.module(v), roots.open.get(&v)) {
        (_, Some(open)) => Start::Held(holder_in_a_signature(open)),
        (name, None) => Start::Module(name.unwrap_or("?").to_owned()),
    }
}
