//! Everything that can be reached from some objects.

use std::collections::TryReserveError;

use super::address_index::AddressSet;
use super::referents::Referents;
use super::traversal::ReferentSink;
use super::{Obj, Still};

/// Goes from object to object, and notes those that are new.
pub(super) struct Discovery<'s> {
    set: &'s mut AddressSet,
    /// Which objects are wanted.
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

    /// Puts `start`, and everything that can be reached from it and from what is `known`
    /// and in the set already, into the set. Returns what is new, `start` first. Running
    /// frames are not followed: they are known.
    pub(super) fn run(
        mut self,
        heap: Still<'_, '_>,
        known: &[usize],
        start: &[usize],
    ) -> Result<Vec<usize>, TryReserveError> {
        let referents = Referents::new().with_keys();
        start.iter().for_each(|&address| self.see(address));
        for &address in known {
            // SAFETY: an address in the set is that of a live object.
            referents.see(unsafe { heap.at(address) }, false, &mut self);
        }
        let mut next = 0;
        while let Some(&address) = self.found.get(next) {
            next += 1;
            // SAFETY: `see` has found it alive.
            referents.see(unsafe { heap.at(address) }, false, &mut self);
        }
        match self.failed {
            None => Ok(self.found),
            Some(error) => Err(error),
        }
    }
}

impl ReferentSink for Discovery<'_> {
    fn see(&mut self, address: usize) {
        let mut see = || {
            if self.set.contains(address) {
                return Ok(());
            }
            // SAFETY: a live object shows only what is alive, or waits to be used again with a
            // count of zero.
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
