//! Python objects for numbered items, created on demand.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use rustc_hash::FxHashMap;

use super::super::annotated_parts::Part;
use crate::heap::{is_shared, memory};

/// Objects by their numbers.
///
/// As long as something holds an object, it stays the same. An object that has been changed is
/// kept forever. The others are released when there are twice as many as were in use the last
/// time, so a loop over millions leaves only a few.
pub(super) struct Made<T>(Mutex<Objects<T>>);

struct Objects<T> {
    by_number: FxHashMap<u32, Py<T>>,
    limit: usize,
}

/// Up to this number of objects, none are released.
const FEW: usize = 1024;

/// A slot of the table, up to half of which are free, and of the table that it replaces.
const PLACE: usize = 60;

impl<T> Default for Made<T> {
    fn default() -> Self {
        Self(Mutex::new(Objects {
            by_number: FxHashMap::default(),
            limit: FEW,
        }))
    }
}

impl<T: PyClass + Part> Made<T> {
    /// While the lock is held, no Python code runs and no object is created: a collection, or a
    /// finalizer, could request an object too.
    fn objects(&self) -> MutexGuard<'_, Objects<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The object with this number, if it has been created and not been released.
    pub(super) fn known<'py>(&self, py: Python<'py>, number: u32) -> Option<Bound<'py, T>> {
        let objects = self.objects();
        let known = objects.by_number.get(&number);
        known.map(|object| object.bind(py).clone())
    }

    /// The object with this number.
    pub(super) fn get<'py>(
        &self,
        py: Python<'py>,
        number: u32,
        make: impl FnOnce() -> PyResult<Py<T>>,
    ) -> PyResult<Bound<'py, T>> {
        if let Some(known) = self.known(py, number) {
            return Ok(known);
        }
        memory::room_for(self.growth())?;
        let new = make()?;
        let mut objects = self.objects();
        let unused = objects.take_unused(py);
        // Creating it may have run code that requested the same object.
        let object = objects.by_number.entry(number).or_insert(new);
        let object = object.bind(py).clone();
        drop(objects);
        drop(unused);
        Ok(object)
    }

    /// The bytes that the table needs for one more object.
    fn growth(&self) -> usize {
        let table = &self.objects().by_number;
        match table.len() < table.capacity() {
            true => 0,
            false => PLACE * table.len(),
        }
    }

    /// The objects that have been changed.
    pub(super) fn changed<'py>(&self, py: Python<'py>) -> FxHashMap<u32, Bound<'py, T>> {
        let objects = self.objects();
        let changed = objects
            .by_number
            .iter()
            .filter(|(_, object)| is_changed(object.bind(py)));
        let changed = changed.map(|(&number, object)| (number, object.bind(py).clone()));
        changed.collect()
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        // Objects that are not shown to the collector count as in use.
        let Ok(objects) = self.0.try_lock() else {
            return Ok(());
        };
        objects
            .by_number
            .values()
            .try_for_each(|object| visit.call(object))
    }
}

impl<T: PyClass + Part> Objects<T> {
    /// If there are too many objects, removes those that nothing else holds.
    fn take_unused(&mut self, py: Python<'_>) -> Vec<Py<T>> {
        if self.by_number.len() < self.limit {
            return Vec::new();
        }
        let unused = self
            .by_number
            .extract_if(|_, object| !is_shared(py, object) && !is_changed(object.bind(py)));
        let unused = unused.map(|(_, object)| object).collect();
        self.limit = (2 * self.by_number.len()).max(FEW);
        unused
    }
}

/// An object counts as changed while one of its attributes is being set.
fn is_changed<T: PyClass + Part>(object: &Bound<'_, T>) -> bool {
    object
        .try_borrow()
        .map_or(true, |object| object.is_changed())
}
