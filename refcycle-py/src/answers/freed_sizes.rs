//! The bytes that are freed with the objects of groups.

use std::ops::{ControlFlow, Range};

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, VertexSet, Vertices, Watch};

use super::garbage_sources::GarbageSources;
use crate::engine::{Engine, Holding};
use crate::heap::{may_have_native_memory, memory};
use crate::interrupt::{Checkpoint, Signals};

/// A vertex that has not been reached.
const UNSEEN: u32 = u32::MAX;
/// A vertex that stays alive without any single target.
const SHARED: u32 = u32::MAX - 1;
/// Bytes a vertex: the labels, and the vertices that wait.
const BYTES_A_VERTEX: usize = 4 + 8;
/// How many sizes are held at once.
const AT_ONCE: usize = 1 << 15;

/// The bytes of the objects of a group.
#[derive(Clone, Copy, Default)]
pub(super) struct GroupSize {
    pub(super) shallow: u64,
    /// What each of them retains, counted once.
    pub(super) retained: u64,
}

/// The sizes of `count` groups of targets, and the bytes that all targets retain, counted once.
///
/// `garbage` are the sources of all garbage if some of the targets are garbage, and none otherwise.
///
/// # Cost
/// Reads the edges of the graph once if no target holds another one alive. Otherwise, the dominator
/// tree is computed.
pub(super) fn group_sizes(
    py: Python<'_>,
    engine: &Engine,
    targets: &[VertexId],
    (count, group_of): (usize, impl Fn(VertexId) -> usize),
    garbage: &GarbageSources<'_>,
) -> PyResult<(Vec<GroupSize>, u64)> {
    let mut sizes = vec![GroupSize::default(); count];
    let labels = match engine.known_retention() {
        Some(_) => None,
        None => labels(py, engine, targets, garbage)?,
    };
    let Some(labels) = labels else {
        let retention = engine.retention(py)?;
        let groups = members(targets, group_of, sizes.len());
        return engine.run(py, |signals| {
            for (size, group) in sizes.iter_mut().zip(groups) {
                signals.check()?;
                size.shallow = group.iter().map(|v| retention.shallow()[v.index()]).sum();
                size.retained = retention.sum(&group);
            }
            ControlFlow::Continue((sizes, retention.sum(targets)))
        });
    };
    // Memory that objects share counts once, so the sizes of some depend on all.
    let whole = match engine.kind().is_from_file() || !may_have_native_memory(py) {
        true => None,
        false => {
            memory::ask(8 * labels.len())?;
            Some(engine.sizes(py))
        }
    };
    let sizes_in = |range: Range<usize>| match &whole {
        Some(sizes) => sizes[range].to_vec(),
        None => engine.sizes_in(py, range),
    };
    let mut checkpoint = Checkpoint::new();
    for begin in (0..labels.len()).step_by(AT_ONCE) {
        checkpoint.turn(py)?;
        let range = begin..labels.len().min(begin + AT_ONCE);
        if labels[range.clone()].iter().all(|&label| label >= SHARED) {
            continue;
        }
        for (v, bytes) in range.clone().zip(sizes_in(range)) {
            let label = labels[v];
            if label < SHARED {
                let size = &mut sizes[group_of(VertexId::new(label))];
                size.retained += bytes;
                size.shallow += if label as usize == v { bytes } else { 0 };
            }
        }
    }
    // No two targets retain the same object.
    let total = sizes.iter().map(|size| size.retained).sum();
    Ok((sizes, total))
}

/// The targets of each group.
fn members(
    targets: &[VertexId],
    group_of: impl Fn(VertexId) -> usize,
    count: usize,
) -> Vec<Vec<VertexId>> {
    let mut groups = vec![Vec::new(); count];
    for &v in targets {
        groups[group_of(v)].push(v);
    }
    groups
}

/// For each vertex the target that retains it, if one does; `None` if a target retains another one.
fn labels(
    py: Python<'_>,
    engine: &Engine,
    targets: &[VertexId],
    garbage: &GarbageSources<'_>,
) -> PyResult<Option<Vec<u32>>> {
    let references = &*engine.any_graph();
    if references.vertex_bound() >= SHARED as usize {
        return Ok(None);
    }
    memory::ask(BYTES_A_VERTEX * references.vertex_bound())?;
    let starts = engine.held_from_outside(py)?;
    let is_hopeless = engine.run(py, |_| {
        ControlFlow::Continue(has_only_one_holder(references, &starts, targets, garbage))
    })?;
    if is_hopeless {
        return Ok(None);
    }
    let holding = Holding::of(py, engine, references, &starts)?;
    let graph = holding.graph(references);
    engine.run(py, |signals| {
        let mut search = Search::new(graph, targets);
        search.hold_all(starts.iter().copied(), targets, signals)?;
        if !search.end_live(targets) {
            return ControlFlow::Continue(None);
        }
        // As in a dominator tree, all objects of a cycle that nothing holds are starts.
        for members in garbage.all_members() {
            if !members.iter().any(|&v| search.is_seen(v)) {
                search.hold_all(members.iter().copied(), targets, signals)?;
            }
        }
        if !targets.iter().all(|&v| search.held.contains(v)) {
            return ControlFlow::Continue(None);
        }
        // The rest is garbage without targets.
        for v in graph.vertices() {
            if search.labels[v.index()] == UNSEEN {
                search.hold(v);
                search.settle(signals)?;
            }
        }
        ControlFlow::Continue(Some(search.labels))
    })
}

