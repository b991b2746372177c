//! References that do not keep their referent alive on their own: those of weak containers to the
//! parts of an entry, which goes when another object is freed, and those of refcycle's own graphs.
//!
//! Weak containers are those of `weakref`, the registries and caches of abstract base classes, and
//! the dicts in which types keep weak references to their subclasses.

use pyo3::ffi;
use pyo3::prelude::*;
use refcycle_core::VertexId;
use rustc_hash::FxHashMap;

use super::containers::{dict_entries, is_dict, is_set};
use super::functions::weak_referent;
use super::instances::attribute;
use super::object::has_traversal;
use super::own_graphs::is_graph_class;
use super::slices::{Between, in_slices};
use super::traversal::{ReferentList, see_traversed};
use super::types::{bases, is_static_type, is_type, subclass_dict, type_module, type_name};
use super::{Held, Obj, paused, small_integer};

/// A reference that ends when another object is freed. Objects are given by their addresses.
pub(crate) struct WeakEntry {
    /// The dict or the set that has the reference.
    pub(crate) container: usize,
    /// Its referent: a part of the entry.
    pub(crate) part: usize,
    /// The object with which the entry goes.
    pub(crate) owner: usize,
    /// Whether the part belongs to the owner, and not to the container. Both are freed with either.
    pub(crate) is_of_owner: bool,
}

/// The references of some objects that do not keep their referent alive on their own.
#[derive(Default)]
pub(crate) struct WeakHolders {
    /// The parts of the entries of all weak containers.
    pub(crate) entries: Vec<WeakEntry>,
    /// The objects that are graphs of refcycle, by their index.
    pub(crate) graphs: Vec<usize>,
}

/// What the instances of a class have to do with weak references.
#[derive(Clone, Copy)]
enum Class {
    Other,
    /// `weakref.WeakKeyDictionary`, or a subclass.
    WeakKeys,
    /// `weakref.WeakValueDictionary`, or a subclass.
    WeakValues,
    /// `weakref.WeakSet`, or a subclass.
    WeakSet,
    /// The data of an abstract base class.
    Abstract,
    /// A class, whose instances are classes.
    Type,
    /// A graph of refcycle.
    Graph,
}

/// Looks for such references, in slices. `outside` are the objects with references from
/// outside: among them are dicts of subclasses, because some types do not show theirs.
///
/// # Cost
/// One pass over the objects, and the entries.
pub(crate) fn weak_holders(
    py: Python<'_>,
    objects: &Held,
    outside: &[VertexId],
    between: Between<'_>,
) -> PyResult<WeakHolders> {
    let mut found = WeakHolders::default();
    let mut first = 0;
    in_slices(objects, between, |part| {
        paused(py, |heap| {
            let mut known: FxHashMap<Obj<'_>, Class> = FxHashMap::default();
            let mut last = None;
            for (object, number) in heap.see_all(part).zip(first..) {
                let ty = object.ty();
                let class = match last {
                    Some((of, class)) if of == ty => class,
                    _ => *known.entry(ty).or_insert_with(|| Class::of(ty)),
                };
                last = Some((ty, class));
                match class {
                    Class::Graph => found.graphs.push(number),
                    _ => found.see(object, class),
                }
            }
        });
        first += part.len();
        Ok(())
    })?;
    in_slices(outside, between, |part| {
        paused(py, |heap| {
            for v in part {
                found.see_subclasses(Some(heap.see(&objects[v.index()])));
            }
        });
        Ok(())
    })?;
    Ok(found)
}

/// Whether entries of weak containers may go with one of the objects: whether it is a class that
/// was made at run time, or has weak references.
pub(crate) fn may_have_weak_entries<'p>(
    py: Python<'_>,
    objects: impl Iterator<Item = &'p Py<PyAny>> + Send,
) -> bool {
    paused(py, |heap| {
        objects
            .map(|object| heap.see(object))
            .any(has_weak_references)
    })
}

/// Whether the list of weak references to an object is not empty. A type that is compiled in has no
/// such list in its struct.
fn has_weak_references(object: Obj<'_>) -> bool {
    // SAFETY: an object's type is alive, and states where the list is: since 3.12, for some before
    // the object.
    unsafe {
        let offset = (*object.raw_type()).tp_weaklistoffset;
        let is_static = is_type(object) && is_static_type(object);
        let list = object.as_ptr().byte_offset(offset).cast::<usize>();
        offset != 0 && !is_static && list.read() != 0
    }
}

