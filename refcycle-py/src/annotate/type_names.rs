//! Names of types.

use refcycle_dot::dump::redaction::{HIDDEN_TYPE, is_type};

use crate::heap::{Obj, static_type_name, type_module, type_name};

/// The name of a type with its module, except for builtins.
pub(crate) fn dotted(ty: Obj<'_>) -> String {
    if let Some(name) = static_type_name(ty) {
        return name;
    }
    match type_module(ty) {
        Some(module) if module != "builtins" => format!("{module}.{}", type_name(ty)),
        _ => type_name(ty),
    }
}

/// The name of a type with its module, including `builtins`.
pub(super) fn with_module(ty: Obj<'_>) -> String {
    match type_module(ty) {
        Some(module) => format!("{module}.{}", type_name(ty)),
        None => type_name(ty),
    }
}

/// The name of a type as a redacted file shows it. A type of the program can have any string as
/// its name: a string that cannot be a name is hidden.
pub(super) fn redacted(ty: Obj<'_>, name: String) -> String {
    if is_type(&name) || static_type_name(ty).is_some() {
        name
    } else {
        HIDDEN_TYPE.to_owned()
    }
}
