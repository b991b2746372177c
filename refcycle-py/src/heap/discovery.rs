//! Finds everything that can be reached from given objects.

use std::collections::TryReserveError;

use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::interrupts::{Interrupted, Polls};
use super::prefetch::{for_each_ahead, prefetch};
use super::referents::Referents;
use super::topology::no_memory;
use super::traversal::ReferentSink;
use super::{Obj, Still};

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
        match self.failed {
            None => Ok(self.found),
            Some(error) => Err(no_memory(error)),
        }
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
