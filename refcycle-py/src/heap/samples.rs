//! Objects of the process that are examined where no probe can make one of their type.

use std::collections::BTreeMap;
use std::sync::Mutex;

use pyo3::ffi;
use pyo3::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::compiled::Compiled;
use super::paused;

/// How many objects of a type are examined.
const SAMPLES: usize = 2000;

/// The number of examined objects, by the address of their type.
static SAMPLED: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

/// By the address of a type that a sampler is for, where some objects of just this type are.
/// Those of a class that is derived from it might run code of the user's.
pub(super) struct Samples(FxHashMap<usize, Places>);

/// Some places of many, evenly spread: neighbours are alike.
struct Places {
    kept: Vec<usize>,
    /// How many there are, and one in how many is kept.
    count: usize,
    step: usize,
}

impl Places {
    fn new() -> Self {
        Self {
            kept: Vec::new(),
            count: 0,
            step: 1,
        }
    }

    fn push(&mut self, place: usize) {
        if self.count.is_multiple_of(self.step) {
            self.kept.push(place);
        }
        self.count += 1;
        if self.kept.len() == 2 * SAMPLES {
            self.step *= 2;
            self.kept = self.kept.iter().copied().step_by(2).collect();
        }
    }

    /// So many of them at most.
    fn spread(&self, most: usize) -> impl Iterator<Item = usize> {
        let step = self.kept.len().div_ceil(most.max(1)).max(1);
        self.kept.iter().copied().step_by(step).take(most)
    }
}

impl Samples {
    /// Looks at all objects once, however many types there are.
    pub(super) fn of(
        py: Python<'_>,
        objects: &[Py<PyAny>],
        is_sampled: impl Fn(Compiled) -> bool + Sync,
    ) -> Self {
        let mut places = FxHashMap::<usize, Places>::default();
        let mut others = FxHashSet::default();
        let mut last = 0;
        for (number, object) in objects.iter().enumerate() {
            let ty = type_address(object);
            // Most objects are of a type that no sampler is for.
            if ty == last || others.contains(&ty) {
                last = ty;
                continue;
            }
            if let Some(places) = places.get_mut(&ty) {
                places.push(number);
                continue;
            }
            if paused(py, |heap| is_sampled(Compiled::of_type(heap.see(object)))) {
                places.entry(ty).or_insert_with(Places::new).push(number);
            } else {
                others.insert(ty);
            }
        }
        Self(places)
    }

    /// Some of this type, unless enough of them were looked at.
    pub(super) fn take<'o>(&self, objects: &'o [Py<PyAny>], ty: Compiled) -> Vec<&'o Py<PyAny>> {
        let ty = ty.ty as usize;
        let Ok(mut sampled) = SAMPLED.lock() else {
            return Vec::new();
        };
        let seen = sampled.entry(ty).or_default();
        let places = self.0.get(&ty).into_iter();
        let places = places.flat_map(|places| places.spread(SAMPLES - *seen));
        // The type of an object may have been changed meanwhile.
        let same = places.filter_map(|place| objects.get(place));
        let samples: Vec<_> = same.filter(|object| type_address(object) == ty).collect();
        *seen += samples.len();
        samples
    }
}

#[inline]
pub(super) fn type_address(object: &Py<PyAny>) -> usize {
    // SAFETY: the object is alive.
    unsafe { ffi::Py_TYPE(object.as_ptr()) as usize }
}
