//! What the collector examines, for a search that finds the same garbage as it without running it.

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::enumerate::list_collectable;
use super::gc_pause::GcPause;
use super::held::Growing;
use super::interrupts::{Polls, interruptible};
use super::object::takes_part_in_collection;
use super::refcounts::{forget_unsure, reference_count};
use super::referents::Referents;
use super::rows::Rows;
use super::topology::{UNKNOWN, check_sizes, no_memory};
use super::{Still, Topology, memory, paused};

/// The objects that a collection would examine, with the references that it would see. What takes
/// no part in a collection has an unknown reference count: it is kept, and keeps what it refers to.
/// So garbage is what cannot be reached from the objects with references from outside.
///
/// # Cost
/// One pass over the heap. 16 bytes per object and 4 per reference.
pub(crate) fn collectable_topology(py: Python<'_>) -> PyResult<Topology> {
    memory::ask(AddressSet::EMPTY)?;
    interruptible(py, |polls| {
        let _gc_pause = GcPause::new(py);
        let mut set = AddressSet::new();
        // Frozen objects are not among those that a collection examines.
        list_collectable(py, &mut set, polls)?;
        paused(py, |heap| read_collectable(heap, set, polls))
    })
}

fn read_collectable(heap: Still<'_, '_>, set: AddressSet, polls: &mut Polls) -> PyResult<Topology> {
    let index = set.finish();
    check_sizes(index.len(), 0)?;
    polls.ask()?;
    let referents = Referents::new();
    let mut rows = Rows::new(&index).map_err(no_memory)?;
    let mut objects = Growing::new(None);
    let mut counts = Vec::new();
    objects.try_reserve_exact(index.len()).map_err(no_memory)?;
    counts.try_reserve_exact(index.len()).map_err(no_memory)?;
    index.iter().try_for_each(|address| {
        // SAFETY: the addresses are those of live objects.
        let object = unsafe { heap.at(address) };
        // A suspended greenlet takes no part up to 3.14.
        counts.push(match takes_part_in_collection(object) {
            true => reference_count(object),
            false => UNKNOWN,
        });
        objects.push(object);
        referents.see_shown(object, &mut rows);
        rows.end_row();
        polls.step()
    })?;
    let references = rows.finish().map_err(no_memory)?;
    polls.ask()?;
    // SAFETY: as above.
    let seen = index.iter().map(|address| unsafe { heap.at(address) });
    forget_unsure(seen, &references, &mut counts);
    check_sizes(index.len(), references.heads.len())?;
    Topology::new(objects.into_held(), references, counts.into())
}
