//! Entries of weak containers, which live as long as another object: the value of a
//! `WeakKeyDictionary` is freed with its key, although the dict refers to it.

use pyo3::ffi;
use pyo3::prelude::*;
use rustc_hash::FxHashMap;

use super::containers::{dict_entries, is_set};
use super::functions::weak_referent;
use super::instances::attribute;
use super::types::{type_module, type_name};
use super::{Held, Obj, paused};

/// A reference that ends when another object is freed. Objects are given by their addresses.
pub(crate) struct WeakEntry {
    /// The dict or set that has the reference.
    pub(crate) container: usize,
    /// Its referent: a key, a value or a weak reference.
    pub(crate) part: usize,
    /// The object with which the entry goes.
    pub(crate) owner: usize,
}

/// The containers of the standard library, by what their weak references are.
#[derive(Clone, Copy)]
enum Form {
    Keys,
    Values,
    Elements,
}

/// The weak entries of containers: those of the module `weakref`, and the dicts of the subclasses
/// of types. An instance without its `data` is left out.
///
/// # Cost
/// One pass over the objects, and the entries.
pub(crate) fn weak_entries(py: Python<'_>, objects: &Held) -> Vec<WeakEntry> {
    paused(py, |heap| {
        let mut forms: FxHashMap<Obj<'_>, Option<Form>> = FxHashMap::default();
        let mut last = None;
        let mut found = Vec::new();
        for object in objects {
            let object = heap.see(object);
            if object.ty().is(&raw mut ffi::PyDict_Type) {
                see_subclasses(object, &mut found);
                continue;
            }
            let ty = object.ty();
            let form = match last {
                Some((of, form)) if of == ty => form,
                _ => *forms.entry(ty).or_insert_with(|| form_of(ty)),
            };
            last = Some((ty, form));
            if let Some(form) = form {
                see_entries(object, form, &mut found);
            }
        }
        found
    })
}

/// The form of the instances of a class. Subclasses inherit it.
fn form_of(ty: Obj<'_>) -> Option<Form> {
    let mut ty = ty.as_ptr().cast::<ffi::PyTypeObject>();
    while !ty.is_null() {
        // SAFETY: a type keeps its bases alive.
        let (class, base) = unsafe { (Obj::new(ty.cast()), (*ty).tp_base) };
        let form = match type_name(class).as_str() {
            "WeakKeyDictionary" => Some((Form::Keys, "weakref")),
            "WeakValueDictionary" => Some((Form::Values, "weakref")),
            "WeakSet" => Some((Form::Elements, "_weakrefset")),
            _ => None,
        };
        if let Some((form, module)) = form
            && type_module(class).as_deref() == Some(module)
        {
            return Some(form);
        }
        ty = base;
    }
    None
}

fn see_entries(object: Obj<'_>, form: Form, found: &mut Vec<WeakEntry>) {
    let Some(data) = attribute(object, "data") else {
        return;
    };
    match form {
        Form::Elements if is_set(data) => data.traverse(|element| {
            see(data, element, &[element], found);
        }),
        Form::Keys | Form::Values => {
            for (key, value) in dict_entries(data).into_iter().flatten() {
                let reference = if matches!(form, Form::Keys) {
                    key
                } else {
                    value
                };
                see(data, reference, &[key, value], found);
            }
        }
        Form::Elements => {}
    }
}

/// Adds an entry with these parts, if its weak reference is one and is alive.
fn see(container: Obj<'_>, reference: Obj<'_>, parts: &[Obj<'_>], found: &mut Vec<WeakEntry>) {
    if let Some(owner) = weak_referent(reference).flatten() {
        found.extend(parts.iter().map(|part| WeakEntry {
            container: container.address(),
            part: part.address(),
            owner: owner.address(),
        }));
    }
}

/// Adds the entries of a dict of subclasses: each key is the address of a type, and its value is a
/// weak reference to that type.
fn see_subclasses(dict: Obj<'_>, found: &mut Vec<WeakEntry>) {
    for (key, value) in dict_entries(dict).into_iter().flatten() {
        let is_entry = weak_referent(value)
            .flatten()
            .is_some_and(|referent| is_address_of(key, referent));
        // All entries are of this kind, or none.
        if !is_entry {
            return;
        }
        see(dict, value, &[key, value], found);
    }
}

/// Whether the object is an integer with the address of a type.
fn is_address_of(number: Obj<'_>, ty: Obj<'_>) -> bool {
    let mut overflow = 0;
    // SAFETY: the objects are alive. The call reads an integer and sets no exception.
    unsafe {
        ffi::PyLong_CheckExact(number.as_ptr()) != 0
            && ffi::PyType_Check(ty.as_ptr()) != 0
            && ffi::PyLong_AsLongLongAndOverflow(number.as_ptr(), &raw mut overflow)
                == ty.address() as i64
    }
}
