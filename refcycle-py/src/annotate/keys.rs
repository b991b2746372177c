//! The keys of dicts in words.

use pyo3::prelude::*;

use super::spelling::{KEY_LIMIT, Values};
use crate::heap::{
    Kind, Obj, atom_repr, atom_sketch, sequence_items, text, type_module, type_name,
};

/// How deep the tuples in a key are written out.
const MAX_DEPTH: usize = 3;

/// A key as its `repr` would show it, if that runs no code of the user's: else its type.
/// Without values a string is shown only if it is an identifier.
pub(super) fn key_repr(py: Python<'_>, key: Obj<'_>, values: Values) -> String {
    repr(py, key, values, MAX_DEPTH)
}

fn repr(py: Python<'_>, key: Obj<'_>, values: Values, depth: usize) -> String {
    match Kind::of(key) {
        Kind::Atom if values == Values::Redacted && !is_identifier(key) => atom_sketch(py, key),
        Kind::Atom => atom_repr(py, key, KEY_LIMIT),
        Kind::Tuple if Kind::is_exact(key) && depth > 0 => tuple_repr(py, key, values, depth),
        Kind::Type => format!("<class '{}'>", dotted(key)),
        _ => format!("<{} object>", dotted(key.ty())),
    }
}

/// Whether an object is a string that could be a name in a program.
pub(super) fn is_identifier(object: Obj<'_>) -> bool {
    text(object, KEY_LIMIT).is_some_and(|(name, cut)| !cut && is_name(&name))
}

pub(super) fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c == '_' || c.is_alphabetic();
    text.starts_with(is_letter) && text.chars().all(|c| is_letter(c) || c.is_numeric())
}

fn tuple_repr(py: Python<'_>, key: Obj<'_>, values: Values, depth: usize) -> String {
    let mut items = Vec::new();
    let mut length = 0;
    for item in sequence_items(key).into_iter().flatten().flatten() {
        if length > KEY_LIMIT {
            items.push("...".to_owned());
            break;
        }
        let item = repr(py, item, values, depth - 1);
        length += item.len() + 2;
        items.push(item);
    }
    match items.as_slice() {
        [only] => format!("({only},)"),
        _ => format!("({})", items.join(", ")),
    }
}

pub(crate) fn dotted(ty: Obj<'_>) -> String {
    match type_module(ty) {
        Some(module) if module != "builtins" => format!("{module}.{}", type_name(ty)),
        _ => type_name(ty),
    }
}
