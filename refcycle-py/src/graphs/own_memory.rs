//! The search of memory for pointers to an object, without those in the graphs of this process.

use std::ops::Range;

use pyo3::exceptions::PyIndexError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use refcycle_core::VertexId;

use super::base::GraphBase;
use crate::engine::Engine;
use crate::heap::collector_module;
use crate::memory_search::{PlacesInMemory, find_in_memory};

/// Where pointers to the object with this number are. No argument is the object: the stack of the
/// caller has no pointer to it that belongs to the call.
pub(super) fn search_memory(
    py: Python<'_>,
    engine: &Engine,
    number: usize,
) -> PyResult<PlacesInMemory> {
    let missing = || PyIndexError::new_err("no vertex has this number");
    let object = engine.objects().get(number).ok_or_else(missing)?;
    let own = own_memory(object.bind(py))?;
    find_in_memory(py, engine, VertexId::from_index(number), &own)
}

/// The memory of the graphs that are alive which may contain the address of an object.
#[inline(never)] // Its stack contains the address.
fn own_memory(object: &Bound<'_, PyAny>) -> PyResult<Vec<Range<usize>>> {
    let py = object.py();
    let objects = collector_module(py)?.call_method0(intern!(py, "get_objects"))?;
    let mut found = Vec::new();
    for other in objects.cast::<PyList>()? {
        if let Ok(graph) = other.cast::<GraphBase>()
            && let Ok(graph) = graph.try_borrow()
        {
            found.extend(graph.engine.memory_with(object.as_ptr() as usize));
        }
    }
    Ok(found)
}
