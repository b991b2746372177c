//! The graph of what keeps what alive, for retained sizes. It differs from the graph of the
//! references in two points:
//!
//! - The parts of an entry of a weak container belong to the object with which the entry goes: the
//!   value of a `WeakKeyDictionary` to its key, the weak reference of a class to a subclass to the
//!   subclass. A file names these references. An entry of a `WeakSet` or a `WeakValueDictionary`
//!   stays with its container, and counts for its owner too.
//! - refcycle's own graphs hold only what nothing else holds: a snapshot that is kept does not
//!   change what other objects retain.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::algo;
use refcycle_core::{
    CsrGraph, EdgeId, IDirectedGraph, Run, Successors, VertexId, VertexSet, Vertices,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Engine;
use super::lookup::Lookup;
use crate::heap::{WeakHolders, memory, weak_holders};
use crate::interrupt::{self, Checkpoint, Signals, answer};

/// What keeps what alive.
#[derive(Default)]
pub(crate) struct Holding {
    /// The graph, if it differs from that of the references.
    graph: Option<CsrGraph>,
    /// refcycle's own graphs among the vertices. They have no edges here.
    own: Vec<VertexId>,
    /// The entries whose edges stay where they are.
    shared: Vec<Entry>,
}

/// An edge from a container to a part of an entry, which ends when `owner` is freed.
#[derive(Clone, Copy)]
struct Entry {
    container: VertexId,
    part: VertexId,
    owner: VertexId,
    is_of_owner: bool,
}

impl Holding {
    /// `graph` is that of the engine, and `roots` are the vertices that are held from outside. If
    /// an owner can only be reached through its entry, as a key to which the value refers, the edge
    /// stays where it is.
    ///
    /// # Cost
    /// A pass over the objects. If there are entries, also a copy of the graph, and a search if
    /// parts of them refer to other objects.
    pub(crate) fn of(
        py: Python<'_>,
        engine: &Engine,
        graph: &CsrGraph,
        roots: &[VertexId],
    ) -> PyResult<Self> {
        let (mut entries, own) = special(py, engine, graph, roots)?;
        let shared = entries.extract_if(.., |entry| !entry.is_of_owner).collect();
        if entries.is_empty() && own.is_empty() {
            return Ok(Self {
                shared,
                ..Self::default()
            });
        }
        // Two graphs, of which one remains, and the search.
        memory::ask(8 * graph.edge_count() + 20 * graph.vertex_count())?;
        let is_leaf = |v: VertexId| graph.successors(v).len() == 0;
        let size = graph.vertex_count() + graph.edge_count();
        interrupt::run(py, size, |signals| {
            let mut moved = moved(graph, &entries, &own);
            if entries.iter().any(|entry| !is_leaf(entry.part)) {
                let reached = reached(&moved, roots, signals)?;
                let before = entries.len();
                entries.retain(|entry| is_leaf(entry.part) || reached[entry.owner.index()]);
                if entries.len() < before {
                    moved = self::moved(graph, &entries, &own);
                }
            }
            ControlFlow::Continue(Self {
                graph: Some(moved),
                own,
                shared,
            })
        })
    }

    /// The graph; `references` is that of the engine.
    pub(crate) fn graph<'g>(&'g self, references: &'g CsrGraph) -> &'g CsrGraph {
        self.graph.as_ref().unwrap_or(references)
    }

    /// The entries that belong to their container, but go with another object too: the container,
    /// the part, and this object.
    pub(crate) fn shared_entries(&self) -> impl Iterator<Item = [VertexId; 3]> {
        let shared = self.shared.iter();
        shared.map(|entry| [entry.container, entry.part, entry.owner])
    }

    /// The graph in which such entries belong to those of these objects with which they go; `None`
    /// if there are none.
    pub(crate) fn with_entries_of(
        &self,
        references: &CsrGraph,
        owners: &VertexSet,
    ) -> Option<CsrGraph> {
        let shared = self.shared.iter().copied();
        let entries: Vec<_> = shared
            .filter(|entry| owners.contains(entry.owner))
            .collect();
        (!entries.is_empty()).then(|| moved(self.graph(references), &entries, &[]))
    }

    /// The graph in which refcycle's own graphs hold those of these vertices to which they refer;
    /// `None` if there are none.
    pub(crate) fn with_held_by_own(
        &self,
        references: &CsrGraph,
        vertices: &[VertexId],
    ) -> Option<CsrGraph> {
        if self.own.is_empty() || vertices.is_empty() {
            return None;
        }
        let wanted: FxHashSet<_> = vertices.iter().copied().collect();
        let mut held = Vec::new();
        for &graph in &self.own {
            let heads = references.successors(graph);
            let heads = heads.filter(|&head| head != graph && wanted.contains(&head));
            held.extend(heads.map(|head| (graph, head)));
        }
        (!held.is_empty()).then(|| rows(self.graph(references), |_, _| true, &[], &held))
    }
}

/// The vertices that can be reached from the roots.
fn reached(
    graph: &CsrGraph,
    roots: &[VertexId],
    signals: &mut Signals,
) -> ControlFlow<PyErr, Vec<bool>> {
    let found = algo::descendants(Run::on(graph).watch(signals), roots.iter().copied(), None);
    let mut is_reached = vec![false; graph.vertex_count()];
    for v in answer(found)?.vertices() {
        is_reached[v.index()] = true;
    }
    ControlFlow::Continue(is_reached)
}

/// The entries of weak containers, and refcycle's own graphs.
fn special(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
    roots: &[VertexId],
) -> PyResult<(Vec<Entry>, Vec<VertexId>)> {
    if !engine.kind().is_of_objects() {
        return Ok((Vec::new(), Vec::new()));
    }
    if engine.kind().is_from_file() {
        return Ok((saved_entries(py, engine, graph), Vec::new()));
    }
    let mut checkpoint = Checkpoint::new();
    let mut between = || checkpoint.turn(py);
    let found = weak_holders(py, engine.objects(), roots, &mut between)?;
    let own = found.graphs.iter().copied().map(VertexId::from_index);
    Ok((entries(py, engine, graph, &found)?, own.collect()))
}

/// The entries that a file names; none if the graph is a part of the file, or has another order.
fn saved_entries(py: Python<'_>, engine: &Engine, graph: &CsrGraph) -> Vec<Entry> {
    let Some(dump) = engine.dump(py) else {
        return Vec::new();
    };
    let whole = dump.graph();
    let has_same_edges = || {
        let same = whole.offsets() == graph.offsets() && whole.heads() == graph.heads();
        same && engine.vertices().all(|v| engine.saved(py, v).vertex() == v)
    };
    if whole.vertex_count() != graph.vertex_count() || !has_same_edges() {
        return Vec::new();
    }
    let weak = dump.weak_references().iter();
    let entries = weak.map(|weak| Entry {
        container: graph.tail(weak.edge),
        part: VertexId::new(graph.heads()[weak.edge.index()]),
        owner: weak.owner,
        is_of_owner: true,
    });
    entries.collect()
}

/// The edges of a graph of live objects that end when another object is freed, each with this
/// object.
pub(crate) fn weak_edges(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
) -> PyResult<Vec<(EdgeId, VertexId)>> {
    let roots = engine.held_from_outside(py)?;
    let (entries, _) = special(py, engine, graph, &roots)?;
    let mut found = Vec::with_capacity(entries.len());
    // The entries are in the order of their containers.
    let mut left = entries.as_slice();
    while let Some(&Entry { container, .. }) = left.first() {
        let count = left.partition_point(|entry| entry.container == container);
        let mut edges: FxHashMap<VertexId, Vec<EdgeId>> = FxHashMap::default();
        for edge in graph.out_edges(container) {
            edges.entry(edge.head).or_default().push(edge.id);
        }
        for entry in left[..count].iter().filter(|entry| entry.is_of_owner) {
            let edge = edges.get_mut(&entry.part).and_then(Vec::pop);
            found.extend(edge.map(|edge| (edge, entry.owner)));
        }
        left = &left[count..];
    }
    Ok(found)
}

/// The entries of which container, part and owner are vertices.
fn entries(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
    found: &WeakHolders,
) -> PyResult<Vec<Entry>> {
    if found.entries.is_empty() {
        return Ok(Vec::new());
    }
    let objects = engine.objects();
    let lookup = Lookup::by_identity(py, objects)?;
    let vertex = |address| lookup.at(objects, address).map(VertexId::new);
    let entries = found.entries.iter().filter_map(|entry| {
        Some(Entry {
            container: vertex(entry.container)?,
            part: vertex(entry.part)?,
            owner: vertex(entry.owner)?,
            is_of_owner: entry.is_of_owner,
        })
    });
    Ok(with_edges(graph, entries.collect()))
}

/// The entries that have an edge of their own in the graph.
fn with_edges(graph: &CsrGraph, mut entries: Vec<Entry>) -> Vec<Entry> {
    let mut edges: FxHashMap<(VertexId, VertexId), u32> = FxHashMap::default();
    let mut last = None;
    entries.sort_by_key(|entry| entry.container);
    for entry in &entries {
        if last.replace(entry.container) != Some(entry.container) {
            for head in graph.successors(entry.container) {
                *edges.entry((entry.container, head)).or_default() += 1;
            }
        }
    }
    entries.retain(|entry| {
        let left = edges.get_mut(&(entry.container, entry.part));
        left.is_some_and(|left| {
            let is_left = *left > 0;
            *left = left.saturating_sub(1);
            is_left
        })
    });
    entries
}

/// The graph with one edge of each entry moved to its owner, and without the edges of `own`.
fn moved(graph: &CsrGraph, entries: &[Entry], own: &[VertexId]) -> CsrGraph {
    let mut removed: FxHashMap<(VertexId, VertexId), u32> = FxHashMap::default();
    for entry in entries {
        *removed.entry((entry.container, entry.part)).or_default() += 1;
    }
    let mut changed: Vec<_> = entries.iter().map(|entry| entry.container).collect();
    changed.extend(own);
    changed.sort_unstable();
    changed.dedup();
    let own: FxHashSet<_> = own.iter().copied().collect();
    let stays = |tail, head| {
        let left = removed.get_mut(&(tail, head)).filter(|left| **left > 0);
        let is_moved = left.is_some();
        if let Some(left) = left {
            *left -= 1;
        }
        !is_moved && !own.contains(&tail)
    };
    let mut added: Vec<_> = entries
        .iter()
        .map(|entry| (entry.owner, entry.part))
        .collect();
    added.sort_by_key(|&(tail, _)| tail);
    rows(graph, stays, &changed, &added)
}

/// The graph with further edges, given in the order of their tails, and without those edges of the
/// changed vertices that do not stay.
fn rows(
    graph: &CsrGraph,
    mut stays: impl FnMut(VertexId, VertexId) -> bool,
    changed: &[VertexId],
    added: &[(VertexId, VertexId)],
) -> CsrGraph {
    let mut changed = changed.iter().copied().peekable();
    let mut added = added.iter().copied().peekable();
    let mut offsets = Vec::with_capacity(graph.vertex_count() + 1);
    let mut heads = Vec::with_capacity(graph.edge_count());
    offsets.push(0);
    for (v, row) in graph.offsets().windows(2).enumerate() {
        let tail = VertexId::from_index(v);
        let row = &graph.heads()[row[0] as usize..row[1] as usize];
        match changed.next_if_eq(&tail) {
            Some(_) => heads.extend(row.iter().filter(|&&head| stays(tail, VertexId::new(head)))),
            None => heads.extend_from_slice(row),
        }
        while let Some((_, head)) = added.next_if(|&(other, _)| other == tail) {
            heads.push(head.number());
        }
        offsets.push(heads.len() as u32);
    }
    CsrGraph::from_parts(offsets, heads).expect("the graph has no more edges than before")
}
