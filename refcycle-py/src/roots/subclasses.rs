//! The dicts in which types keep weak references to their subclasses. From 3.12 on, no object shows
//! those of the types that are compiled into CPython.

use pyo3::prelude::*;

use super::credits::Credits;
use crate::annotate::object_annotation;
use crate::heap::{Obj, paused, sequence_items, subclasses, type_bases};

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) {
    let open = &*credits;
    let found: Vec<_> = paused(py, |heap| {
        let dicts = open.unexplained(heap).into_iter();
        dicts
            .filter_map(|dict| Some((dict.address(), name_of(&types_in(dict)?))))
            .collect()
    });
    for (dict, name) in found {
        credits.give(dict, || name);
    }
}

fn name_of(subclasses: &[Obj<'_>]) -> String {
    match common_base(subclasses) {
        Some(base) => {
            let name = object_annotation(base).replace('\n', " ");
            format!("__subclasses__ of {name}")
        }
        None => "__subclasses__ of a type".to_owned(),
    }
}

/// The types to which such a dict leads; `None` if the object is not one.
fn types_in(dict: Obj<'_>) -> Option<Vec<Obj<'_>>> {
    let types = subclasses(dict)?.into_iter();
    Some(types.map(|(_, _, subclass)| subclass).collect())
}

/// The one type that is a base of all.
fn common_base<'h>(types: &[Obj<'h>]) -> Option<Obj<'h>> {
    let bases = |ty: Obj<'h>| -> Vec<_> {
        let bases = type_bases(ty).and_then(sequence_items);
        bases.into_iter().flatten().flatten().collect()
    };
    let (first, others) = types.split_first()?;
    let mut common = bases(*first);
    for &ty in others {
        let also = bases(ty);
        common.retain(|base| also.contains(base));
    }
    match common.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}
