//! Graphs of some objects: given ones, or those that can be reached from one.

use std::collections::TryReserveError;

use pyo3::ffi;
use pyo3::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::address_index::{AddressIndex, AddressSet};
use super::buffer_vertices::add_buffers;
use super::gc::get_freeze_count;
use super::gc_pause::GcPause;
use super::greenlet_type::look_for_greenlets;
use super::interned::drop_entries;
use super::interrupts::{Polls, interruptible};
use super::native::is_buffer;
use super::prefetch::prefetch;
use super::refcounts::{forget_unsure, reference_count, without};
use super::referents::Referents;
use super::rows::{References, Rows};
use super::slices::{Between, in_slices};
use super::standing_frames::suspended_frames_of_all;
use super::topology::{UNKNOWN, check_sizes, no_memory};
use super::traversal::ReferentSink;
use super::{Held, Obj, Still, Topology, memory, paused};

/// Which keys of dicts are referents.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Those that a traversal shows: all of a dict in which one is not a string.
    Shown,
    All,
}

/// All objects that can be reached from an object. The object comes first. Other threads run after
/// the objects have been read, while they are numbered.
pub(crate) fn reachable(
    py: Python<'_>,
    start: &Bound<'_, PyAny>,
    keys: Keys,
    between: Between<'_>,
) -> PyResult<Topology> {
    memory::ask(AddressSet::EMPTY)?;
    let start = start.as_unbound();
    let (reached, objects, mut counts) = interruptible(py, |polls| {
        see_greenlets(py)?;
        paused(py, |heap| {
            let start = heap.see(start).address();
            let referents = match keys {
                Keys::Shown => Referents::new(),
                Keys::All => Referents::new().with_keys(),
            };
            let reached = Reached::from(heap, start, referents, polls)?;
            check_sizes(reached.found.len(), reached.shown.len())?;
            let (objects, counts) = reached.hold(heap, polls)?;
            PyResult::Ok((reached, Held::from(objects), counts))
        })
    })?;
    let mut references = reached.numbered(between)?;
    paused(py, |heap| {
        let seen = objects.iter().map(|object| heap.see(object));
        let is_immortal = |number| counts[number] == UNKNOWN;
        drop_entries(seen.clone(), is_immortal, &mut references);
        forget_unsure(seen, &references, &mut counts);
    });
    let topology = Topology::new(objects, references, counts.into())?;
    add_buffers(py, topology)
}

/// Looks for greenlets, and makes the frame objects that they may lack before 3.12.
fn see_greenlets(py: Python<'_>) -> PyResult<()> {
    look_for_greenlets(py);
    if cfg!(all(Py_3_11, not(Py_3_12))) {
        let _gc_pause = GcPause::new(py);
        suspended_frames_of_all(py, get_freeze_count(py)?, None)?;
    }
    Ok(())
}

/// How many objects ahead memory is prefetched.
const AHEAD: usize = 8;

/// What was reached, and all that it showed. With one traversal, as what is shown is kept
/// until everything has a number.
struct Reached {
    set: AddressSet,
    found: Vec<usize>,
    shown: Vec<usize>,
    /// The index in `shown` where the row of each object starts, and the end of the last row.
    offsets: Vec<u32>,
    uncounted: Vec<u32>,
    failed: Option<TryReserveError>,
}

impl Reached {
    fn from(
        heap: Still<'_, '_>,
        start: usize,
        referents: Referents,
        polls: &mut Polls,
    ) -> PyResult<Self> {
        let mut reached = Self {
            set: AddressSet::new(),
            found: vec![start],
            shown: Vec::new(),
            offsets: vec![0],
            uncounted: Vec::new(),
            failed: None,
        };
        reached.set.insert(start).map_err(no_memory)?;
        let mut next = 0;
        while let Some(&address) = reached.found.get(next) {
            if let Some(&later) = reached.found.get(next + 2 * AHEAD) {
                prefetch(later);
            }
            if let Some(&later) = reached.found.get(next + AHEAD) {
                // SAFETY: it is the start's address or one that `note` found alive.
                referents.prefetch(unsafe { heap.at(later) });
            }
            // SAFETY: as above.
            referents.see(unsafe { heap.at(address) }, false, &mut reached);
            reached.offsets.try_reserve(1).map_err(no_memory)?;
            // The caller rejects a graph with too many edges.
            reached.offsets.push(reached.shown.len() as u32);
            next += 1;
            polls.step()?;
        }
        match reached.failed.take() {
            None => Ok(reached),
            Some(error) => Err(no_memory(error)),
        }
    }

