//! Names of types as they are shown: hidden in a redacted file if they cannot be names.

use super::spelling::Values;
use super::type_names::{dotted, redacted, with_module};
use crate::heap::Obj;

/// The name of a type with its module, except for builtins.
pub(crate) fn shown_dotted(ty: Obj<'_>, values: Values<'_>) -> String {
    shown(ty, dotted(ty), values)
}

/// The name of a type with its module, including `builtins`.
pub(super) fn shown_with_module(ty: Obj<'_>, values: Values<'_>) -> String {
    shown(ty, with_module(ty), values)
}

/// This name of a type, in full or redacted, depending on `values`.
pub(super) fn shown(ty: Obj<'_>, name: String, values: Values<'_>) -> String {
    match values {
        Values::Shown => name,
        Values::Redacted(_) => redacted(ty, name),
    }
}
