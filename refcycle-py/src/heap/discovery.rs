//! Finds everything that can be reached from given objects.

use std::collections::TryReserveError;
use std::convert::Infallible;

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::interrupts::{Interrupted, Polls};
use super::prefetch::{for_each_ahead, prefetch};
use super::referents::Referents;
use super::slices::{Between, SLICE, in_slices};
use super::topology::no_memory;
use super::traversal::ReferentSink;
use super::{Obj, Still, paused};

/// Follows references from object to object, and collects the objects that are new.
pub(super) struct Discovery<'s> {
    set: &'s mut AddressSet,
    /// Selects the objects that are wanted.
    wants: fn(Obj<'_>) -> bool,
    found: Vec<usize>,
    failed: Option<TryReserveError>,
}

impl<'s> Discovery<'s> {
    pub(super) fn new(set: &'s mut AddressSet, wants: fn(Obj<'_>) -> bool) -> Self {
        Self {
            set,
            wants,
            found: Vec::new(),
            failed: None,
        }
    }

    /// Adds `start`, and everything that can be reached from it, from `known` and from the objects
    /// already in the set, to the set. Returns the objects that are new, `start` first. Running
    /// frames are not followed: they are already known.
    pub(super) fn run(
        mut self,
        heap: Still<'_, '_>,
        known: &[usize],
        start: &[usize],
        polls: &mut Polls,
    ) -> PyResult<Vec<usize>> {
        let referents = Referents::new().with_keys();
        start.iter().for_each(|&address| self.see(address));
        for_each_ahead(
            known.iter().copied(),
            prefetch,
            // SAFETY: the set contains only addresses of live objects.
            |address| referents.prefetch(unsafe { heap.at(address) }),
            |address| {
                polls.step()?;
                // SAFETY: as above.
                referents.see(unsafe { heap.at(address) }, false, &mut self);
                Ok::<_, Interrupted>(())
            },
        )?;
        let mut next = 0;
        while let Some(&address) = self.found.get(next) {
            next += 1;
            polls.step()?;
            // SAFETY: `see` has found it alive.
            referents.see(unsafe { heap.at(address) }, false, &mut self);
        }
        self.failed
            .map_or(Ok(self.found), |error| Err(no_memory(error)))
    }

    /// The same in slices; objects that have been found are held from then on. `start` finds the
    /// first ones among some of the known objects, which the caller holds. If these are `complete`,
    /// their references lead to no others.
    pub(super) fn run_in_slices(
        mut self,
        py: Python<'_>,
        known: &[usize],
        complete: bool,
        start: impl Fn(Still<'_, '_>, &[usize]) -> Vec<usize> + Sync,
        between: Between<'_>,
    ) -> PyResult<Vec<Py<PyAny>>> {
        let referents = Referents::new().with_keys();
        let mut held = Vec::new();
        in_slices(known, between, |part| {
            paused(py, |heap| {
                let found = start(heap, part).into_iter();
                found.for_each(|address| self.see(address));
                self.hold_new(heap, &mut held)
            })
        })?;
        let followed = if complete { &[] } else { known };
        in_slices(followed, between, |part| {
            paused(py, |heap| {
                for_each_ahead::<Infallible>(
                    part.iter().copied(),
                    prefetch,
                    // SAFETY: the caller holds the objects.
                    |address| referents.prefetch(unsafe { heap.at(address) }),
                    |address| {
                        // SAFETY: as above.
                        referents.see(unsafe { heap.at(address) }, false, &mut self);
                        Ok(())
                    },
                )
                .unwrap_or_else(|never| match never {});
                self.hold_new(heap, &mut held)
            })
        })?;
        let mut next = 0;
        while next < held.len() {
            if next > 0 {
                between()?;
            }
            let part = next..held.len().min(next + SLICE);
            next = part.end;
            paused(py, |heap| {
                for number in part {
                    // SAFETY: it is held.
                    referents.see(unsafe { heap.at(self.found[number]) }, false, &mut self);
                }
                self.hold_new(heap, &mut held)
            })?;
        }
        Ok(held)
    }

    /// Takes references to what has been found in this pause.
    fn hold_new(&mut self, heap: Still<'_, '_>, held: &mut Vec<Py<PyAny>>) -> PyResult<()> {
        if let Some(error) = self.failed.take() {
            return Err(no_memory(error));
        }
        let new = &self.found[held.len()..];
        held.try_reserve(new.len()).map_err(no_memory)?;
        // SAFETY: `see` has found them alive in this pause.
        held.extend(
            new.iter()
                .map(|&address| unsafe { heap.at(address) }.hold()),
        );
        Ok(())
    }
}

impl ReferentSink for Discovery<'_> {
    fn see(&mut self, address: usize) {
        let mut see = || {
            if self.set.contains(address) {
                return Ok(());
            }
            // SAFETY: a live object shows only live objects, or objects with a reference count of
            // zero that wait in a free list.
            let object = unsafe { Obj::if_alive(address as *mut pyo3::ffi::PyObject) };
            if object.is_some_and(self.wants) && self.set.insert(address)? {
                self.found.try_reserve(1)?;
                self.found.push(address);
            }
            Ok(())
        };
        if let Err(error) = see() {
            self.failed = Some(error);
        }
    }

    fn has_seen(&mut self, _address: usize) -> bool {
        false
    }
}
