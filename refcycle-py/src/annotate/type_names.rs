//! Names of types.

use crate::heap::{Obj, static_type_name, type_module, type_name};

/// The name of a type with its module, but for builtins.
pub(crate) fn dotted(ty: Obj<'_>) -> String {
    if let Some(name) = static_type_name(ty) {
        return name;
    }
    match type_module(ty) {
        Some(module) if module != "builtins" => format!("{module}.{}", type_name(ty)),
        _ => type_name(ty),
    }
}
