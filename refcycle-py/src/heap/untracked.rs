//! Objects that can be reached from a graph and are not in it, because the collector does not track
//! them.

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::discovery::Discovery;
use super::referents::Referents;
use super::topology::no_memory;
use super::traversal::ReferentList;
use super::{Held, is_tracked, memory, paused};

/// The untracked objects that refer to wanted objects and can be reached from `objects` through
/// untracked objects only, each with the addresses of these wanted objects.
pub(crate) fn untracked_holders(
    py: Python<'_>,
    objects: &Held,
    wants: impl Fn(usize) -> bool + Sync,
) -> PyResult<Vec<(Py<PyAny>, Vec<usize>)>> {
    memory::ask(AddressSet::EMPTY)?;
    let mut set = AddressSet::new();
    for object in objects {
        set.insert(object.as_ptr() as usize).map_err(no_memory)?;
    }
    paused(py, |heap| {
        let known = set.addresses().map_err(no_memory)?;
        let found = Discovery::new(&mut set, |object| !is_tracked(object))
            .run(heap, &known, &[])
            .map_err(no_memory)?;
        let referents = Referents::new();
        let mut holders = Vec::new();
        for address in found {
            // SAFETY: the discovery has found it alive.
            let object = unsafe { heap.at(address) };
            let mut seen = ReferentList::default();
            referents.see(object, false, &mut seen);
            seen.0.retain(|&referent| wants(referent));
            if !seen.0.is_empty() {
                holders.push((object.hold(), seen.0));
            }
        }
        Ok(holders)
    })
}
