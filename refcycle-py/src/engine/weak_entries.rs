//! Entries of `WeakKeyDictionary`, for retained sizes: a value belongs to its key.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::algo;
use refcycle_core::{CsrGraph, IDirectedGraph, Successors, VertexId, Vertices};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Engine;
use super::lookup::Lookup;
use crate::heap::{memory, weak_entries};
use crate::interrupt::{self, answer};

/// An edge from `dict` to `value`, which ends when `key` is freed.
#[derive(Clone, Copy)]
struct Entry {
    dict: VertexId,
    value: VertexId,
    key: VertexId,
}

/// The graph in which the edge to a value leaves its key instead of the dict; `None` if there are
/// no entries. If the key can only be reached through the entry (a value that refers to its own
/// key), the edge stays where it is.
///
/// # Cost
/// A pass over the objects. If there are entries, also a copy of the graph and a search.
pub(super) fn with_weak_keys(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
    roots: &[VertexId],
) -> PyResult<Option<CsrGraph>> {
    let mut entries = entries(py, engine, graph)?;
    if entries.is_empty() {
        return Ok(None);
    }
    // Two graphs, of which one remains, and the search.
    memory::ask(8 * graph.edge_count() + 20 * graph.vertex_count())?;
    let size = graph.vertex_count() + graph.edge_count();
    interrupt::run(py, size, |signals| {
        let moved = moved(graph, &entries);
        let reached = algo::descendants_watched(&moved, roots.iter().copied(), None, signals);
        let mut is_reached = vec![false; graph.vertex_count()];
        for v in answer(reached)?.vertices() {
            is_reached[v.index()] = true;
        }
        let before = entries.len();
        entries.retain(|entry| is_reached[entry.key.index()]);
        ControlFlow::Continue(Some(match entries.len() {
            len if len == before => moved,
            _ => self::moved(graph, &entries),
        }))
    })
}

/// The entries of which dict, value and key are vertices.
fn entries(py: Python<'_>, engine: &Engine, graph: &CsrGraph) -> PyResult<Vec<Entry>> {
    let kind = engine.kind();
    if !kind.is_of_objects() || kind.is_from_file() {
        return Ok(Vec::new());
    }
    let objects = engine.objects();
    let found = weak_entries(py, objects);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let lookup = Lookup::by_identity(objects)?;
    let vertex = |address| lookup.at(objects, address).map(VertexId::new);
    let entries = found.iter().filter_map(|entry| {
        Some(Entry {
            dict: vertex(entry.dict)?,
            value: vertex(entry.value)?,
            key: vertex(entry.key)?,
        })
    });
    Ok(with_edges(graph, entries.collect()))
}

/// The entries that have an edge of their own in the graph.
fn with_edges(graph: &CsrGraph, mut entries: Vec<Entry>) -> Vec<Entry> {
    let mut edges: FxHashMap<(VertexId, VertexId), u32> = FxHashMap::default();
    let mut last = None;
    entries.sort_by_key(|entry| entry.dict);
    for entry in &entries {
        if last.replace(entry.dict) != Some(entry.dict) {
            for head in graph.successors(entry.dict) {
                *edges.entry((entry.dict, head)).or_default() += 1;
            }
        }
    }
    entries.retain(|entry| {
        let left = edges.get_mut(&(entry.dict, entry.value));
        left.is_some_and(|left| {
            let is_left = *left > 0;
            *left = left.saturating_sub(1);
            is_left
        })
    });
    entries
}

/// The graph with one edge of each entry moved to its key.
fn moved(graph: &CsrGraph, entries: &[Entry]) -> CsrGraph {
    let mut removed: FxHashMap<(VertexId, VertexId), u32> = FxHashMap::default();
    let mut dicts: FxHashSet<VertexId> = FxHashSet::default();
    for entry in entries {
        *removed.entry((entry.dict, entry.value)).or_default() += 1;
        dicts.insert(entry.dict);
    }
    let mut by_key = entries.to_vec();
    by_key.sort_by_key(|entry| entry.key);
    let mut added = by_key.iter().peekable();
    let mut offsets = Vec::with_capacity(graph.vertex_count() + 1);
    let mut heads = Vec::with_capacity(graph.edge_count());
    offsets.push(0);
    for (v, row) in graph.offsets().windows(2).enumerate() {
        let tail = VertexId::from_index(v);
        let row = &graph.heads()[row[0] as usize..row[1] as usize];
        if dicts.contains(&tail) {
            heads.extend(row.iter().filter(|&&head| {
                let left = removed.get_mut(&(tail, VertexId::new(head)));
                match left.filter(|left| **left > 0) {
                    Some(left) => {
                        *left -= 1;
                        false
                    }
                    None => true,
                }
            }));
        } else {
            heads.extend_from_slice(row);
        }
        while let Some(entry) = added.next_if(|entry| entry.key == tail) {
            heads.push(entry.value.index() as u32);
        }
        offsets.push(heads.len() as u32);
    }
    CsrGraph::from_parts(offsets, heads).expect("the graph has as many edges as before")
}
