//! Where in the memory of the process the address of an object is.
//!
//! The search is conservative: a word that equals the address may be left over, or a number. What
//! is known not to hold the object is left out: references that the graph shows, free memory, and
//! the parts of stacks that are not in use. The memory that is read may change meanwhile, so the
//! system copies it (`heap/raw_memory.rs`).

mod answer;
#[cfg(target_os = "linux")]
mod owners;
#[cfg(target_os = "linux")]
mod places;
#[cfg(target_os = "linux")]
mod scan;
#[cfg(target_os = "linux")]
mod stacks;

use std::ops::Range;

use pyo3::exceptions::PyNotImplementedError;
use pyo3::prelude::*;
use refcycle_core::VertexId;

use crate::annotate::Values;
use crate::engine::{Engine, long_name_of};
use crate::roots::explained;
pub(crate) use answer::{Change, MemoryPlace, PlacesInMemory};

/// Where the address of a vertex is, apart from the references that the graph shows. `own` are the
/// ranges of memory of this package that contain it, and `change` is that of its references.
///
/// # Errors
/// NotImplementedError if the system does not let the process read its own memory safely.
///
/// # Cost
/// That of `roots`, and a second for 2 GB of memory in use.
#[inline(never)] // Its stack contains the address.
pub(crate) fn find_in_memory(
    py: Python<'_>,
    engine: &Engine,
    v: VertexId,
    own: &[Range<usize>],
    change: Change,
) -> PyResult<PlacesInMemory> {
    let unexplained = match engine.external_references_of(py, v)? {
        None => None,
        Some(_) => {
            let open = explained(py, engine, Values::Shown)?;
            let place = open.binary_search_by_key(&v.index(), crate::roots::Open::vertex);
            Some(place.map_or(0, |place| open[place].unexplained()))
        }
    };
    let places = search(py, engine, v, own)?;
    let name = long_name_of(engine.objects()[v.index()].bind(py));
    PlacesInMemory::new(py, name, unexplained, change, places)
}

#[cfg(target_os = "linux")]
fn search(
    py: Python<'_>,
    engine: &Engine,
    v: VertexId,
    own: &[Range<usize>],
) -> PyResult<Vec<MemoryPlace>> {
    use crate::heap::{RawMemory, process_maps};

    let unsupported = |_| not_implemented();
    let memory = RawMemory::new().map_err(unsupported)?;
    let maps = process_maps().map_err(unsupported)?;
    let found = scan::scan(py, &memory, &maps, &engine.objects()[v.index()], own)?;
    places::places(py, engine, v, &memory, &maps, found)
}

#[cfg(not(target_os = "linux"))]
fn search(
    _py: Python<'_>,
    _engine: &Engine,
    _v: VertexId,
    _own: &[Range<usize>],
) -> PyResult<Vec<MemoryPlace>> {
    Err(not_implemented())
}

fn not_implemented() -> PyErr {
    PyNotImplementedError::new_err(
        "this system does not let a process read its own memory safely: find_in_memory needs Linux \
         with /proc, and process_vm_readv or /proc/self/mem",
    )
}