    /// The objects that were found, with a reference to each, and their reference counts without it.
    fn hold(&self, heap: Still<'_, '_>, polls: &mut Polls) -> PyResult<(Vec<Py<PyAny>>, Vec<u32>)> {
        let (mut objects, mut counts) = (Vec::new(), Vec::new());
        let count = self.found.len();
        objects.try_reserve_exact(count).map_err(no_memory)?;
        counts.try_reserve_exact(count).map_err(no_memory)?;
        for (number, &address) in self.found.iter().enumerate() {
            if let Some(&later) = self.found.get(number + AHEAD) {
                prefetch(later);
            }
            // SAFETY: the addresses are the start's and those that `note` found alive.
            let object = unsafe { heap.at(address) };
            counts.push(reference_count(object));
            objects.push(object.hold());
            polls.step()?;
        }
        Ok((objects, counts))
    }

    /// The rows, with the numbers of the objects in the order of discovery. All of them are held.
    fn numbered(self, between: Between<'_>) -> PyResult<References> {
        let index = self.set.finish();
        let mut numbers = Vec::new();
        numbers
            .try_reserve_exact(self.found.len())
            .map_err(no_memory)?;
        numbers.resize(self.found.len(), 0);
        let mut first = 0;
        in_slices(&self.found, between, |part| {
            index.look_up_all(part, |number, rank, _| {
                numbers[rank as usize] = (first + number) as u32;
            });
            first += part.len();
            Ok(())
        })?;
        drop(self.found);
        let mut heads = Vec::new();
        heads
            .try_reserve_exact(self.shown.len())
            .map_err(no_memory)?;
        in_slices(&self.shown, between, |part| {
            index.look_up_all(part, |_, rank, _| heads.push(numbers[rank as usize]));
            Ok(())
        })?;
        Ok(References {
            offsets: self.offsets,
            heads,
            uncounted: self.uncounted,
        })
    }

    fn note(&mut self, address: usize) -> Result<(), TryReserveError> {
        // SAFETY: a live object shows only live objects, or objects with a reference count of zero
        // that wait in a free list.
        let object = unsafe { Obj::if_alive(address as *mut ffi::PyObject) };
        // The buffers of another graph are no part of this one.
        if object.is_none_or(is_buffer) {
            return Ok(());
        }
        self.shown.try_reserve(1)?;
        self.shown.push(address);
        if self.set.insert(address)? {
            self.found.try_reserve(1)?;
            self.found.push(address);
        }
        Ok(())
    }
}

impl ReferentSink for Reached {
    #[inline]
    fn see(&mut self, address: usize) {
        if let Err(error) = self.note(address) {
            self.failed = Some(error);
        }
    }

    fn see_uncounted(&mut self, address: usize) {
        let edge = self.shown.len();
        self.see(address);
        if self.shown.len() > edge {
            self.uncounted.push(edge as u32);
        }
    }

    fn has_seen(&mut self, address: usize) -> bool {
        let start = self.offsets.last().map_or(0, |&start| start as usize);
        self.shown[start..].contains(&address)
    }
}

/// The reference counts of objects, without the one reference that the graph holds to each.
fn counts<'h>(seen: impl Iterator<Item = Obj<'h>> + Clone, references: &References) -> Box<[u32]> {
    let count = |object| without(reference_count(object), 1);
    let mut counts: Box<[u32]> = seen.clone().map(count).collect();
    forget_unsure(seen, references, &mut counts);
    counts
}

fn rows_of<'h>(
    index: &AddressIndex,
    mut objects: impl Iterator<Item = Obj<'h>>,
    polls: &mut Polls,
) -> PyResult<References> {
    let referents = Referents::new();
    let mut rows = Rows::new(index).map_err(no_memory)?;
    objects.try_for_each(|object| {
        referents.see(object, false, &mut rows);
        rows.end_row();
        polls.step()
    })?;
    let references = rows.finish().map_err(no_memory)?;
    check_sizes(index.len(), references.heads.len())?;
    Ok(references)
}

/// Distinguishes objects that occur for the first time from repeated ones.
pub(crate) struct Distinct(KnownAddresses);

enum KnownAddresses {
    /// For a small number of objects, a page table is larger than a hash table.
    Few(FxHashSet<usize>),
    Many(AddressSet),
}

impl Distinct {
    const FEW: usize = 4096;

