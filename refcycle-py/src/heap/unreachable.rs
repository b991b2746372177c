//! The objects that the collector would find to be garbage, without running a collection.

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::enumerate::list_collectable;
use super::gc_pause::GcPause;
use super::interrupts::{Interrupted, Polls, interruptible};
use super::object::takes_part_in_collection;
use super::refcounts::{forget_unsure, reference_count};
use super::referents::Referents;
use super::rows::{References, Rows};
use super::topology::{UNKNOWN, check_sizes, no_memory};
use super::{Still, memory, paused};

/// The objects to which only garbage refers: tracked objects that cannot be reached from an object
/// that has a reference from elsewhere. This is the collector's algorithm, but nothing is changed.
///
/// # Cost
/// One pass over the heap and one over its references: about the time of a collection.
pub(crate) fn unreachable(py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
    memory::ask(AddressSet::EMPTY)?;
    interruptible(py, |polls| {
        let _gc_pause = GcPause::new(py);
        let mut set = AddressSet::new();
        // Frozen objects are not among those that a collection examines.
        list_collectable(py, &mut set)?;
        paused(py, |heap| unreachable_among(heap, set, polls))
    })
}

/// The objects in a set to which only garbage refers.
fn unreachable_among(
    heap: Still<'_, '_>,
    set: AddressSet,
    polls: &mut Polls,
) -> PyResult<Vec<Py<PyAny>>> {
    let index = set.finish();
    check_sizes(index.len(), 0)?;
    polls.ask()?;
    let referents = Referents::new();
    let mut rows = Rows::new(&index).map_err(no_memory)?;
    let mut counts = Vec::new();
    counts.try_reserve_exact(index.len()).map_err(no_memory)?;
    index.iter().try_for_each(|address| {
        // SAFETY: the addresses are those of live objects.
        let object = unsafe { heap.at(address) };
        // What takes no part in collection, as a suspended greenlet up to 3.14, is kept, and keeps
        // what it refers to.
        let is_collected = takes_part_in_collection(object);
        counts.push(if is_collected {
            reference_count(object)
        } else {
            UNKNOWN
        });
        referents.see_shown(object, &mut rows);
        rows.end_row();
        polls.step()
    })?;
    polls.ask()?;
    let references = rows.finish().map_err(no_memory)?;
    polls.ask()?;
    // SAFETY: as above.
    let seen = index.iter().map(|address| unsafe { heap.at(address) });
    forget_unsure(seen, &references, &mut counts);
    check_sizes(index.len(), references.heads.len())?;
    // For each object: a mark, an entry in the work list, and an entry in the result.
    memory::ask((1 + 3 * 4 + 3 * 8) * index.len())?;
    let is_reached = reached(&references, counts, polls)?;
    let found = index
        .iter()
        .zip(&is_reached)
        .filter(|&(_, &reached)| !reached);
    // SAFETY: as above.
    let found = found.map(|(address, _)| unsafe { heap.at(address) }.hold());
    Ok(found.collect())
}

/// Which objects can be reached from an object whose count exceeds the references from the others.
fn reached(
    references: &References,
    mut counts: Vec<u32>,
    polls: &mut Polls,
) -> Result<Vec<bool>, Interrupted> {
    let mut uncounted = references
        .uncounted
        .iter()
        .map(|&edge| edge as usize)
        .peekable();
    for (edge, &head) in references.heads.iter().enumerate() {
        let count = &mut counts[head as usize];
        if uncounted.next_if_eq(&edge).is_none() && *count != UNKNOWN {
            *count = count.saturating_sub(1);
        }
        polls.step()?;
    }
    let mut is_reached: Vec<_> = counts.iter().map(|&count| count > 0).collect();
    let starts = (0..counts.len()).filter(|&v| is_reached[v]);
    let mut waiting: Vec<_> = starts.collect();
    while let Some(v) = waiting.pop() {
        polls.step()?;
        let row = references.offsets[v] as usize..references.offsets[v + 1] as usize;
        for &head in &references.heads[row] {
            let head = head as usize;
            if !is_reached[head] {
                is_reached[head] = true;
                waiting.push(head);
            }
        }
    }
    Ok(is_reached)
}