/// Whether another target alone refers to a target, and so retains it in most cases: this is known
/// without a search. The objects that are new contain nearly always some that are new too.
fn has_only_one_holder(
    graph: &CsrGraph,
    starts: &[VertexId],
    targets: &[VertexId],
    garbage: &GarbageSources<'_>,
) -> bool {
    let mut references = vec![0u8; graph.vertex_bound()];
    for &head in graph.heads() {
        let count = &mut references[head as usize];
        *count = count.saturating_add(1);
    }
    // These are held without a reference.
    for v in starts.iter().copied().chain(garbage.vertices()) {
        references[v.index()] = u8::MAX;
    }
    let set = VertexSet::from_vertices(graph.vertex_bound(), targets.iter().copied());
    let is_retained =
        |tail, head: VertexId| head != tail && references[head.index()] == 1 && set.contains(head);
    let holds_one = |&tail: &VertexId| graph.successors(tail).any(|head| is_retained(tail, head));
    targets.iter().any(holds_one)
}

/// Finds which target retains each vertex, provided that no target retains another one.
struct Search<'g> {
    graph: &'g CsrGraph,
    /// The target that retains a vertex, as far as it is known. A target retains itself.
    labels: Vec<u32>,
    /// The targets that no other target retains.
    held: VertexSet,
    /// The targets to which other targets lead.
    below: VertexSet,
    /// The live vertices, once they are known: garbage does not hold them.
    live: Option<VertexSet>,
    /// Vertices with the label `SHARED` whose successors have not been seen.
    shared: Vec<VertexId>,
    /// Targets that turned out to be held after the sweep over all targets has begun, and whose
    /// successors have not been seen.
    waiting: Vec<VertexId>,
    has_swept: bool,
    /// Empty, but with memory.
    pending: Vec<VertexId>,
}

impl<'g> Search<'g> {
    fn new(graph: &'g CsrGraph, targets: &[VertexId]) -> Self {
        let mut labels = vec![UNSEEN; graph.vertex_bound()];
        for v in targets {
            labels[v.index()] = v.number();
        }
        Self {
            graph,
            labels,
            held: VertexSet::new(graph.vertex_bound()),
            below: VertexSet::new(graph.vertex_bound()),
            live: None,
            shared: Vec::new(),
            waiting: Vec::new(),
            has_swept: false,
            pending: Vec::new(),
        }
    }

    /// Takes in vertices that no target retains, and all that follows.
    fn hold_all(
        &mut self,
        vertices: impl Iterator<Item = VertexId>,
        targets: &[VertexId],
        signals: &mut Signals,
    ) -> ControlFlow<PyErr> {
        vertices.for_each(|v| self.hold(v));
        self.settle(signals)?;
        if !self.has_swept {
            // One by one would take a list of all of them.
            self.has_swept = true;
            for &target in targets {
                if self.held.contains(target) {
                    self.label_below(target);
                    signals.step()?;
                }
            }
        }
        self.settle(signals)
    }

    /// Called when all live vertices have been seen: what follows is garbage. Whether no live target
    /// retains another one.
    fn end_live(&mut self, targets: &[VertexId]) -> bool {
        let is_retained = |&v: &VertexId| self.below.contains(v) && !self.held.contains(v);
        if targets.iter().any(is_retained) {
            return false;
        }
        let is_live = |v: &VertexId| match self.labels[v.index()] {
            UNSEEN => false,
            SHARED => true,
            target => self.held.contains(VertexId::new(target)),
        };
        let live = self.graph.vertices().filter(is_live);
        self.live = Some(VertexSet::from_vertices(self.graph.vertex_bound(), live));
        true
    }

    /// Follows the vertices whose successors have not been seen.
    fn settle(&mut self, signals: &mut Signals) -> ControlFlow<PyErr> {
        loop {
            if let Some(v) = self.shared.pop() {
                self.graph.successors(v).for_each(|head| self.hold(head));
            } else if let Some(target) = self.waiting.pop() {
                self.label_below(target);
            } else {
                return ControlFlow::Continue(());
            }
            signals.step()?;
        }
    }

    /// Whether a vertex stays alive without other targets.
    fn is_seen(&self, v: VertexId) -> bool {
        self.labels[v.index()] == SHARED || self.held.contains(v)
    }

    /// Whether a vertex is known to be live, while garbage is followed.
    fn is_live(&self, v: VertexId) -> bool {
        self.live.as_ref().is_some_and(|live| live.contains(v))
    }

    /// Takes in a vertex that no other target retains.
    fn hold(&mut self, v: VertexId) {
        if self.is_live(v) {
            return; // only garbage is followed now
        }
        let label = &mut self.labels[v.index()];
        if *label == v.number() {
            if self.held.insert(v) && self.has_swept {
                self.waiting.push(v);
            }
        } else if *label != SHARED {
            *label = SHARED;
            self.shared.push(v);
        }
    }

    /// Labels what can be reached from a target and not from others.
    fn label_below(&mut self, target: VertexId) {
        let mut pending = std::mem::take(&mut self.pending);
        pending.push(target);
        while let Some(v) = pending.pop() {
            if self.labels[v.index()] == SHARED {
                continue;
            }
            for head in self.graph.successors(v) {
                let label = &mut self.labels[head.index()];
                if *label == UNSEEN {
                    *label = target.number();
                    pending.push(head);
                } else if *label == head.number() {
                    self.below.insert(head);
                } else if *label != target.number() {
                    self.hold(head);
                }
            }
        }
        self.pending = pending;
    }
}
