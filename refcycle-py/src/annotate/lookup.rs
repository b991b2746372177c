//! The names of the references of one object.

use std::collections::VecDeque;

use pyo3::prelude::*;
use refcycle_dot::names::ReferenceName;
use rustc_hash::FxHashMap;

use super::references;
use super::sink::Sink;
use super::spelling::Values;
use crate::heap::{Measured, Obj, paused};

/// The references of an object by the name of each, an object that is referred to by
/// several names several times.
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

/// A name for each reference from an object to one of `targets`, which has an object
/// once for each of its parallel references. `None` where no name is known.
///
/// Names only what is asked for: an item of a list of a million costs a look at the
/// million, and one name.
pub(crate) fn names_of<'h>(
    object: Obj<'h>,
    targets: impl Iterator<Item = Obj<'h>>,
    values: Values<'_>,
) -> Vec<Option<ReferenceName<String>>> {
    struct Wanted<'h> {
        places: FxHashMap<Obj<'h>, VecDeque<usize>>,
        names: Vec<Option<ReferenceName<String>>>,
        missing: usize,
    }

    impl<'h> Sink<'h> for Wanted<'h> {
        fn see(&mut self, target: Obj<'h>, name: &dyn Fn() -> ReferenceName<String>) {
            let places = self.places.get_mut(&target);
            if let Some(place) = places.and_then(VecDeque::pop_front) {
                self.names[place] = Some(name());
                self.missing -= 1;
            }
        }

        fn is_satisfied(&self) -> bool {
            self.missing == 0
        }
    }

    let mut wanted = Wanted {
        places: FxHashMap::default(),
        names: Vec::new(),
        missing: 0,
    };
    for (place, target) in targets.enumerate() {
        wanted.places.entry(target).or_default().push_back(place);
        wanted.missing += 1;
    }
    wanted.names.resize(wanted.missing, None);
    if wanted.missing > 0 {
        references::see_references(object, values, &mut wanted);
    }
    wanted.names
}