    pub(crate) fn new() -> Self {
        Self(KnownAddresses::Few(FxHashSet::default()))
    }

    /// Whether an object occurs for the first time.
    pub(crate) fn is_new(&mut self, object: &Bound<'_, PyAny>) -> PyResult<bool> {
        let address = object.as_ptr() as usize;
        match &mut self.0 {
            KnownAddresses::Few(few) => {
                let is_new = few.insert(address);
                if few.len() > Self::FEW {
                    memory::ask(AddressSet::EMPTY)?;
                    let mut many = AddressSet::new();
                    for &address in few.iter() {
                        many.insert(address).map_err(no_memory)?;
                    }
                    self.0 = KnownAddresses::Many(many);
                }
                Ok(is_new)
            }
            KnownAddresses::Many(many) => many.insert(address).map_err(no_memory),
        }
    }
}

/// The references between these objects. They are distinct, and the graph holds one reference to
/// each.
pub(crate) fn graph_of(py: Python<'_>, objects: Held, distinct: Distinct) -> PyResult<Topology> {
    memory::ask(40 * objects.len())?;
    look_for_greenlets(py);
    let index = match distinct.0 {
        KnownAddresses::Few(_) => None,
        KnownAddresses::Many(set) => Some(set.finish()),
    };
    let (references, counts) = interruptible(py, |polls| {
        paused(py, |heap| {
            let mut references = match &index {
                None => few_references(heap, &objects)?,
                Some(index) => references_in(heap, &objects, index, polls)?,
            };
            let seen = objects.iter().map(|object| heap.see(object));
            let is_immortal =
                |number: usize| reference_count(heap.see(&objects[number])) == UNKNOWN;
            drop_entries(seen.clone(), is_immortal, &mut references);
            let counts = counts(seen, &references);
            Ok((references, counts))
        })
    })?;
    Topology::new(objects, references, counts)
}

fn few_references<'env>(heap: Still<'_, 'env>, objects: &'env Held) -> PyResult<References> {
    struct Few {
        numbers: FxHashMap<usize, u32>,
        references: References,
        failed: Option<TryReserveError>,
    }

    impl ReferentSink for Few {
        fn see(&mut self, address: usize) {
            let Some(&number) = self.numbers.get(&address) else {
                return;
            };
            match self.references.heads.try_reserve(1) {
                Ok(()) => self.references.heads.push(number),
                Err(error) => self.failed = Some(error),
            }
        }

        fn see_uncounted(&mut self, address: usize) {
            let edge = self.references.heads.len();
            self.see(address);
            if self.references.heads.len() > edge {
                self.references.uncounted.push(edge as u32);
            }
        }

        fn has_seen(&mut self, address: usize) -> bool {
            let start = self.references.offsets.last().map_or(0, |&start| start);
            let row = &self.references.heads[start as usize..];
            let number = self.numbers.get(&address);
            number.is_some_and(|&number| row.contains(&number))
        }
    }

    let addresses = objects.iter().map(|object| heap.see(object).address());
    let mut few = Few {
        numbers: addresses.zip(0..).collect(),
        references: References {
            offsets: vec![0],
            ..References::default()
        },
        failed: None,
    };
    let referents = Referents::new();
    for object in objects {
        referents.see(heap.see(object), false, &mut few);
        if let Some(error) = few.failed {
            return Err(no_memory(error));
        }
        check_sizes(objects.len(), few.references.heads.len())?;
        few.references
            .offsets
            .push(few.references.heads.len() as u32);
    }
    Ok(few.references)
}

/// The references between these objects, whose addresses are in the index.
fn references_in<'env>(
    heap: Still<'_, 'env>,
    objects: &'env Held,
    index: &AddressIndex,
    polls: &mut Polls,
) -> PyResult<References> {
    check_sizes(index.len(), 0)?;
    // The rows are in the order of the objects, the heads are numbered in the order of the
    // addresses.
    let seen = objects.iter().map(|object| heap.see(object));
    let mut references = rows_of(index, seen.clone(), polls)?;
    let mut numbers = Vec::new();
    numbers.try_reserve_exact(index.len()).map_err(no_memory)?;
    numbers.resize(index.len(), 0);
    for (number, object) in seen.enumerate() {
        if let Some(rank) = index.get(object.address()) {
            numbers[rank as usize] = number as u32;
        }
    }
    for head in &mut references.heads {
        *head = numbers[*head as usize];
    }
    Ok(references)
}
