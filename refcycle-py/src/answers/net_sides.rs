//! One of two graphs that are compared: what its holders hold.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, VertexSet, Vertices};
use rustc_hash::FxHashMap;

use super::ignored::is_ours;
use super::object_types::ObjectTypes;
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::Checkpoint;

/// How many sizes are held at once.
const AT_ONCE: usize = 1 << 15;
/// Bytes for each reference of a holder: its address and number, sorted.
const BYTES_A_REFERENCE: usize = 16;

/// What is compared: an old holder, the type of what it holds itself, and the type of an object that is
/// held by that.
pub(super) type Key = (u32, u32, u32);

#[derive(Clone, Copy, Default)]
pub(super) struct Total {
    pub(super) count: u64,
    pub(super) size: u64,
    /// Those of them that only the graph itself has.
    pub(super) only_here: (u64, u64),
}

/// One of the two graphs.
pub(super) struct Side<'a> {
    pub(super) engine: &'a Engine,
    types: &'a ObjectTypes,
    /// The number of each type, which is the same in both graphs.
    kinds: Vec<u32>,
    /// The objects that the other graph does not have.
    pub(super) only_here: &'a VertexSet,
    /// Objects of ours, by the number of their type: graphs hold other owners' objects.
    ours: Vec<bool>,
    /// Objects that only the other graph needs.
    unused: VertexSet,
}

/// By object, the place of its owner, and the type through which this one holds it.
pub(super) type Owners = FxHashMap<VertexId, (u32, u32)>;

impl<'a> Side<'a> {
    pub(super) fn new(
        py: Python<'_>,
        engine: &'a Engine,
        types: &'a ObjectTypes,
        (only_here, unused): (&'a VertexSet, VertexSet),
        known: &mut FxHashMap<String, u32>,
    ) -> Self {
        let (mut kinds, mut ours) = (Vec::new(), Vec::new());
        for &v in types.examples() {
            let (name, count) = (engine.dotted_type(py, v), known.len() as u32);
            ours.push(is_ours(&name));
            kinds.push(*known.entry(name).or_insert(count));
        }
        Self {
            engine,
            types,
            kinds,
            only_here,
            ours,
            unused,
        }
    }

    pub(super) fn kind(&self, v: VertexId) -> u32 {
        self.kinds[self.types.of(v)]
    }

    /// Whether this is an object of ours, such as a graph.
    pub(super) fn is_ours(&self, v: VertexId) -> bool {
        self.ours[self.types.of(v)]
    }

    /// What a vertex refers to, with addresses.
    pub(super) fn held(&self, py: Python<'_>, v: VertexId) -> PyResult<Vec<(u64, VertexId)>> {
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

    /// The number and bytes of `changed`, each with the place of its holder, and of what is below them.
    /// Also the owner of each object.
    ///
    /// Below is what only this graph has, and what has no other referrer. It counts for the nearest
    /// holder, of several for the first one. All that an object refers to that `is_whole` counts too.
    pub(super) fn totals(
        &self,
        py: Python<'_>,
        changed: &[(u32, VertexId)],
        is_whole: impl Fn(VertexId) -> bool,
    ) -> PyResult<(FxHashMap<Key, Total>, Owners)> {
        let graph = &*self.engine.any_graph();
        let referrers = self
            .engine
            .run(py, |_| ControlFlow::Continue(self.referrers(graph)))?;
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
                if (is_below || is_whole(v)) && !owners.contains_key(&head) {
                    owners.insert(head, owner);
                    counted.push((head, (owner.0, owner.1, self.kind(head))));
                    if is_below {
                        waiting.push_back(head);
                    }
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
                let size = sizes[v.index() - begin];
                total.count += 1;
                total.size += size;
                if self.only_here.contains(v) {
                    total.only_here.0 += 1;
                    total.only_here.1 += size;
                }
            }
        }
        Ok((totals, owners))
    }

    /// The number of references to each vertex, at most 2.
    fn referrers(&self, graph: &CsrGraph) -> Vec<u8> {
        let mut found = vec![0_u8; graph.vertex_bound()];
        let holders = graph.vertices();
        let holders = holders.filter(|&v| !self.is_ours(v) && !self.unused.contains(v));
        for head in holders.flat_map(|v| graph.successors(v)) {
            let count = &mut found[head.index()];
            *count = (*count + 1).min(2);
        }
        found
    }
}

pub(super) fn address(py: Python<'_>, engine: &Engine, v: VertexId) -> u64 {
    match engine.kind().is_from_file() {
        true => engine.saved(py, v).address(),
        false => engine.objects()[v.index()].as_ptr() as u64,
    }
}
