//! References that no object of a graph shows: those of objects that are not in the graph, because
//! the collector does not track them, and those that objects keep to themselves.

use std::collections::TryReserveError;

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::discovery::Discovery;
use super::hidden_casts::cast_tables;
use super::hidden_code::hidden_code;
use super::prefetch::prefetch;
use super::referents::Referents;
use super::slices::{Between, detached, in_slices};
use super::topology::no_memory;
use super::traversal::ReferentList;
use super::types::is_exact_atom;
use super::unshown::{UnshownPlace, UnshownSearch};
use super::wanted::WantedAddresses;
use super::{Held, Obj, Still, is_tracked, memory, paused};

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
///
/// The heap is read in slices, and need not be as it was when the graph was made. `complete` is
/// whether the graph had all objects that can be reached from its own.
pub(crate) fn hidden_references(
    py: Python<'_>,
    objects: &Held,
    complete: bool,
    wanted: &WantedAddresses,
    between: Between<'_>,
) -> PyResult<HiddenReferences> {
    if wanted.is_empty() {
        return Ok(HiddenReferences::default());
    }
    memory::ask(2 * AddressSet::EMPTY)?;
    let count = objects.len();
    let (mut set, known) = detached(py, count, || known(objects)).map_err(no_memory)?;
    let mut has_untracked = false;
    in_slices(objects, between, |part| {
        // Only such graphs show all that is reachable.
        has_untracked = has_untracked
            || paused(py, |heap| {
                heap.see_all(part).any(|object| !is_tracked(object))
            });
        Ok(())
    })?;
    let start = |heap: Still<'_, '_>, part: &[usize]| {
        let mut hidden = hidden_code(heap, part);
        hidden.extend(cast_tables(heap, part));
        hidden
    };
    // Most untracked objects refer to nothing.
    let may_refer = |object: Obj<'_>| !is_exact_atom(object) && !is_tracked(object);
    let found =
        Discovery::new(&mut set, may_refer).run_in_slices(py, &known, complete, start, between)?;
    let mut hidden = HiddenReferences::default();
    let mut search = UnshownSearch::new(wanted, has_untracked);
    let referents = Referents::new();
    in_slices(&found, between, |part| {
        paused(py, |heap| {
            let mut seen = ReferentList::default();
            for object in heap.see_all(part) {
                seen.0.clear();
                referents.see(object, false, &mut seen);
                seen.0.retain(|&referent| wanted.wants(referent));
                seen.0.iter().for_each(|&referent| search.count(referent));
                if !seen.0.is_empty() {
                    hidden.untracked.push((object.hold(), seen.0.clone()));
                }
            }
        });
        Ok(())
    })?;
    for_all(py, &known, &found, between, |object| search.look_at(object))?;
    if search.needs_check() {
        let (graph, _) = detached(py, count, || self::known(objects)).map_err(no_memory)?;
        let is_in_graph = |address| graph.contains(address);
        let check = |object: Obj<'_>| search.check(object, is_in_graph);
        for_all(py, &known, &found, between, check)?;
    }
    hidden.types = search.hidden_types();
    let unshown = search.into_found().into_iter();
    let unshown = unshown.map(|(found, is_certain)| UnshownReference {
        holder: found.holder,
        target: found.target,
        place: found.place,
        is_certain,
    });
    hidden.unshown = unshown.collect();
    Ok(hidden)
}

/// The addresses of objects, as a set and as a list.
fn known(objects: &Held) -> Result<(AddressSet, Vec<usize>), TryReserveError> {
    let mut set = AddressSet::new();
    for object in objects {
        set.insert(object.as_ptr() as usize)?;
    }
    let addresses = set.addresses()?;
    Ok((set, addresses))
}

/// How many objects ahead memory is prefetched.
const AHEAD: usize = 16;

/// Shows the objects of the graph, which are held, and those that were found.
fn for_all(
    py: Python<'_>,
    known: &[usize],
    found: &[Py<PyAny>],
    between: Between<'_>,
    mut see: impl FnMut(Obj<'_>) + Send,
) -> PyResult<()> {
    in_slices(known, between, |part| {
        paused(py, |heap| {
            for (number, &address) in part.iter().enumerate() {
                if let Some(&later) = part.get(number + AHEAD) {
                    prefetch(later);
                }
                // SAFETY: the graph holds it.
                see(unsafe { heap.at(address) });
            }
        });
        Ok(())
    })?;
    in_slices(found, between, |part| {
        paused(py, |heap| {
            heap.see_all(part).for_each(&mut see);
        });
        Ok(())
    })
}
