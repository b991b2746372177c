//! The values that distinguish an object from an earlier one at the same address.

use crate::heap::{Kind, Obj, atom_repr, text};

/// The longest value that is compared, in characters.
const LIMIT: usize = 200;

/// The value of an object that never changes: a string, bytes or a number. Empty for all others,
/// because a frame's line changes, and a function or a class can be renamed.
pub(crate) fn lasting_value(object: Obj<'_>) -> String {
    match (Kind::of(object), text(object, LIMIT)) {
        (Kind::Atom, Some((string, _))) => string,
        (Kind::Atom, None) => atom_repr(object, LIMIT),
        _ => String::new(),
    }
}
