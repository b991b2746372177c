//! The signatures of the best paths to many objects.

use std::cmp::Ordering;

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, VertexId, VertexSet, Vertices};
use refcycle_dot::names::{Part, SignatureId};
use rustc_hash::FxHashMap;

use super::chain_names::{ChainNames, Naming, chain_names_of};
use super::chain_signature::{Start, holder_in_a_signature};
use super::garbage_sources::GarbageSources;
use super::holder_ranks::{HolderRank, HolderRanks, rank_of_root};
use super::holding_order::HoldingOrder;
use super::ignored::Ignored;
use super::object_types::ObjectTypes;
use crate::engine::Engine;
use crate::heap::Measured;
use crate::interrupt::Checkpoint;
use crate::roots::Open;

/// Bytes a vertex.
pub(super) const BYTES_A_VERTEX: usize = 4 + 4;
/// How many objects are named in one pause.
pub(super) const AT_ONCE: usize = 4096;
/// The holder of a vertex that has none.
const NONE: u32 = u32::MAX;

/// Where the best paths begin.
pub(super) struct Roots<'a> {
    pub(super) ranks: Vec<(VertexId, HolderRank)>,
    open: FxHashMap<VertexId, &'a Open>,
    /// The path to the names of an imported module: `sys.modules` and the module.
    pub(super) prefixes: FxHashMap<VertexId, Vec<VertexId>>,
}

