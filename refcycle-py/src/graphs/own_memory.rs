//! What the graphs of this process hold themselves: it is left out of the search of memory for
//! pointers to an object, and of the counts of references.

use std::ops::Range;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use refcycle_core::VertexId;

use super::base::{GraphBase, graphs_exist};
use crate::engine::Engine;
use crate::heap::{Topology, UNKNOWN, other_references, own_graphs};
use crate::memory_search::{Change, PlacesInMemory, find_in_memory};

/// Where pointers to the object with this number are. No argument is the object: the stack of the
/// caller has no pointer to it that belongs to the call.
pub(super) fn search_memory(
    py: Python<'_>,
    engine: &Engine,
    number: usize,
) -> PyResult<PlacesInMemory> {
    let missing = || PyIndexError::new_err("no vertex has this number");
    let object = engine.objects().get(number).ok_or_else(missing)?;
    let v = VertexId::from_index(number);
    // Before anything refers to the object here.
    let references = other_references(py, object);
    let (own, graphs) = own_memory(object.bind(py))?;
    let change = match (references, engine.reference_count(v)) {
        (Some(now), Some(then)) => Change::of(then, now, graphs.saturating_sub(1)),
        _ => Change::None,
    };
    find_in_memory(py, engine, v, &own, change)
}

/// The memory of the graphs that are alive which may contain the address of an object, and the
/// number of graphs that hold it.
#[inline(never)] // Its stack contains the address.
fn own_memory(object: &Bound<'_, PyAny>) -> PyResult<(Vec<Range<usize>>, u32)> {
    let (mut found, mut graphs) = (Vec::new(), 0);
    for_each_graph(object.py(), |engine| {
        found.extend(engine.memory_with(object.as_ptr() as usize));
        graphs += u32::from(engine.holds(object));
        Ok(())
    })?;
    Ok((found, graphs))
}

/// Subtracts the references of the graphs that are alive from the reference counts of the objects.
///
/// # Cost
/// None if there are no graphs. Otherwise a pass over the objects that the collector tracks, and for
/// each object a look-up in each graph.
pub(crate) fn without_own_references(py: Python<'_>, topology: &mut Topology) -> PyResult<()> {
    if !graphs_exist() {
        return Ok(());
    }
    for_each_graph(py, |engine| {
        if !engine.kind().is_of_objects() || engine.kind().is_from_file() {
            return Ok(());
        }
        let counts = &mut topology.counts.references;
        engine.see_common(py, &topology.objects, |number| {
            if counts[number] != UNKNOWN {
                counts[number] = counts[number].saturating_sub(1);
            }
        })
    })
}

/// Calls a function with each graph that is alive.
fn for_each_graph(py: Python<'_>, mut see: impl FnMut(&Engine) -> PyResult<()>) -> PyResult<()> {
    for graph in own_graphs(py)? {
        if let Ok(graph) = graph.bind(py).cast::<GraphBase>()
            && let Ok(graph) = graph.try_borrow()
        {
            see(&graph.engine)?;
        }
    }
    Ok(())
}
