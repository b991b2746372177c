//! Figures of a graph.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_core::CsrGraph;

use super::Engine;

/// The statistics of a graph and, for a snapshot or a part of one, how the heap was read.
pub(crate) fn statistics<'py>(py: Python<'py>, engine: &Engine) -> PyResult<Bound<'py, PyDict>> {
    let figures = PyDict::new(py);
    figures.set_item("vertices", engine.vertex_count())?;
    figures.set_item("edges", engine.edge_count())?;
    figures.set_item("memory", memory(engine))?;
    if let Some(reading) = engine.reading() {
        figures.set_item("pause_seconds", reading.pause.as_secs_f64())?;
        figures.set_item("running_frames", reading.running.len())?;
        figures.set_item("untracked", reading.untracked)?;
        figures.set_item("frozen", reading.frozen)?;
        figures.set_item("frozen_unseen", reading.frozen_unseen)?;
        figures.set_item("tuples_let_go", reading.let_go)?;
        if let Some(blocks) = reading.memory.blocks {
            figures.set_item("allocated_blocks", blocks)?;
        }
        if let Some(resident) = reading.memory.resident {
            figures.set_item("resident_bytes", resident)?;
        }
        figures.set_item("own_bytes", reading.memory.own)?;
        figures.set_item("residue_bytes", reading.memory.by_dumps)?;
    }
    Ok(figures)
}

fn memory(engine: &Engine) -> usize {
    let of_vertices = engine.vertices_memory() + engine.counts_memory();
    of_vertices + engine.graph().map_or(0, CsrGraph::memory)
}
