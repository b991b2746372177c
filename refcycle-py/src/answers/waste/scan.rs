//! Which objects of a live heap waste bytes.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::VertexSet;

use crate::engine::Engine;
use crate::heap::{WasteScan, Wasted, memory, paused};
use crate::interrupt::Checkpoint;

/// The number of objects that are visited before other threads may run.
const PART: usize = 1 << 12;

/// What each object of a live graph wastes, in the order of the vertices. `sizes` are the bytes
/// that they take.
///
/// # Cost
/// One pass over the objects, their references and the characters of all strings, a search of the
/// whole graph, and sorting a number for each string.
pub(crate) fn wasted_by(py: Python<'_>, engine: &Engine, sizes: &[u64]) -> PyResult<Vec<Wasted>> {
    let objects = engine.objects();
    memory::ask(WasteScan::BYTES_A_VERTEX * objects.len())?;
    let graph = engine.any_graph();
    let mut scan = WasteScan::new(&graph, engine.counts(), sizes);
    let mut checkpoint = Checkpoint::new();
    for start in (0..objects.len()).step_by(PART) {
        if start > 0 {
            checkpoint.turn(py)?;
        }
        let part = start..objects.len().min(start + PART);
        paused(py, |heap| scan.see(heap, objects, part));
    }
    scan.release();
    let outside = engine.held_from_outside(py)?;
    let garbage = engine.garbage(py)?;
    engine.run(py, |_| {
        let [outside, garbage] =
            [outside, garbage].map(|vertices| VertexSet::from_vertices(objects.len(), vertices));
        ControlFlow::Continue(scan.finish(&outside, &garbage))
    })
}
