//! From objects to the graph of their references.

use std::ffi::{c_int, c_void};

use pyo3::exceptions::PyOverflowError;
use pyo3::ffi;
use pyo3::prelude::*;
use refcycle_core::{CsrGraph, GraphError, MAX_EDGES, MAX_VERTICES, VertexId};
use rustc_hash::FxHashMap;

use super::address_index::{AddressIndex, AddressSet};
use super::enumerate::hold_tracked;
use super::frames::see_unshown;
use super::instances::unshown_dict;
use super::object::traverse_tracked;
use super::{Held, Obj, Still, half_built, hold_all, running_frames};

/// Objects and the references between them: vertex `i` is `objects[i]`, and its edges
/// are in the order in which the object shows its references.
pub(crate) struct Topology {
    pub(crate) objects: Held,
    pub(crate) graph: CsrGraph,
}

fn too_large(error: GraphError) -> PyErr {
    PyOverflowError::new_err(format!("the heap is too large for one graph: {error}"))
}

/// The references that an object shows, and those that CPython keeps to itself.
fn see_references<'h>(object: Obj<'h>, is_running: bool, mut see: impl FnMut(Obj<'h>)) {
    let mut dict = unshown_dict(object);
    object.traverse(|referent| {
        if dict == Some(referent) {
            dict = None;
        }
        see(referent);
    });
    dict.into_iter().for_each(&mut see);
    see_unshown(object, is_running, see);
}

/// Every object that the collector tracks, and the frames that are running, with the
/// references between them; the objects in the order of their addresses.
///
/// # Cost
/// One pass over the objects: a fraction of a collection. At the peak about 12 bytes an
/// object and 4 to 8 a reference, besides a page table of a few bytes an object.
pub(crate) fn snapshot_topology(py: Python<'_>) -> PyResult<Topology> {
    let frames = running_frames(py)?;
    let mut set = AddressSet::new();
    hold_tracked(py, &mut set)?;
    for frame in &frames {
        if set.insert(frame.as_ptr() as usize) {
            std::mem::forget(frame.clone());
        }
    }
    let index = set.finish();
    let mut objects = Vec::with_capacity(index.len());
    // SAFETY: the addresses are those of objects to each of which a reference was taken.
    index.for_each(|address| unsafe {
        objects.push(Bound::from_owned_ptr(py, address as *mut ffi::PyObject).unbind());
    });
    if objects.len() > MAX_VERTICES {
        return Err(too_large(GraphError::TooManyVertices {
            count: objects.len(),
        }));
    }
    let mut running: Vec<_> = frames
        .iter()
        .filter_map(|frame| index.get(frame.as_ptr() as usize))
        .collect();
    running.sort_unstable();
    let found = references(Still::new(py), &objects, &index, &running);
    drop((index, frames));
    if found.heads.len() > MAX_EDGES {
        return Err(too_large(GraphError::TooManyEdges {
            count: found.heads.len(),
        }));
    }
    let (objects, offsets, heads) = half_built::let_go(objects, found);
    let graph = CsrGraph::from_parts(offsets, heads).map_err(too_large)?;
    Ok(Topology {
        objects: objects.into(),
        graph,
    })
}

/// What one traversal of all objects finds: the rows of a CSR graph.
pub(super) struct References {
    pub(super) offsets: Vec<u32>,
    pub(super) heads: Vec<VertexId>,
    /// The objects that may be tuples which somebody is still filling.
    pub(super) suspects: Vec<u32>,
}

/// One traversal of all objects.
fn references(
    heap: Still<'_>,
    objects: &[Py<PyAny>],
    index: &AddressIndex,
    running: &[u32],
) -> References {
    struct Heads<'a> {
        index: &'a AddressIndex,
        heads: Vec<VertexId>,
    }

    impl Heads<'_> {
        #[inline]
        fn push(&mut self, address: usize) {
            if let Some(number) = self.index.get(address) {
                self.heads.push(VertexId::new(number));
            }
        }
    }

    unsafe extern "C" fn visit(object: *mut ffi::PyObject, arg: *mut c_void) -> c_int {
        // SAFETY: `arg` is the value given below.
        unsafe { &mut *arg.cast::<Heads<'_>>() }.push(object as usize);
        0
    }

    let mut running = running.iter().copied().peekable();
    let mut offsets = Vec::with_capacity(objects.len() + 1);
    let mut suspects = Vec::new();
    let mut found = Heads {
        index,
        heads: Vec::with_capacity(3 * objects.len()),
    };
    offsets.push(0);
    for (number, object) in objects.iter().enumerate() {
        let object = heap.see_held(object);
        // SAFETY: the object is held and takes part in collection, and the heap stands
        // still: `visit` only looks addresses up.
        unsafe { traverse_tracked(object.as_ptr(), visit, (&raw mut found).cast()) };
        if let Some(dict) = unshown_dict(object).and_then(|dict| index.get(dict.address())) {
            let start = offsets[number] as usize;
            if !found.heads[start..].contains(&VertexId::new(dict)) {
                found.heads.push(VertexId::new(dict));
            }
        }
        if running.next_if_eq(&(number as u32)).is_some() {
            see_unshown(object, true, |referent| found.push(referent.address()));
        }
        if half_built::is_suspect(object) {
            suspects.push(number as u32);
        }
        offsets.push(found.heads.len() as u32);
    }
    References {
        offsets,
        heads: found.heads,
        suspects,
    }
}

/// The references between these objects, which are different from each other.
pub(crate) fn references_between(py: Python<'_>, objects: &Held) -> PyResult<CsrGraph> {
    let heap = Still::new(py);
    let index: FxHashMap<_, _> = objects
        .iter()
        .enumerate()
        .map(|(number, object)| (heap.see_held(object), number as u32))
        .collect();
    let mut offsets = vec![0];
    let mut heads = Vec::new();
    for object in objects {
        see_references(heap.see_held(object), false, |referent| {
            heads.extend(index.get(&referent).copied().map(VertexId::new));
        });
        offsets.push(heads.len() as u32);
    }
    CsrGraph::from_parts(offsets, heads).map_err(too_large)
}

/// Everything that can be reached from an object, which comes first.
pub(crate) fn reachable(py: Python<'_>, start: &Bound<'_, PyAny>) -> PyResult<Topology> {
    let heap = Still::new(py);
    let start = heap.see(start);
    let mut found = vec![start];
    let mut index = FxHashMap::from_iter([(start, 0)]);
    let mut offsets = vec![0];
    let mut heads = Vec::new();
    while let Some(&object) = found.get(offsets.len() - 1) {
        see_references(object, false, |referent| {
            let number = *index.entry(referent).or_insert_with(|| {
                found.push(referent);
                found.len() as u32 - 1
            });
            heads.push(VertexId::new(number));
        });
        offsets.push(heads.len() as u32);
    }
    Ok(Topology {
        objects: hold_all(py, found.into_iter()),
        graph: CsrGraph::from_parts(offsets, heads).map_err(too_large)?,
    })
}
