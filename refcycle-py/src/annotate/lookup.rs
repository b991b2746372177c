//! The names of the references of one object.

use std::borrow::Cow;

use pyo3::prelude::*;
use refcycle_dot::names::ReferenceName;
use rustc_hash::FxHashMap;

use super::references;
use super::sink::Sink;
use super::spelling::{NAME_LIMIT, Values};
use crate::heap::{
    Measured, Obj, has_python_fields, instance_attributes, instance_dict, is_buffer, members,
    paused, text,
};

/// The name of the reference to a buffer.
pub(crate) const MEMORY: &str = "memory";

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
    if wanted.missing > 0 {
        wanted.name_buffers();
    }
    wanted.names
}

/// The name that [`names_of`] finds for the reference from an instance to `target`, if its fields
/// are those of classes written in Python and one of them has the reference. Takes a fraction of
/// the time.
pub(crate) fn field_name<'h>(object: Obj<'h>, target: Obj<'h>) -> Option<Cow<'h, str>> {
    if !has_python_fields(object) {
        return None;
    }
    if let Some((name, _)) = members(object).find(|&(_, value)| value == target) {
        return Some(Cow::Borrowed(name));
    }
    if instance_dict(object) == Some(target) {
        return Some(Cow::Borrowed("__dict__"));
    }
    let mut attributes = instance_attributes(object).into_iter();
    let (name, _) = attributes.find(|&(_, value)| value == target)?;
    let (name, _) = text(name, NAME_LIMIT).unwrap_or_default();
    Some(Cow::Owned(name))
}

/// The positions of objects that still need a name.
struct Wanted<'h> {
    targets: Vec<Obj<'h>>,
    /// The names by position.
    names: Vec<Option<ReferenceName<String>>>,
    missing: usize,
    /// All positions before this one have names: most objects show their references in order.
    next: usize,
    /// The positions without a name, if there are many targets and one came out of order.
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
            next: 0,
            places: None,
            targets,
        }
    }

    /// Names the buffers, to which an object does not refer in Python.
    fn name_buffers(&mut self) {
        for (target, name) in self.targets.iter().zip(&mut self.names) {
            if name.is_none() && is_buffer(*target) {
                *name = Some(ReferenceName::Field(MEMORY.to_owned()));
            }
        }
    }

    /// The first position of a target that has no name yet.
    fn place(&mut self, target: Obj<'h>) -> Option<usize> {
        if let Some(places) = &mut self.places {
            return places.take(target);
        }
        while self.names.get(self.next).is_some_and(Option::is_some) {
            self.next += 1;
        }
        if self.targets.get(self.next) == Some(&target) {
            return Some(self.next);
        }
        let free = (self.next..self.targets.len()).filter(|&place| self.names[place].is_none());
        if self.targets.len() <= FEW {
            let mut free = free;
            return free.find(|&place| self.targets[place] == target);
        }
        let places = self.places.insert(Places::of(&self.targets, free));
        places.take(target)
    }
}

impl<'h> Places<'h> {
    /// Of these places, ascending.
    fn of(targets: &[Obj<'h>], free: impl DoubleEndedIterator<Item = usize>) -> Self {
        let mut first = FxHashMap::default();
        let mut next = vec![None; targets.len()];
        for place in free.rev() {
            next[place] = first.insert(targets[place], place);
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
