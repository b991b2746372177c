//! What tells an object from one that was at its address before.

use crate::heap::{Kind, Obj, atom_repr, text};

/// The longest value that is compared, in characters.
const LIMIT: usize = 200;

/// The value of an object that never changes: a string, bytes or a number. Empty for all others,
/// as a frame has the line at which it is, and a function or a class can be renamed.
pub(crate) fn lasting_value(object: Obj<'_>) -> String {
    match (Kind::of(object), text(object, LIMIT)) {
        (Kind::Atom, Some((string, _))) => string,
        (Kind::Atom, None) => atom_repr(object, LIMIT),
        _ => String::new(),
    }
}
