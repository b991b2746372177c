//! The names of the references of one object.

use std::borrow::Cow;

use pyo3::prelude::*;
use refcycle_dot::names::ReferenceName;
use rustc_hash::{FxHashMap, FxHashSet};

use super::references;
use super::sink::{Sink, Source};
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
        let named: FxHashSet<_> = all.0.iter().map(|&(target, _)| target).collect();
        let mut placed = All(Vec::new());
        references::see_places(heap.see(held), &mut placed);
        let others = placed.0.into_iter();
        let others = others.filter(|(target, _)| !named.contains(target));
        let named = all.0.into_iter().chain(others);
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
    let (targets, mut names) = (targets.collect::<Vec<_>>(), Vec::new());
    Wanted::new(&targets, &mut names, Spelled).name_all(object, values);
    names
}

/// Makes the names of references in the form in which they are needed.
pub(super) trait Namer<'h> {
    type Name: Clone;

    fn name(&mut self, name: &dyn Fn() -> ReferenceName<String>) -> Self::Name;

    /// The same for a name that depends on nothing but its source.
    fn name_after(
        &mut self,
        source: Source<'h>,
        name: &dyn Fn() -> ReferenceName<String>,
    ) -> Self::Name {
        let _ = source;
        self.name(name)
    }
}

/// Returns the names themselves.
struct Spelled;

impl Namer<'_> for Spelled {
    type Name = ReferenceName<String>;

    fn name(&mut self, name: &dyn Fn() -> ReferenceName<String>) -> Self::Name {
        name()
    }
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
pub(super) struct Wanted<'a, 'h, N: Namer<'h>> {
    targets: &'a [Obj<'h>],
    /// The names by position.
    names: &'a mut Vec<Option<N::Name>>,
    namer: N,
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

impl<'a, 'h, N: Namer<'h>> Wanted<'a, 'h, N> {
    /// `names` receives the name of each target.
    pub(super) fn new(
        targets: &'a [Obj<'h>],
        names: &'a mut Vec<Option<N::Name>>,
        namer: N,
    ) -> Self {
        names.clear();
        names.resize(targets.len(), None);
        Self {
            names,
            namer,
            missing: targets.len(),
            next: 0,
            places: None,
            targets,
        }
    }

    /// Names the references of the object whose targets they are.
    pub(super) fn name_all(mut self, object: Obj<'h>, values: Values<'_>) {
        if self.missing > 0 {
            references::see_references(object, values, &mut self);
        }
        if self.missing > 0 {
            references::see_places(object, &mut self);
        }
        if self.missing > 0 {
            self.name_buffers();
        }
    }

    /// Names the buffers, to which an object does not refer in Python.
    fn name_buffers(&mut self) {
        for (target, name) in self.targets.iter().zip(&mut *self.names) {
            if name.is_none() && is_buffer(*target) {
                *name = Some(self.namer.name(&|| ReferenceName::Field(MEMORY.to_owned())));
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
        let places = self.places.insert(Places::of(self.targets, free));
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

impl<'h, N: Namer<'h>> Sink<'h> for Wanted<'_, 'h, N> {
    fn see(&mut self, target: Obj<'h>, name: &dyn Fn() -> ReferenceName<String>) {
        if let Some(place) = self.place(target) {
            self.names[place] = Some(self.namer.name(name));
            self.missing -= 1;
        }
    }

    fn see_after(
        &mut self,
        target: Obj<'h>,
        source: Source<'h>,
        name: &dyn Fn() -> ReferenceName<String>,
    ) {
        if let Some(place) = self.place(target) {
            self.names[place] = Some(self.namer.name_after(source, name));
            self.missing -= 1;
        }
    }

    fn is_satisfied(&self) -> bool {
        self.missing == 0
    }
}
