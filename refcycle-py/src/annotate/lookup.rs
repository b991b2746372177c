//! The names of the references of one object.

use pyo3::prelude::*;
use refcycle_dot::names::ReferenceName;
use rustc_hash::FxHashMap;

use super::references;
use super::sink::Sink;
use super::spelling::Values;
use crate::heap::{Measured, Obj, paused};

/// The references of an object, each with its name. An object to which several names refer occurs
/// several times.
pub(crate) fn named_references<'py>(
    py: Python<'py>,
    object: &Bound<'py, PyAny>,
    values: Values<'_>,
) -> PyResult<Vec<(Bound<'py, PyAny>, ReferenceName<String>)>> {
    struct All<'h>(Vec<(Obj<'h>, ReferenceName<String>)>);

    impl<'h> Sink<'h> for All<'h> {
        fn see(&mut self, target: Obj<'h>, name: &dyn Fn() -> ReferenceName<String>) {
            self.0.push((target, name()));
        }

        fn is_satisfied(&self) -> bool {
            false
        }
    }

    let held = object.as_unbound();
    Measured::default().see(py, std::slice::from_ref(held), 0)?;
    let named: Vec<_> = paused(py, |heap| {
        let mut all = All(Vec::new());
        references::see_references(heap.see(held), values, &mut all);
        let named = all.0.into_iter();
        named.map(|(target, name)| (target.hold(), name)).collect()
    });
    let named = named.into_iter();
    Ok(named
        .map(|(target, name)| (target.into_bound(py), name))
        .collect())
}

/// A name for each reference from an object to one of `targets`, which contains an object once for
/// each of its parallel references. `None` if no name is known.
///
/// Only the names of these references are computed: for an item of a list of a million, the list
/// is searched, but only one name is created.
pub(crate) fn names_of<'h>(
    object: Obj<'h>,
    targets: impl Iterator<Item = Obj<'h>>,
    values: Values<'_>,
) -> Vec<Option<ReferenceName<String>>> {
    let mut wanted = Wanted::new(targets.collect());
    if wanted.missing > 0 {
        references::see_references(object, values, &mut wanted);
    }
    wanted.names
}

/// The positions of objects that still need a name.
struct Wanted<'h> {
    targets: Vec<Obj<'h>>,
    /// The names by position.
    names: Vec<Option<ReferenceName<String>>>,
    missing: usize,
    /// Used if there are many targets.
    places: Option<Places<'h>>,
}

/// The positions of each target, starting with the first one without a name.
struct Places<'h> {
    first: FxHashMap<Obj<'h>, usize>,
    next: Vec<Option<usize>>,
}

/// Up to this number of targets are compared one by one: most objects have few, and a table would
/// cost more.
const FEW: usize = 8;

impl<'h> Wanted<'h> {
    fn new(targets: Vec<Obj<'h>>) -> Self {
        Self {
            names: vec![None; targets.len()],
            missing: targets.len(),
            places: (targets.len() > FEW).then(|| Places::of(&targets)),
            targets,
        }
    }

    /// The first position of a target that has no name yet.
    fn place(&mut self, target: Obj<'h>) -> Option<usize> {
        match &mut self.places {
            Some(places) => places.take(target),
            None => {
                let places = self.targets.iter().zip(&self.names);
                let mut places = places.map(|(&wanted, name)| wanted == target && name.is_none());
                places.position(|is_free| is_free)
            }
        }
    }
}

impl<'h> Places<'h> {
    fn of(targets: &[Obj<'h>]) -> Self {
        let mut first = FxHashMap::default();
        let mut next = vec![None; targets.len()];
        for (place, &target) in targets.iter().enumerate().rev() {
            next[place] = first.insert(target, place);
        }
        Self { first, next }
    }

    fn take(&mut self, target: Obj<'h>) -> Option<usize> {
        let place = *self.first.get(&target)?;
        match self.next[place] {
            Some(next) => self.first.insert(target, next),
            None => self.first.remove(&target),
        }
    }
}

impl<'h> Sink<'h> for Wanted<'h> {
    fn see(&mut self, target: Obj<'h>, name: &dyn Fn() -> ReferenceName<String>) {
        if let Some(place) = self.place(target) {
            self.names[place] = Some(name());
            self.missing -= 1;
        }
    }

    fn is_satisfied(&self) -> bool {
        self.missing == 0
    }
}
