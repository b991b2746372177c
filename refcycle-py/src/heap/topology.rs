//! Objects and the references between them.

use std::collections::TryReserveError;
use std::sync::OnceLock;
use std::time::Duration;

use pyo3::exceptions::{PyMemoryError, PyOverflowError};
use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Error, MAX_EDGES, MAX_VERTICES};

use super::Held;
use super::process_memory::ProcessMemory;
use super::rows::References;

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
    /// Whether objects that the collector does not track were requested.
    pub(crate) untracked: bool,
    /// The number of objects that `gc.freeze()` has put aside, and how many of them are missing.
    pub(crate) frozen: usize,
    pub(crate) frozen_unseen: usize,
    /// The number of tuples that only C code holds and that may be incomplete.
    pub(crate) let_go: usize,
    /// The memory of the process when the reading began.
    pub(crate) memory: ProcessMemory,
    /// The account of the process as JSON, if a dump is to have it.
    pub(crate) account: OnceLock<String>,
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
