//! The graph of the whole heap.

use std::sync::OnceLock;
use std::time::Instant;

use pyo3::prelude::*;

use super::address_index::{AddressIndex, AddressSet};
use super::anchors::anchor;
use super::buffer_vertices::add_buffers;
use super::collector_lists::read_lists;
use super::discovery::Discovery;
use super::dump_fork::DumpFork;
use super::enumerate::{enumerate_tracked, list_tracked};
use super::frames::{FrameOfThread, remember_standing, running_frames};
use super::frozen::recover_frozen;
use super::gc::get_freeze_count;
use super::gc_pause::GcPause;
use super::half_built::{self, Suspects};
use super::held::Growing;
use super::interned::drop_entries;
use super::interrupts::{Interrupted, Polls, interruptible};
use super::native::{are_sizes_registered, is_buffer};
use super::own_frames::OwnFrames;
use super::prefetch::{for_each_ahead, prefetch};
use super::process_memory::ProcessMemory;
use super::refcounts::{forget_unsure, reference_count, without};
use super::referents::Referents;
use super::rows::{References, Rows};
use super::standing_frames::suspended_frames_of_all;
use super::table_sizes::{TableScan, TableSizes};
use super::topology::{UNKNOWN, check_sizes, no_memory};
use super::{Reading, Still, Topology, Uncaught, memory, paused};

/// The graph of all objects that the collector tracks and of all running frames, with the
/// references between them; the objects are in the order of their addresses. With `untracked`, also
/// all objects that can be reached from them.
///
/// # Cost
/// One pass over the objects (two with `untracked`): a fraction of the time of a collection. At the
/// peak, 16 bytes per object and 4 per reference, plus a page table of a few bytes per object, and 12
/// bytes for each container with a table of at least 512.
pub(crate) fn snapshot_topology(py: Python<'_>, untracked: bool) -> PyResult<Topology> {
    let topology = interruptible(py, |polls| read_heap(py, untracked, None, None, polls))?;
    add_buffers(py, topology)
}

/// The same for a dump: without the variables of refcycle's own running frames, and with the
/// exception that causes it, if one does. In a process that was forked for it, the objects are lent,
/// and the pages of most of them stay shared, unless code of the program may run there.
///
/// # Cost
/// That of [`snapshot_topology`].
pub(crate) fn dump_topology(
    py: Python<'_>,
    untracked: bool,
    uncaught: Option<Uncaught>,
) -> PyResult<Topology> {
    let fork = DumpFork::here(py).filter(|_| !are_sizes_registered());
    let uncaught = Some(uncaught);
    let topology = interruptible(py, |polls| read_heap(py, untracked, uncaught, fork, polls))?;
    add_buffers(py, topology)
}

fn read_heap(
    py: Python<'_>,
    untracked: bool,
    dump: Option<Option<Uncaught>>,
    fork: Option<DumpFork>,
    polls: &mut Polls,
) -> PyResult<Topology> {
    let started = Instant::now();
    // Before anything is allocated for the snapshot.
    let process = ProcessMemory::now(py)?;
    memory::ask(AddressSet::EMPTY)?;
    // An allocation could start a collection, which could run finalizers.
    let _gc_pause = GcPause::new(py);
    let frozen = get_freeze_count(py)?;
    let running = running_frames(py)?;
    let suspended = suspended_frames_of_all(py, frozen, fork)?;
    let mut own = match dump {
        Some(_) => OwnFrames::among(&running)?,
        None => OwnFrames::default(),
    };
    let address = |found: &FrameOfThread<'_>| found.frame.as_ptr() as usize;
    let frames = running.iter().chain(&suspended).map(address);
    let mut frames: Vec<_> = frames.collect();
    frames.sort_unstable();
    remember_standing(&frames);
    let running = running.iter().map(|found| (address(found), found.thread));
    let running: Box<[_]> = running.collect();
    // A file has the sizes of all objects.
    let scan = dump.is_none().then(|| TableScan::new(py));
    let how = How {
        untracked,
        fork,
        scan,
    };
    let mut set = AddressSet::new();
    let are_listed = fork.map_or(Ok(false), |fork| read_lists(py, fork, frozen, &mut set))?;
    if !are_listed {
        list_tracked(py, &mut set, polls)?;
    }
    let (read, frozen_unseen) = paused(py, |heap| {
        let frozen_unseen = find_objects(
            heap, &mut set, &frames, are_listed, frozen, untracked, polls,
        )?;
        let index = set.finish();
        let read = read_objects(heap, &index, &frames, &mut own, how, polls)?;
        PyResult::Ok((read, frozen_unseen))
    })?;
    let objects = read.objects.into_held();
    let mut topology = Topology::new(objects, read.references, read.counts.into())?;
    let own = topology.forget_own_references(&own.left_out())?;
    let uncaught = dump.flatten();
    // The exception holds its traceback, which is passed to hooks as well.
    if let Some(traceback) = uncaught.as_ref().and_then(|found| found.traceback) {
        topology.forget_external_references(traceback);
    }
    topology.reading = Some(Reading {
        own,
        uncaught,
        frozen,
        frozen_unseen,
        let_go: read.let_go,
        tables: read.tables,
        untracked,
        running,
        pause: started.elapsed(),
        memory: process,
        account: OnceLock::new(),
    });
    Ok(topology)
}

