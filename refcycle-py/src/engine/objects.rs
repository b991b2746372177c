//! The vertices of a graph as Python objects.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::VertexId;
use refcycle_dot::dump::HeapDump;
use rustc_hash::FxHashMap;

use super::saved_object::{Saved, SavedObject};
use crate::border;
use crate::heap::{Held, attached, memory};

/// Objects that exist, or those of a file, which are created when they are asked for.
pub(super) enum Objects {
    Held(Held),
    Saved(Box<SavedObjects>),
}

/// All objects of a file, in its order. An object is always the same Python object.
pub(super) struct SavedObjects {
    dump: Arc<HeapDump>,
    count: usize,
    /// Those that were created one at a time, until all are.
    some: Mutex<FxHashMap<u32, Py<PyAny>>>,
    all: OnceLock<Held>,
}

/// A Python object for a vertex, and its entry in the array of all.
const OBJECT: usize = 56;

/// All objects are created when this part of them was created one at a time.
const PART: usize = 16;

/// Up to this number of objects are created one at a time.
const SOME: usize = 1 << 12;

impl Objects {
    /// The objects of a file.
    pub(super) fn of_dump(dump: &Arc<HeapDump>) -> Self {
        Self::Saved(Box::new(SavedObjects {
            dump: Arc::clone(dump),
            count: dump.sizes().len(),
            some: Mutex::default(),
            all: OnceLock::new(),
        }))
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Held(held) => held.len(),
            Self::Saved(saved) => saved.count,
        }
    }

    /// All objects. Those of a file are created.
    pub(super) fn all(&self) -> &Held {
        match self {
            Self::Held(held) => held,
            Self::Saved(saved) => saved.all(),
        }
    }

    /// The file, if these are all its objects in its order.
    pub(super) fn whole_dump(&self) -> Option<&Arc<HeapDump>> {
        match self {
            Self::Held(_) => None,
            Self::Saved(saved) => Some(&saved.dump),
        }
    }

    pub(super) fn get<'py>(&self, py: Python<'py>, v: VertexId) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Held(held) => Ok(held[v.index()].bind(py).clone()),
            Self::Saved(saved) => saved.get(py, v),
        }
    }

    /// What the file says about an object of a file.
    pub(super) fn saved<'a>(&'a self, py: Python<'a>, v: VertexId) -> Saved<'a> {
        match self {
            Self::Held(held) => SavedObject::of(py, &held[v.index()]),
            Self::Saved(saved) => Saved::new(&saved.dump, v),
        }
    }

    /// Whether this object is one of them, and exists.
    pub(super) fn holds(&self, object: &Bound<'_, PyAny>) -> bool {
        let is_it = |one: &Py<PyAny>| one.is(object);
        match self {
            Self::Held(held) => held.iter().any(is_it),
            Self::Saved(saved) => match saved.all.get() {
                Some(all) => all.iter().any(is_it),
                None => saved.some().values().any(is_it),
            },
        }
    }

    /// The memory of the array.
    pub(super) fn memory(&self) -> Range<*const Py<PyAny>> {
        let held = match self {
            Self::Held(held) => Some(held),
            Self::Saved(saved) => saved.all.get(),
        };
        held.map_or(&[][..], |held| held).as_ptr_range()
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let saved = match self {
            Self::Held(held) => {
                return held
                    .owned()
                    .iter()
                    .try_for_each(|object| visit.call(object));
            }
            Self::Saved(saved) => saved,
        };
        if let Some(all) = saved.all.get() {
            return all.iter().try_for_each(|object| visit.call(object));
        }
        // While an object is created, no reference cycle has any of them: they refer to no others.
        let Ok(some) = saved.some.try_lock() else {
            return Ok(());
        };
        some.values().try_for_each(|object| visit.call(object))
    }
}

impl Default for Objects {
    fn default() -> Self {
        Self::Held(Held::default())
    }
}

impl SavedObjects {
    fn some(&self) -> MutexGuard<'_, FxHashMap<u32, Py<PyAny>>> {
        self.some.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_object(&self, py: Python<'_>, v: VertexId) -> PyResult<Py<PyAny>> {
        Ok(Py::new(py, SavedObject::new(&self.dump, v))?.into_any())
    }

    fn get<'py>(&self, py: Python<'py>, v: VertexId) -> PyResult<Bound<'py, PyAny>> {
        if let Some(all) = self.all.get() {
            return Ok(all[v.index()].bind(py).clone());
        }
        let mut some = self.some();
        if let Some(known) = some.get(&v.number()) {
            return Ok(known.bind(py).clone());
        }
        if some.len() >= SOME.max(self.count / PART) {
            drop(some);
            return Ok(self.all()[v.index()].bind(py).clone());
        }
        // Another thread cannot run here, nor can code of an object.
        let object = self.new_object(py, v)?;
        some.insert(v.number(), object.clone_ref(py));
        Ok(object.into_bound(py))
    }

    fn all(&self) -> &Held {
        if let Some(all) = self.all.get() {
            return all;
        }
        let all = attached(|py| {
            memory::ask(OBJECT * self.count)?;
            let mut some = self.some();
            let mut objects = Vec::with_capacity(self.count);
            for v in (0..self.count).map(VertexId::from_index) {
                let known = some.get(&v.number()).map(|known| known.clone_ref(py));
                objects.push(match known {
                    Some(known) => known,
                    None => self.new_object(py, v)?,
                });
            }
            let all = self.all.get_or_init(|| objects.into());
            *some = FxHashMap::default();
            PyResult::Ok(all)
        });
        match all {
            Some(Ok(all)) => all,
            Some(Err(error)) => border::raise(error),
            None => panic!("objects of a file are asked for by threads of Python"),
        }
    }
}
