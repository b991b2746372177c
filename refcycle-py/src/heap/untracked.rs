//! References that no object of a graph shows: those of objects that are not in the graph, because
//! the collector does not track them, and those that objects keep to themselves.

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::discovery::Discovery;
use super::hidden_casts::cast_tables;
use super::hidden_code::hidden_code;
use super::interrupts::{Polls, interruptible};
use super::referents::Referents;
use super::topology::no_memory;
use super::traversal::ReferentList;
use super::types::is_exact_atom;
use super::unshown::{UnshownPlace, UnshownSearch};
use super::wanted::WantedAddresses;
use super::{Held, is_tracked, memory, paused};

/// References to wanted objects.
#[derive(Default)]
pub(crate) struct HiddenReferences {
    /// The untracked objects that show references to wanted objects and can be reached from the
    /// graph through untracked objects only, each with the addresses of these wanted objects.
    pub(crate) untracked: Vec<(Py<PyAny>, Vec<usize>)>,
    /// The addresses of the wanted types that instances hold without showing them, each with the
    /// number of instances, but no more than its unexplained references.
    pub(crate) types: Vec<(usize, u32)>,
    /// Other references that an object of either kind does not show, in the order of certainty.
    pub(crate) unshown: Vec<UnshownReference>,
}

/// A reference that an object holds and does not show.
pub(crate) struct UnshownReference {
    pub(crate) holder: Py<PyAny>,
    /// The address of the object that it holds.
    pub(crate) target: usize,
    pub(crate) place: UnshownPlace,
    /// Whether the object has no more such places than unexplained references.
    pub(crate) is_certain: bool,
}

/// The references that no object of the graph shows to objects of `wanted`, whose numbers are those
/// of their unexplained references: 0 if all of those that come from outside are explained. Objects
/// without references from outside are not in `wanted`.
pub(crate) fn hidden_references(
    py: Python<'_>,
    objects: &Held,
    wanted: &WantedAddresses,
) -> PyResult<HiddenReferences> {
    if wanted.is_empty() {
        return Ok(HiddenReferences::default());
    }
    memory::ask(2 * AddressSet::EMPTY)?;
    interruptible(py, |polls| find(py, objects, wanted, polls))
}

fn find(
    py: Python<'_>,
    objects: &Held,
    wanted: &WantedAddresses,
    polls: &mut Polls,
) -> PyResult<HiddenReferences> {
    let (mut set, mut outside) = (AddressSet::new(), AddressSet::new());
    for object in objects {
        set.insert(object.as_ptr() as usize).map_err(no_memory)?;
    }
    paused(py, |heap| {
        // Only such graphs show all that is reachable.
        let has_untracked = objects.iter().any(|object| !is_tracked(heap.see(object)));
        let known = set.addresses().map_err(no_memory)?;
        let mut hidden = hidden_code(heap, &known);
        hidden.extend(cast_tables(heap, &known));
        // Most untracked objects refer to nothing.
        let found = Discovery::new(&mut set, |object| {
            !is_exact_atom(object) && !is_tracked(object)
        })
        .run(heap, &known, &hidden, polls)?;
        let mut hidden = HiddenReferences::default();
        let mut search = UnshownSearch::new(wanted, has_untracked);
        let referents = Referents::new();
        for &address in &found {
            polls.step()?;
            // SAFETY: the discovery has found it alive.
            let object = unsafe { heap.at(address) };
            let mut seen = ReferentList::default();
            referents.see(object, false, &mut seen);
            seen.0.retain(|&referent| wanted.wants(referent));
            seen.0.iter().for_each(|&referent| search.count(referent));
            if !seen.0.is_empty() {
                hidden.untracked.push((object.hold(), seen.0));
            }
        }
        let all = || {
            let addresses = known.iter().chain(&found);
            // SAFETY: the graph holds its objects, and the discovery has found the others alive.
            addresses.map(|&address| unsafe { heap.at(address) })
        };
        for object in all() {
            polls.step()?;
            search.look_at(object);
        }
        if search.needs_check() {
            for &address in &found {
                outside.insert(address).map_err(no_memory)?;
            }
            let is_in_graph = |address| set.contains(address) && !outside.contains(address);
            for object in all() {
                polls.step()?;
                search.check(object, is_in_graph);
            }
        }
        hidden.types = search.hidden_types();
        let mut unshown = search.into_found();
        unshown.sort_by_key(|(found, is_certain)| {
            (matches!(found.place, UnshownPlace::Field(_)), !is_certain)
        });
        let unshown = unshown
            .into_iter()
            .map(|(found, is_certain)| UnshownReference {
                holder: found.holder.hold(),
                target: found.target,
                place: found.place,
                is_certain,
            });
        hidden.unshown = unshown.collect();
        Ok(hidden)
    })
}