/// Adds the address of every object of the snapshot to the set, which may have those of the
/// collector's lists already. Returns how many frozen objects are missing from it.
fn find_objects(
    heap: Still<'_, '_>,
    set: &mut AddressSet,
    frames: &[usize],
    are_listed: bool,
    frozen: usize,
    untracked: bool,
    polls: &mut Polls,
) -> PyResult<usize> {
    if !are_listed {
        enumerate_tracked(heap, set, polls)?;
    }
    let frozen_unseen = recover_frozen(heap, frozen, set, polls)?;
    for &frame in frames {
        set.insert(frame).map_err(no_memory)?;
    }
    if untracked {
        let known = set.addresses().map_err(no_memory)?;
        Discovery::new(set, |object| !is_buffer(object)).run(heap, &known, &[], polls)?;
    }
    Ok(frozen_unseen)
}

/// How the objects are read.
struct How {
    untracked: bool,
    fork: Option<DumpFork>,
    scan: Option<TableScan>,
}

/// The data that was read from the heap.
struct Read {
    objects: Growing,
    references: References,
    counts: Vec<u32>,
    let_go: usize,
    tables: Option<TableSizes>,
}

/// Reads the objects in the index, and takes a reference to each, or lends it.
fn read_objects(
    heap: Still<'_, '_>,
    index: &AddressIndex,
    frames: &[usize],
    own: &mut OwnFrames,
    how: How,
    polls: &mut Polls,
) -> PyResult<Read> {
    let How {
        untracked,
        fork,
        mut scan,
    } = how;
    check_sizes(index.len(), 0)?;
    let mut frames_ahead = frames.iter().copied().peekable();
    let referents = match untracked {
        true => Referents::new().with_keys(),
        false => Referents::new(),
    };
    let mut rows = Rows::new(index).map_err(no_memory)?;
    let mut objects = Growing::new(fork);
    let mut counts = Vec::new();
    objects.try_reserve_exact(index.len()).map_err(no_memory)?;
    counts.try_reserve_exact(index.len()).map_err(no_memory)?;
    let mut suspects = Suspects::default();
    let header = prefetch;
    // SAFETY: the addresses are those of live objects.
    let body = |address| referents.prefetch(unsafe { heap.at(address) });
    for_each_ahead::<Interrupted>(index.iter(), header, body, |address| {
        // SAFETY: as above.
        let object = unsafe { heap.at(address) };
        let is_running = frames_ahead.next_if_eq(&address).is_some();
        let count = without(reference_count(object), u32::from(is_running));
        suspects.look_at(object, counts.len(), count);
        counts.push(count);
        objects.push(object);
        if let Some(scan) = &mut scan {
            scan.see(object);
        }
        if is_running && own.has(object) {
            own.see(heap, object, referents, &mut rows);
        } else if untracked {
            referents.see(object, is_running, &mut rows);
        } else {
            referents.see_tracked(object, is_running, &mut rows);
        }
        rows.end_row();
        polls.step()
    })?;
    let mut references = rows.finish().map_err(no_memory)?;
    // SAFETY: as above.
    let seen = || index.iter().map(|address| unsafe { heap.at(address) });
    let is_immortal = |number: usize| counts[number] == UNKNOWN;
    drop_entries(seen(), is_immortal, &mut references);
    forget_unsure(seen(), &references, &mut counts);
    let suspects = suspects.without_constants(heap, index)?;
    check_sizes(objects.len(), references.heads.len())?;
    if let Some(fork) = fork {
        anchor(heap, fork, index, frames, &references, &counts)?;
        if untracked {
            fork.lends_all();
        }
    }
    let before = objects.len();
    let (objects, references, counts) = half_built::let_go(objects, references, counts, &suspects)?;
    Ok(Read {
        let_go: before - objects.len(),
        tables: scan.and_then(TableScan::finish),
        objects,
        references,
        counts,
    })
}