impl Class {
    fn of(ty: Obj<'_>) -> Self {
        if is_graph_class(ty) {
            return Self::Graph;
        }
        if bases(ty).any(|base| base.is(&raw mut ffi::PyType_Type)) {
            return Self::Type;
        }
        let named = |class: Obj<'_>| {
            let class_of_weakref = match &*type_name(class) {
                "WeakKeyDictionary" => (Self::WeakKeys, "weakref"),
                "WeakValueDictionary" => (Self::WeakValues, "weakref"),
                "WeakSet" => (Self::WeakSet, "_weakrefset"),
                "_abc_data" => (Self::Abstract, "_abc"),
                _ => return None,
            };
            let (found, module) = class_of_weakref;
            (type_module(class).as_deref() == Some(module)).then_some(found)
        };
        bases(ty).find_map(named).unwrap_or(Self::Other)
    }
}

impl WeakHolders {
    /// Adds the entries of a container of this class.
    fn see(&mut self, object: Obj<'_>, class: Class) {
        match class {
            Class::Other | Class::Graph => {}
            Class::Abstract => traversed(object)
                .into_iter()
                .for_each(|set| self.see_set(set)),
            Class::Type => self.see_subclasses(subclass_dict(object)),
            Class::WeakKeys => self.see_dict(attribute(object, "data"), true, |key, _| key),
            Class::WeakValues => self.see_dict(attribute(object, "data"), false, |_, value| value),
            Class::WeakSet => attribute(object, "data")
                .into_iter()
                .for_each(|set| self.see_set(set)),
        }
    }

    /// Adds the entries of a set of weak references.
    fn see_set(&mut self, set: Obj<'_>) {
        if !is_set(set) {
            return;
        }
        for reference in traversed(set) {
            if let Some(owner) = weak_referent(reference).flatten() {
                self.add(set, reference, owner, false);
            }
        }
    }

    /// Adds the entries of a dict, of which either the keys or the values are weak references.
    fn see_dict<'h>(
        &mut self,
        dict: Option<Obj<'h>>,
        is_of_owner: bool,
        weak: impl Fn(Obj<'h>, Obj<'h>) -> Obj<'h>,
    ) {
        let Some(dict) = dict else {
            return;
        };
        for (key, value) in dict_entries(dict).into_iter().flatten() {
            if let Some(owner) = weak_referent(weak(key, value)).flatten() {
                self.add(dict, key, owner, is_of_owner);
                self.add(dict, value, owner, is_of_owner);
            }
        }
    }

    /// Adds the entries of an object that is the dict of a type's subclasses.
    fn see_subclasses(&mut self, object: Option<Obj<'_>>) {
        let Some(dict) = object else {
            return;
        };
        for (key, value, subclass) in subclasses(dict).into_iter().flatten() {
            self.add(dict, key, subclass, true);
            self.add(dict, value, subclass, true);
        }
    }

    fn add(&mut self, container: Obj<'_>, part: Obj<'_>, owner: Obj<'_>, is_of_owner: bool) {
        self.entries.push(WeakEntry {
            container: container.address(),
            part: part.address(),
            owner: owner.address(),
            is_of_owner,
        });
    }
}

/// The keys, the values and the subclasses of a dict whose values are weak references to types and
/// whose keys are the addresses of these types; `None` if the object is no such dict, or has no
/// entry that is alive.
pub(crate) fn subclasses<'h>(dict: Obj<'h>) -> Option<Vec<(Obj<'h>, Obj<'h>, Obj<'h>)>> {
    if !is_dict(dict) {
        return None;
    }
    let mut found = Vec::new();
    for (key, value) in dict_entries(dict)? {
        // A dead reference remains until the next one is added.
        let Some(subclass) = weak_referent(value)? else {
            continue;
        };
        if !is_type(subclass) || small_integer(key)? != subclass.address() as u64 {
            return None;
        }
        found.push((key, value, subclass));
    }
    (!found.is_empty()).then_some(found)
}

/// What the traversal of an object shows.
fn traversed<'h>(object: Obj<'h>) -> Vec<Obj<'h>> {
    let mut shown = ReferentList::default();
    if has_traversal(object) {
        // SAFETY: it takes part in collection.
        unsafe { see_traversed(object, &mut shown) };
    }
    let referents = shown.0.into_iter();
    // SAFETY: a live object shows objects that are alive.
    referents
        .filter_map(|address| unsafe { Obj::if_alive(address as *mut _) })
        .collect()
}
