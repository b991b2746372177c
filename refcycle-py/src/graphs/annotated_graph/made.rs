//! Python objects for numbered things, made when they are asked for.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use rustc_hash::FxHashMap;

use super::super::annotated_parts::Part;
use crate::heap::{is_shared, memory};

/// Objects by their numbers.
///
/// An object stays the same for as long as somebody holds it. One that has been changed stays
/// for good. Others are released when there are twice as many as were in use the last time, so
/// that a loop over millions leaves few.
pub(super) struct Made<T>(Mutex<Objects<T>>);

struct Objects<T> {
    by_number: FxHashMap<u32, Py<T>>,
    limit: usize,
}

/// So many objects are never too many.
const FEW: usize = 1024;

/// A place in the table, of which up to half are free, beside the table that it replaces.
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
    /// No Python code runs and no object is made while the lock is held: a collection, or a
    /// finalizer, could ask for an object too.
    fn objects(&self) -> MutexGuard<'_, Objects<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The object with this number, if it has been made and not been released.
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
        // Making it may have run code that asked for the same.
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
        // What is not shown counts as in use.
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
    /// Where there are too many objects, takes out those that nobody else has.
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

/// One whose attribute is being set counts as changed.
fn is_changed<T: PyClass + Part>(object: &Bound<'_, T>) -> bool {
    object
        .try_borrow()
        .map_or(true, |object| object.is_changed())
}
