//! The graph of the whole heap.

use std::time::{Duration, Instant};

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::discovery::Discovery;
use super::enumerate::enumerate_tracked;
use super::frames::running_frames;
use super::frozen::Frozen;
use super::gc_pause::NoCollection;
use super::half_built::{self, Suspects};
use super::prefetch::{for_each_ahead, prefetch};
use super::refcounts::{forget_unsure, reference_count, without};
use super::referents::Referents;
use super::rows::Rows;
use super::topology::{check_sizes, no_memory};
use super::{Reading, Still, Topology};
use crate::memory;

/// Every object that the collector tracks, and the frames that are running, with the
/// references between them; the objects in the order of their addresses. With
/// `untracked` also what can be reached from them.
///
/// # Cost
/// One pass over the objects (two with `untracked`): a fraction of a collection. At the
/// peak 16 bytes an object and 4 a reference, besides a page table of a few bytes an
/// object.
pub(crate) fn snapshot_topology(py: Python<'_>, untracked: bool) -> PyResult<Topology> {
    let started = Instant::now();
    memory::ask(AddressSet::EMPTY)?;
    // An allocation could start a collection, and so finalizers.
    let _no_collection = NoCollection::new(py);
    let frames = running_frames(py)?;
    let mut running: Vec<_> = frames
        .iter()
        .map(|running| (running.frame.as_ptr() as usize, running.thread))
        .collect();
    running.sort_unstable();
    let frozen = Frozen::new(py)?;
    let mut set = AddressSet::new();
    // From here on the addresses are good only as long as nothing moves.
    enumerate_tracked(py, &mut set)?;
    let heap = Still::new(py);
    let frozen_count = frozen.count;
    let frozen_unseen = frozen.recover(heap, &mut set).map_err(no_memory)?;
    for &(frame, _) in &running {
        set.insert(frame).map_err(no_memory)?;
    }
    if untracked {
        let known = set.addresses().map_err(no_memory)?;
        Discovery::new(&mut set, |_| true)
            .run(heap, &known, &[])
            .map_err(no_memory)?;
    }
    let index = set.finish();
    check_sizes(index.len(), 0)?;
    let mut frames_ahead = running.iter().map(|&(frame, _)| frame).peekable();

    let referents = if untracked {
        Referents::new().with_keys()
    } else {
        Referents::new()
    };
    let mut rows = Rows::new(&index).map_err(no_memory)?;
    let mut objects: Vec<Py<PyAny>> = Vec::new();
    let mut counts = Vec::new();
    objects.try_reserve_exact(index.len()).map_err(no_memory)?;
    counts.try_reserve_exact(index.len()).map_err(no_memory)?;
    let mut suspects = Suspects::default();
    let header = prefetch;
    // SAFETY: as below.
    let body = |address| referents.prefetch(unsafe { heap.at(address) });
    for_each_ahead(index.iter(), header, body, |address| {
        // SAFETY: the addresses are those of live objects.
        let object = unsafe { heap.at(address) };
        let is_running = frames_ahead.next_if_eq(&address).is_some();
        let count = without(reference_count(object), u32::from(is_running));
        suspects.look_at(object, counts.len(), count);
        counts.push(count);
        objects.push(object.hold(py).unbind());
        if untracked {
            referents.see(object, is_running, &mut rows);
        } else {
            referents.see_tracked(object, is_running, &mut rows);
        }
        rows.end_row();
    });
    let references = rows.finish().map_err(no_memory)?;
    let seen = objects.iter().map(|object| heap.see_held(object));
    forget_unsure(seen, &references, &mut counts);
    let suspects = suspects.without_constants(heap, &index)?;
    drop(index);
    check_sizes(objects.len(), references.heads.len())?;
    let before = objects.len();
    let (objects, references, counts) = half_built::let_go(objects, references, counts, &suspects)?;
    let reading = Reading {
        frozen: frozen_count,
        frozen_unseen,
        let_go: before - objects.len(),
        untracked,
        running: running.into(),
        pause: Duration::ZERO,
    };
    let mut topology = Topology::new(objects.into(), references, counts.into())?;
    topology.reading = Some(Reading {
        pause: started.elapsed(),
        ..reading
    });
    Ok(topology)
}
