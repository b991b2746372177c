//! The keys of dicts in words.

use pyo3::prelude::*;

use super::spelling::KEY_LIMIT;
use crate::heap::{Kind, Obj, atom_repr, sequence_items, type_module, type_name};

/// How deep the tuples in a key are written out.
const MAX_DEPTH: usize = 3;

/// A key as its `repr` would show it, if that runs no code of the user's: else its type.
pub(super) fn key_repr(py: Python<'_>, key: Obj<'_>) -> String {
    repr(py, key, MAX_DEPTH)
}

fn repr(py: Python<'_>, key: Obj<'_>, depth: usize) -> String {
    match Kind::of(key) {
        Kind::Atom => atom_repr(py, key, KEY_LIMIT),
        Kind::Tuple if Kind::is_exact(key) && depth > 0 => tuple_repr(py, key, depth),
        Kind::Type => format!("<class '{}'>", dotted(key)),
        _ => format!("<{} object>", dotted(key.ty())),
    }
}

fn tuple_repr(py: Python<'_>, key: Obj<'_>, depth: usize) -> String {
    let mut items = Vec::new();
    let mut length = 0;
    for item in sequence_items(key).into_iter().flatten().flatten() {
        if length > KEY_LIMIT {
            items.push("...".to_owned());
            break;
        }
        let item = repr(py, item, depth - 1);
        length += item.len() + 2;
        items.push(item);
    }
    match items.as_slice() {
        [only] => format!("({only},)"),
        _ => format!("({})", items.join(", ")),
    }
}

pub(super) fn dotted(ty: Obj<'_>) -> String {
    match type_module(ty) {
        Some(module) if module != "builtins" => format!("{module}.{}", type_name(ty)),
        _ => type_name(ty),
    }
}
