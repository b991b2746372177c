//! Objects and the references between them.

use std::collections::TryReserveError;
use std::sync::OnceLock;
use std::time::Duration;

use pyo3::exceptions::{PyMemoryError, PyOverflowError};
use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Error, MAX_EDGES, MAX_VERTICES};
use rustc_hash::{FxHashMap, FxHashSet};

use super::process_memory::ProcessMemory;
use super::rows::References;
use super::table_sizes::TableSizes;
use super::{Held, memory};

/// Objects and the references between them: vertex `i` is `objects[i]`, and its edges
/// are in the order in which the object shows its references.
pub(crate) struct Topology {
    pub(crate) objects: Held,
    pub(crate) graph: CsrGraph,
    pub(crate) counts: Counts,
    /// How the heap was read, if it was read as a whole.
    pub(crate) reading: Option<Reading>,
}

/// Data to find the references that come from outside a graph.
#[derive(Default)]
pub(crate) struct Counts {
    /// The reference count of each object, without the graph's own reference; [`UNKNOWN`] if
    /// CPython does not count.
    pub(crate) references: Box<[u32]>,
    /// The edges that are not included in the reference count of their head, ascending.
    pub(crate) uncounted: Box<[u32]>,
}

/// The count of an immortal object, which is meaningless.
pub(crate) const UNKNOWN: u32 = u32::MAX;

/// How the heap was read.
pub(crate) struct Reading {
    /// How long no other thread could run Python code.
    pub(crate) pause: Duration,
    /// The addresses of the frames that were running, each with its thread's `ident`.
    pub(crate) running: Box<[(usize, u64)]>,
    /// The addresses of the objects that only variables of refcycle's own frames held, once for
    /// each reference, if these were left out.
    pub(crate) own: Box<[usize]>,
    /// The exception that the dump is about.
    pub(crate) uncaught: Option<Uncaught>,
    /// Whether objects that the collector does not track were requested.
    pub(crate) untracked: bool,
    /// The number of objects that `gc.freeze()` has put aside, and how many of them are missing.
    pub(crate) frozen: usize,
    pub(crate) frozen_unseen: usize,
    /// The number of tuples and frozensets that only C code holds and that may be incomplete.
    pub(crate) let_go: usize,
    /// The sizes of the tables of containers, if they were measured.
    pub(crate) tables: Option<TableSizes>,
    /// The memory of the process when the reading began.
    pub(crate) memory: ProcessMemory,
    /// The account of the process as JSON, if a dump is to have it.
    pub(crate) account: OnceLock<String>,
}

/// The exception that ends a thread while a dump is taken: only the call of the hook that takes it
/// holds the exception, besides the program.
#[derive(Clone, Copy)]
pub(crate) struct Uncaught {
    /// The addresses of the exception and of its traceback.
    pub(crate) exception: usize,
    pub(crate) traceback: Option<usize>,
    /// The thread's `ident`.
    pub(crate) thread: u64,
}

impl Topology {
    pub(super) fn new(objects: Held, references: References, counts: Box<[u32]>) -> PyResult<Self> {
        let References {
            offsets,
            heads,
            uncounted,
        } = references;
        Ok(Self {
            objects,
            graph: CsrGraph::from_parts(offsets, heads).map_err(too_large)?,
            counts: Counts {
                references: counts,
                uncounted: uncounted.into(),
            },
            reading: None,
        })
    }

