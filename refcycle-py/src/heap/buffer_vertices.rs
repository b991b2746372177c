//! Buffers as vertices of a graph.

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, IDirectedGraph, Successors, VertexId, Vertices};
use rustc_hash::{FxHashMap, FxHashSet};

use super::native::{Buffer, Group, Key, MAIN_MEMORY, read_memory};
use super::topology::{check_sizes, too_large};
use super::{Topology, UNKNOWN, memory};

/// The same objects with the buffers that several of them share, and those on devices, as further
/// vertices after all others.
///
/// A reference from each holder leads to a buffer, and to an object in which the memory of the
/// holder lies. The library's own reference to such an object comes from outside the graph; these
/// edges stand for it.
pub(super) fn add_buffers(py: Python<'_>, topology: Topology) -> PyResult<Topology> {
    // A number for each object, and a piece of memory for some.
    memory::ask(8 * topology.objects.len())?;
    let Some(extents) = read_memory(py, &topology.objects) else {
        return Ok(topology);
    };
    let groups = extents.groups();
    let is_vertex = |group: &Group| {
        group.owner.is_none() && (group.holders.len() > 1 || &*group.device != MAIN_MEMORY)
    };
    let mut added = Added::default();
    let mut of_holder: FxHashMap<u32, usize> = FxHashMap::default();
    for group in groups {
        if is_vertex(&group) {
            let number = of_holder.entry(group.holders[0]).or_default();
            let key = key_of(&group, &topology, *number);
            *number += 1;
            added.see(&group.holders, topology.objects.len() + added.buffers.len());
            added.buffers.push(Buffer::of(py, key)?);
        } else if let Some(owner) = group.owner {
            added.see_owner(&topology.graph, &group.holders, owner);
        }
    }
    if added.edges.is_empty() {
        return Ok(topology);
    }
    added.apply(topology)
}

/// `number` is that of the buffer among those of its first holder.
fn key_of(group: &Group, topology: &Topology, number: usize) -> Key {
    let holder = topology.objects[group.holders[0] as usize].as_ptr() as usize;
    Key {
        device: (&*group.device).into(),
        identity: group.identity(),
        bytes: group.bytes,
        holder: match group.identity() {
            Some(_) => (0, 0),
            None => (holder, number),
        },
    }
}

/// What is added to a graph.
#[derive(Default)]
struct Added {
    buffers: Vec<Py<PyAny>>,
    /// The tail and the head of each edge.
    edges: Vec<(u32, u32)>,
    /// The heads that are no buffers.
    owners: FxHashSet<u32>,
}

impl Added {
    fn see(&mut self, holders: &[u32], head: usize) {
        let edges = holders.iter().map(|&holder| (holder, head as u32));
        self.edges.extend(edges);
    }

    /// References to an object, from the holders that have none to it.
    fn see_owner(&mut self, graph: &CsrGraph, holders: &[u32], owner: u32) {
        for &holder in holders {
            let mut heads = graph.successors(VertexId::new(holder));
            if holder != owner && !heads.any(|head| head.number() == owner) {
                self.edges.push((holder, owner));
                self.owners.insert(owner);
            }
        }
    }

    fn apply(mut self, topology: Topology) -> PyResult<Topology> {
        let vertices = topology.objects.len() + self.buffers.len();
        let edges = topology.graph.edge_count() + self.edges.len();
        check_sizes(vertices, edges)?;
        memory::ask(16 * vertices + 4 * edges)?;
        self.edges.sort_unstable();
        let mut counts = topology.counts;
        let unexplained = self.external(&topology.graph, &counts.references, &counts.uncounted);
        let rows = self.rows(&topology.graph, &counts.uncounted, unexplained);
        let mut references = counts.references.into_vec();
        let first = references.len();
        references.resize(first + self.buffers.len(), 0);
        for &(_, head) in &self.edges {
            if let Some(number) = (head as usize).checked_sub(topology.objects.len()) {
                references[first + number] += 1;
            }
        }
        counts.references = references.into();
        counts.uncounted = rows.uncounted.into();
        let mut objects = topology.objects.into_growing();
        objects.extend(self.buffers);
        Ok(Topology {
            objects: objects.into_held(),
            graph: CsrGraph::from_parts(rows.offsets, rows.heads).map_err(too_large)?,
            counts,
            reading: topology.reading,
        })
    }

    /// The references from outside to each owner.
    fn external(
        &self,
        graph: &CsrGraph,
        references: &[u32],
        uncounted: &[u32],
    ) -> FxHashMap<u32, u32> {
        let mut external: FxHashMap<u32, u32> = FxHashMap::default();
        for &owner in &self.owners {
            let count = references.get(owner as usize).copied().unwrap_or(UNKNOWN);
            external.insert(owner, if count == UNKNOWN { 0 } else { count });
        }
        if external.is_empty() {
            return external;
        }
        for (edge, head) in graph.heads().iter().enumerate() {
            if let Some(count) = external.get_mut(head)
                && uncounted.binary_search(&(edge as u32)).is_err()
            {
                *count = count.saturating_sub(1);
            }
        }
        external
    }

    /// The rows of the graph with the new edges, each after the others of its vertex.
    fn rows(
        &self,
        graph: &CsrGraph,
        uncounted: &[u32],
        mut external: FxHashMap<u32, u32>,
    ) -> NewRows {
        let mut rows = NewRows {
            offsets: vec![0],
            heads: Vec::with_capacity(graph.edge_count() + self.edges.len()),
            uncounted: Vec::new(),
        };
        let mut old = uncounted.iter().copied().peekable();
        let mut new = self.edges.iter().copied().peekable();
        for v in graph.vertices() {
            let (start, end) = (graph.offsets()[v.index()], graph.offsets()[v.index() + 1]);
            let shift = rows.heads.len() as u32 - start;
            while let Some(edge) = old.next_if(|&edge| edge < end) {
                rows.uncounted.push(edge + shift);
            }
            let heads = &graph.heads()[start as usize..end as usize];
            rows.heads.extend_from_slice(heads);
            while let Some((_, head)) = new.next_if(|&(tail, _)| tail as usize == v.index()) {
                if self.owners.contains(&head) {
                    match external.get_mut(&head).filter(|count| **count > 0) {
                        Some(count) => *count -= 1,
                        None => rows.uncounted.push(rows.heads.len() as u32),
                    }
                }
                rows.heads.push(head);
            }
            rows.offsets.push(rows.heads.len() as u32);
        }
        let end = rows.heads.len() as u32;
        rows.offsets.extend(self.buffers.iter().map(|_| end));
        rows
    }
}

struct NewRows {
    offsets: Vec<u32>,
    heads: Vec<u32>,
    uncounted: Vec<u32>,
}
