//! Where the objects of a graph were allocated.

use pyo3::prelude::*;
use refcycle_core::VertexId;
use rustc_hash::FxHashMap;

use super::object_graph::ObjectGraph;
use crate::annotate::{Allocations, Values};
use crate::engine::Engine;
use crate::interrupt::Checkpoint;

/// Returns where most objects of each type were allocated, as a list of triples.
///
/// These are the name of the type, the file and the line, and how many of the objects were
/// allocated there. Empty unless `tracemalloc` is tracing. Types are in no order, and several may
/// have one name. Takes about a microsecond an object.
#[crate::border::guarded]
#[pyfunction]
pub(crate) fn most_allocated(
    graph: &Bound<'_, ObjectGraph>,
) -> PyResult<Vec<(String, String, usize)>> {
    let py = graph.py();
    let graph = graph.as_super().borrow();
    match Allocations::now(py)? {
        None => Ok(Vec::new()),
        Some(known) => most_of_each_type(py, &graph.engine, known),
    }
}

fn most_of_each_type(
    py: Python<'_>,
    engine: &Engine,
    mut known: Allocations,
) -> PyResult<Vec<(String, String, usize)>> {
    let mut counts = FxHashMap::<(usize, usize), (usize, VertexId)>::default();
    let mut checkpoint = Checkpoint::new();
    for (number, object) in engine.objects().iter().enumerate() {
        // A signal handler may run here.
        checkpoint.step(py)?;
        if let Some(place) = known.number(py, object, Values::Shown) {
            let v = VertexId::from_index(number);
            let key = (engine.type_key(py, v), place);
            counts.entry(key).or_insert((0, v)).0 += 1;
        }
    }
    let mut most = FxHashMap::<usize, (usize, &str, VertexId)>::default();
    for ((ty, place), (count, v)) in counts {
        let found = (count, known.place(place), v);
        let best = most.entry(ty).or_insert(found);
        // Of equally frequent ones, the first by name: the order of the counts is by chance.
        if (count, best.1) > (best.0, found.1) {
            *best = found;
        }
    }
    let named = most.into_values().map(|(count, place, v)| {
        let name = engine.type_name(py, v);
        (name, place.to_owned(), count)
    });
    Ok(named.collect())
}