impl<'a> Roots<'a> {
    pub(super) fn new(open: &'a [Open], ignored: &Ignored) -> Self {
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

    /// How the signature of a first vertex begins.
    fn start(&self, engine: &Engine, v: VertexId, ranks: &HolderRanks) -> Start {
        match (ranks.module(v), self.open.get(&v)) {
            (_, Some(open)) => Start::Held(holder_in_a_signature(engine, open)),
            (name, None) => Start::Module(name.unwrap_or("?").to_owned()),
        }
    }
}

/// Gives each relevant vertex the smallest signature of its best paths.
pub(super) struct Walk<'a> {
    engine: &'a Engine,
    types: &'a ObjectTypes,
    graph: &'a CsrGraph,
    order: &'a HoldingOrder<'a>,
    relevant: &'a VertexSet,
    pub(super) names: ChainNames,
    pub(super) signatures: Vec<Option<SignatureId>>,
    pub(super) holders: Holders,
    heads: Vec<VertexId>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        types: &'a ObjectTypes,
        graph: &'a CsrGraph,
        order: &'a HoldingOrder<'a>,
        relevant: &'a VertexSet,
    ) -> Self {
        Self {
            engine,
            types,
            graph,
            order,
            relevant,
            names: ChainNames::default(),
            signatures: vec![None; graph.vertex_bound()],
            holders: Holders(vec![NONE; graph.vertex_bound()]),
            heads: Vec::new(),
        }
    }

    pub(super) fn run(
        &mut self,
        py: Python<'_>,
        roots: &Roots<'_>,
        ranks: &HolderRanks,
        garbage: &GarbageSources<'_>,
    ) -> PyResult<()> {
        let is_start =
            |&&(v, rank): &&(_, _)| self.relevant.contains(v) && self.order.is_root(v, rank);
        let starts = roots.ranks.iter().filter(is_start);
        let starts: Vec<_> = starts
            .map(|&(v, _)| (v, roots.start(self.engine, v, ranks)))
            .collect();
        self.named(py, |walk, naming| walk.begin(naming, &starts));
        let mut checkpoint = Checkpoint::new();
        for some in garbage.in_parts(AT_ONCE) {
            checkpoint.turn(py)?;
            self.named(py, |walk, naming| walk.begin_garbage(naming, garbage, some));
        }
        let is_live = !self.engine.kind().is_from_file();
        let mut measured = Measured::default();
        let mut is_measured = vec![!is_live; self.types.examples().len()];
        let mut rest = self.order.order();
        while !rest.is_empty() {
            let (tails, others) = rest.split_at(self.count_at_once(rest));
            rest = others;
            checkpoint.turn(py)?;
            for &tail in tails {
                let ty = self.types.of(tail);
                if !is_measured[ty] && self.relevant.contains(tail) {
                    is_measured[ty] = true;
                    measured.see(py, self.engine.objects(), tail.index())?;
                }
            }
            self.named(py, |walk, naming| walk.extend(naming, tails));
        }
        Ok(())
    }

    /// How many of the next vertices are taken in one pause.
    fn count_at_once(&self, next: &[VertexId]) -> usize {
        /// As many references are followed in a few milliseconds.
        const REFERENCES: usize = 1 << 13;

        let next = next.iter().take(AT_ONCE);
        let mut references = 0;
        let before = next.take_while(|&&tail| {
            let is_first_part = references < REFERENCES;
            references += self.graph.out_degree(tail);
            is_first_part
        });
        before.count()
    }

    /// Does a part of the work with the names of live or of saved objects.
    fn named(&mut self, py: Python<'_>, job: impl FnOnce(&mut Self, &dyn Naming) + Send) {
        let (engine, types) = (self.engine, self.types);
        chain_names_of(py, engine, types, |naming| job(self, naming));
    }

    fn begin(&mut self, naming: &dyn Naming, starts: &[(VertexId, Start)]) {
        for (v, start) in starts {
            let signature = start.signature(naming, &mut self.names, *v);
            self.set(*v, signature, *v);
        }
    }

    fn begin_garbage(&mut self, naming: &dyn Naming, garbage: &GarbageSources<'_>, some: &[u32]) {
        let relevant = |v: VertexId| self.relevant.contains(v);
        let (signatures, holders) = (&mut self.signatures, &mut self.holders);
        garbage.name(naming, &mut self.names, some, relevant, |v, signature| {
            signatures[v.index()] = Some(signature);
            holders.0[v.index()] = v.number();
        });
    }

    fn set(&mut self, v: VertexId, signature: SignatureId, holder: VertexId) {
        self.signatures[v.index()] = Some(signature);
        self.holders.0[v.index()] = holder.number();
    }

    fn extend(&mut self, naming: &dyn Naming, tails: &[VertexId]) {
        let mut heads = std::mem::take(&mut self.heads);
        for &tail in tails {
            let Some(chain) = self.signatures[tail.index()] else {
                continue;
            };
            heads.clear();
            heads.extend(self.order.held_by(tail, self.relevant));
            if !heads.is_empty() {
                self.step(naming, (tail, chain), &mut heads);
            }
        }
        self.heads = heads;
    }

    /// Takes in the references from one object.
    fn step(
        &mut self,
        naming: &dyn Naming,
        (tail, chain): (VertexId, SignatureId),
        heads: &mut Vec<VertexId>,
    ) {
        let part = self.names.signatures.part(chain);
        let common = naming.common_reference(&mut self.names, tail, part, heads);
        let Some(reference) = common else {
            heads.sort_unstable();
            heads.dedup();
            for step in naming.references(&mut self.names, tail, part, heads) {
                let signatures = &mut self.names.signatures;
                let found = signatures.step(chain, step.reference, step.object, step.part);
                self.offer(step.head, found, tail);
            }
            return;
        };
        let mut last = None;
        for &head in heads.iter() {
            let object = naming.object(&mut self.names, head);
            let signatures = &mut self.names.signatures;
            let found = match last {
                Some((of, found)) if of == object => found,
                _ => signatures.step(chain, reference, object, Part::Object),
            };
            last = Some((object, found));
            self.offer(head, found, tail);
        }
    }

    /// Keeps a signature if it is better than the known one.
    fn offer(&mut self, head: VertexId, found: SignatureId, tail: VertexId) {
        let is_better = match self.signatures[head.index()] {
            Some(known) => self.names.signatures.compare(found, known) == Ordering::Less,
            None => true,
        };
        if is_better {
            self.set(head, found, tail);
        }
    }
}

/// The holder of each vertex on its best path.
#[derive(Default)]
pub(super) struct Holders(Vec<u32>);

impl Holders {
    /// The path to a vertex, from the first one.
    pub(super) fn path_to(&self, v: VertexId) -> Vec<VertexId> {
        let mut path = vec![v];
        let mut at = v;
        while let Some(holder) = self.of(at).filter(|&holder| holder != at) {
            path.push(holder);
            at = holder;
        }
        path.reverse();
        path
    }

    /// The holder; the vertex itself where the path begins.
    pub(super) fn of(&self, v: VertexId) -> Option<VertexId> {
        let holder = self.0[v.index()];
        (holder != NONE).then_some(VertexId::new(holder))
    }
}
