//! Objects that are reachable and not in a graph, as the collector does not track them.

use pyo3::ffi;
use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::discovery::Discovery;
use super::referents::{Referents, Seen};
use super::topology::no_memory;
use super::{Held, Obj, Still};
use crate::memory;

/// The untracked objects that can be reached from some objects by way of each other and
/// refer to objects that are wanted, each with the addresses of those.
pub(crate) fn hidden_holders<'py>(
    py: Python<'py>,
    objects: &Held,
    wants: impl Fn(usize) -> bool,
) -> PyResult<Vec<(Bound<'py, PyAny>, Vec<usize>)>> {
    memory::ask(AddressSet::EMPTY)?;
    let heap = Still::new(py);
    let mut set = AddressSet::new();
    for object in objects {
        let address = heap.see_held(object).address();
        set.insert(address).map_err(no_memory)?;
    }
    let known = set.addresses().map_err(no_memory)?;
    let found = Discovery::new(&mut set, is_untracked)
        .run(heap, &known, &[])
        .map_err(no_memory)?;
    let referents = Referents::new();
    let mut holders = Vec::new();
    for address in found {
        // SAFETY: the discovery has found it alive.
        let object = unsafe { heap.at(address) };
        let mut seen = Seen::default();
        referents.see(object, false, &mut seen);
        seen.0.retain(|&referent| wants(referent));
        if !seen.0.is_empty() {
            holders.push((object.hold(py), seen.0));
        }
    }
    Ok(holders)
}

fn is_untracked(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe { ffi::PyObject_GC_IsTracked(object.as_ptr()) == 0 }
}
