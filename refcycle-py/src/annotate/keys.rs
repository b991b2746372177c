//! The keys of dicts in words.

use refcycle_dot::dump::redaction::{MAX_NAME, Namespace, bytes_label, shows_key, text_label};

use super::spelling::{KEY_LIMIT, VALUE_LIMIT, Values};
use super::type_names::{dotted, redacted};
use crate::heap::{AtomText, Kind, Obj, atom_repr, atom_text, sequence_items, type_name};

/// How deep the tuples in a key are written out.
const MAX_DEPTH: usize = 3;

/// What is shown of the keys of a dict.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Keys {
    Shown,
    /// Of a dict that is a namespace the names, of others nothing.
    Redacted(Option<Namespace>),
}

impl Keys {
    pub(super) fn of(dict: Obj<'_>, values: Values<'_>) -> Self {
        match values {
            Values::Shown => Self::Shown,
            Values::Redacted(redaction) => Self::Redacted(redaction.namespace(dict)),
        }
    }

    /// Of what is no dict that somebody else could hold.
    pub(super) fn of_data(values: Values<'_>) -> Self {
        match values {
            Values::Shown => Self::Shown,
            Values::Redacted(_) => Self::Redacted(None),
        }
    }
}

/// A key as its `repr` would show it, if that runs no code of the user's: else its type.
pub(super) fn key_repr(key: Obj<'_>, keys: Keys) -> String {
    repr(key, keys, MAX_DEPTH)
}

/// The same of a key of `sys.modules`.
pub(crate) fn module_key(key: Obj<'_>, values: Values<'_>) -> String {
    let keys = match values {
        Values::Shown => Keys::Shown,
        Values::Redacted(_) => Keys::Redacted(Some(Namespace::Modules)),
    };
    key_repr(key, keys)
}

fn repr(key: Obj<'_>, keys: Keys, depth: usize) -> String {
    match (Kind::of(key), keys) {
        (Kind::Atom, Keys::Shown) => atom_repr(key, KEY_LIMIT),
        (Kind::Atom, Keys::Redacted(namespace)) => {
            name_in(key, namespace).unwrap_or_else(|| sketch(key))
        }
        // What is in a tuple is no name, wherever the tuple is.
        (Kind::Tuple, _) if Kind::is_exact(key) && depth > 0 => {
            let items = match keys {
                Keys::Shown => Keys::Shown,
                Keys::Redacted(_) => Keys::Redacted(None),
            };
            tuple_repr(key, items, depth)
        }
        (Kind::Type, _) => format!("<class '{}'>", type_in(key, keys)),
        _ => format!("<{} object>", type_in(key.ty(), keys)),
    }
}

fn type_in(ty: Obj<'_>, keys: Keys) -> String {
    match keys {
        Keys::Shown => dotted(ty),
        Keys::Redacted(_) => redacted(ty, dotted(ty)),
    }
}

/// The name that a key of a namespace is, quoted.
fn name_in(key: Obj<'_>, namespace: Option<Namespace>) -> Option<String> {
    namespace?;
    let (name, prefix) = match atom_text(key, MAX_NAME)? {
        AtomText::Str { text, length } if length <= MAX_NAME => (text, ""),
        // `os.environ` has its names as bytes, but on Windows.
        AtomText::Bytes { text, length }
            if length <= MAX_NAME && namespace == Some(Namespace::Environment) =>
        {
            (text, "b")
        }
        _ => return None,
    };
    shows_key(namespace, &name).then(|| [prefix, "'", &name, "'"].concat())
}

/// All that [`sketch`] tells besides the type: the length of a string or bytes, and nothing of a
/// number. `None` of others.
pub(super) fn sketched_length(atom: Obj<'_>) -> Option<usize> {
    match atom_text(atom, 0) {
        Some(AtomText::Str { length, .. } | AtomText::Bytes { length, .. }) => Some(length),
        None => is_number(&type_name(atom.ty())).then_some(0),
    }
}

/// Whether a redacted file says of instances of this type that they are of it, and no more.
fn is_number(type_name: &str) -> bool {
    matches!(type_name, "int" | "float" | "complex")
}

/// The type of a string, bytes or a number, without its value: `str (12 characters)`, `int`.
/// A singleton such as `None` keeps its name.
pub(super) fn sketch(atom: Obj<'_>) -> String {
    match atom_text(atom, 0) {
        Some(AtomText::Str { length, .. }) => text_label(length),
        Some(AtomText::Bytes { length, .. }) => bytes_label(length),
        None => match type_name(atom.ty()) {
            name if is_number(&name) => name,
            _ => atom_repr(atom, VALUE_LIMIT),
        },
    }
}

fn tuple_repr(key: Obj<'_>, keys: Keys, depth: usize) -> String {
    let mut items = Vec::new();
    let mut length = 0;
    for item in sequence_items(key).into_iter().flatten().flatten() {
        if length > KEY_LIMIT {
            items.push("...".to_owned());
            break;
        }
        let item = repr(item, keys, depth - 1);
        length += item.len() + 2;
        items.push(item);
    }
    match items.as_slice() {
        [only] => format!("({only},)"),
        _ => format!("({})", items.join(", ")),
    }
}
