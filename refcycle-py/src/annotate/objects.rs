//! Names for objects.

use super::keys::sketch;
use super::spelling::{NAME_LIMIT, VALUE_LIMIT, Values, short_file};
use crate::heap::{
    Kind, Obj, atom_repr, container_len, dict_value, frame_position, function_fields, members,
    module_dict, text, type_module, type_name, type_short_name, weak_referent,
};

/// What an object is, in one or two short lines.
pub(crate) fn object_annotation(object: Obj<'_>) -> String {
    object_label(object, Values::Shown)
}

/// The same, with values or redacted.
pub(crate) fn object_label(object: Obj<'_>, values: Values<'_>) -> String {
    let sized = |name| format!("{name}[{}]", container_len(object));
    match Kind::of(object) {
        Kind::Atom => match values {
            Values::Shown => atom_repr(object, VALUE_LIMIT),
            Values::Redacted(_) => sketch(object),
        },
        Kind::List => sized("list"),
        Kind::Tuple => sized("tuple"),
        Kind::Dict => sized("dict"),
        Kind::Set => sized("set"),
        Kind::Type => format!("type\n{}", type_short_name(object)),
        Kind::Function => format!("function\n{}", function_name(object, "__name__")),
        Kind::Method => format!("instancemethod\n{}", method_name(object)),
        Kind::Module => format!("module\n{}", module_name(object)),
        Kind::Frame => match frame_position(object) {
            Some((file, line)) => {
                let file = match values {
                    Values::Shown => file,
                    Values::Redacted(redaction) => redaction.file(file),
                };
                format!("frame\n{}:{line}", short_file(&file))
            }
            None => "frame".to_owned(),
        },
        Kind::WeakReference => match weak_referent(object) {
            Some(Some(referent)) => format!("weakref to id 0x{:x}", referent.address()),
            _ => "weakref (dead referent)".to_owned(),
        },
        Kind::Generator | Kind::Other => other(object),
    }
}

/// The name of an object's type, without module and enclosing classes.
pub(crate) fn type_name_of(object: Obj<'_>) -> String {
    type_short_name(object.ty())
}

fn other(object: Obj<'_>) -> String {
    let ty = object.ty();
    match type_module(ty) {
        Some(module) => format!("object\n{module}.{}", type_name(ty)),
        None => format!("object\n{}", type_name(ty)),
    }
}

fn function_name(function: Obj<'_>, field: &str) -> String {
    function_fields(function)
        .into_iter()
        .find(|&(name, _)| name == field)
        .and_then(|(_, name)| text(name, NAME_LIMIT))
        .map_or_else(|| "?".to_owned(), |(name, _)| name)
}

fn method_name(method: Obj<'_>) -> String {
    let function = members(method).find(|&(name, _)| name == "__func__");
    match function {
        Some((_, function)) if Kind::of(function) == Kind::Function => {
            function_name(function, "__qualname__")
        }
        Some((_, callable)) => type_name(callable.ty()),
        None => "?".to_owned(),
    }
}

pub(super) fn module_name(module: Obj<'_>) -> String {
    module_dict(module)
        .and_then(|namespace| dict_value(namespace, "__name__"))
        .and_then(|name| text(name, NAME_LIMIT))
        .map_or_else(|| "?".to_owned(), |(name, _)| name)
}