    /// Lets references of refcycle not count for objects that others keep alive. The addresses are
    /// those of the objects, once for each reference. Returns those of the remaining references.
    pub(super) fn forget_own_references(&mut self, addresses: &[usize]) -> PyResult<Box<[usize]>> {
        if addresses.is_empty() {
            return Ok(Box::default());
        }
        let mut vertices: FxHashMap<usize, Option<usize>> =
            addresses.iter().map(|&address| (address, None)).collect();
        for (vertex, object) in self.objects.iter().enumerate() {
            if let Some(found) = vertices.get_mut(&(object.as_ptr() as usize)) {
                *found = Some(vertex);
            }
        }
        let heads = self.graph.heads().iter().map(|&head| head as usize);
        let referred: FxHashSet<usize> = {
            let wanted: FxHashSet<usize> = vertices.values().copied().flatten().collect();
            heads.filter(|head| wanted.contains(head)).collect()
        };
        let counts = &mut self.counts.references;
        let mut forgotten = Vec::new();
        let mut remaining = Vec::new();
        for &address in addresses {
            let vertex = vertices.get(&address).copied().flatten();
            match vertex.filter(|vertex| referred.contains(vertex)) {
                Some(vertex) => {
                    if counts[vertex] != UNKNOWN {
                        counts[vertex] = counts[vertex].saturating_sub(1);
                    }
                    forgotten.push((address, vertex));
                }
                None => remaining.push(address),
            }
        }
        // Others may only refer to an object in cycles of its own.
        let held = self.held_from_outside()?;
        let counts = &mut self.counts.references;
        for (address, vertex) in forgotten {
            if !held[vertex] {
                if counts[vertex] != UNKNOWN {
                    counts[vertex] += 1;
                }
                remaining.push(address);
            }
        }
        Ok(remaining.into())
    }

    /// For each vertex, whether a reference from outside the graph keeps it alive, directly or not.
    fn held_from_outside(&self) -> PyResult<Vec<bool>> {
        const VERTEX: usize = 4 + 8 + 1;

        let (offsets, heads) = (self.graph.offsets(), self.graph.heads());
        memory::ask(VERTEX * self.objects.len())?;
        let mut outside = self.counts.references.clone();
        let mut uncounted = self.counts.uncounted.iter().copied().peekable();
        for (edge, &head) in (0..).zip(heads) {
            let count = &mut outside[head as usize];
            if uncounted.next_if_eq(&edge).is_none() && *count != UNKNOWN {
                *count = count.saturating_sub(1);
            }
        }
        let mut held: Vec<_> = outside.iter().map(|&count| count > 0).collect();
        let mut pending: Vec<_> = (0..held.len()).filter(|&vertex| held[vertex]).collect();
        while let Some(vertex) = pending.pop() {
            let row = offsets[vertex] as usize..offsets[vertex + 1] as usize;
            for &head in &heads[row] {
                if !std::mem::replace(&mut held[head as usize], true) {
                    pending.push(head as usize);
                }
            }
        }
        Ok(held)
    }

    /// Takes the references that there are for all references to the object at this address.
    pub(super) fn forget_external_references(&mut self, address: usize) {
        let find = |object: &Py<PyAny>| object.as_ptr() as usize == address;
        let Some(vertex) = self.objects.iter().position(find) else {
            return;
        };
        let heads = self.graph.heads();
        let leads_there = |&head: &u32| head as usize == vertex;
        let inside = heads.iter().copied().filter(leads_there).count();
        let uncounted = self.counts.uncounted.iter();
        let uncounted = uncounted.map(|&edge| heads[edge as usize]);
        let uncounted = uncounted.filter(leads_there).count();
        self.counts.references[vertex] = (inside - uncounted) as u32;
    }
}

/// Checks the sizes before the objects are numbered.
pub(super) fn check_sizes(vertices: usize, edges: usize) -> PyResult<()> {
    if vertices > MAX_VERTICES {
        return Err(too_large(Error::too_many_vertices(vertices)));
    }
    if edges > MAX_EDGES {
        return Err(too_large(Error::too_many_edges(edges)));
    }
    Ok(())
}

pub(super) fn too_large(error: Error) -> PyErr {
    PyOverflowError::new_err(format!(
        "the heap is too large for one graph: {error}; use ObjectGraph or \
         objects_reachable_from for a part of it"
    ))
}

pub(super) fn no_memory(_: TryReserveError) -> PyErr {
    PyMemoryError::new_err(
        "not enough memory for a graph of the heap: free memory, or use ObjectGraph or \
         objects_reachable_from for a part of it",
    )
}
