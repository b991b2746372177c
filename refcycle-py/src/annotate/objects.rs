//! Names for objects.

use refcycle_dot::names::{Container, ObjectKind, ObjectName, Place};

use super::keys::{sketch, sketched_length};
use super::named_objects::{self, named};
use super::shown_names::{
    UNKNOWN, function_name, shown_dotted_name, shown_file, shown_function, shown_place,
    shown_simple,
};
use super::shown_types::{shown, shown_dotted, shown_with_module};
use super::spelling::{NAME_LIMIT, VALUE_LIMIT, Values};
use crate::heap::{
    Kind, Obj, atom_repr, code_position, container_len, dict_value, frame_function, frame_position,
    function_fields, generator_function, generator_position, member, module_dict, text, type_name,
    type_short_name, weak_referent,
};

/// The label as in refcycle 0.3.1: one or two short lines.
pub(crate) fn object_annotation(object: Obj<'_>) -> String {
    object_name(object, Values::Shown).to_string()
}

/// The name of an object, with values or redacted.
pub(crate) fn object_name(object: Obj<'_>, values: Values<'_>) -> ObjectName<String> {
    let container = |container| ObjectName::Container {
        container,
        type_name: shown_dotted(object.ty(), values),
        len: container_len(object) as u64,
    };
    match Kind::of(object) {
        Kind::Atom => ObjectName::Value {
            type_name: shown_dotted(object.ty(), values),
            text: match values {
                Values::Shown => atom_repr(object, VALUE_LIMIT),
                Values::Redacted(_) => sketch(object),
            },
        },
        Kind::List => container(Container::List),
        Kind::Tuple => container(Container::Tuple),
        Kind::Dict => container(Container::Dict),
        Kind::Set => container(Container::Set),
        Kind::Type => ObjectName::Class {
            name: shown(object, type_short_name(object), values),
            dotted: shown_dotted(object, values),
        },
        Kind::Function => ObjectName::Function {
            name: shown_simple(function_name(object, "__name__"), values),
            place: function_place(object, values),
        },
        Kind::Method => ObjectName::Method {
            name: shown_dotted_name(method_name(object), values),
            place: method_function(object).and_then(|function| function_place(function, values)),
        },
        Kind::Module => ObjectName::Module(module_name(object, values)),
        Kind::Frame => frame(object, values),
        Kind::WeakReference => {
            let referent = weak_referent(object).flatten();
            ObjectName::WeakReference {
                referent: referent.map(|referent| referent.address() as u64),
                target: referent.map_or_else(String::new, |referent| target(referent, values)),
            }
        }
        Kind::Generator => ObjectName::Generator {
            type_name: shown_with_module(object.ty(), values),
            function: shown_function(generator_function(object), values),
            place: shown_place(generator_position(object), values),
        },
        Kind::Other => named(object, values),
    }
}

/// What the name of an object depends on: objects with the same have one name. `None` where
/// that is too much to tell.
pub(crate) fn likeness(object: Obj<'_>, values: Values<'_>) -> Option<(usize, usize)> {
    let length = match (Kind::of(object), values) {
        (Kind::List | Kind::Tuple | Kind::Dict | Kind::Set, _) => container_len(object),
        (Kind::Atom, Values::Redacted(_)) => sketched_length(object)?,
        _ => return None,
    };
    Some((object.ty().address(), length))
}

/// Whether all instances of the type of an object have one name.
pub(crate) fn is_named_by_type(object: Obj<'_>) -> bool {
    Kind::of(object) == Kind::Other && named_objects::is_named_by_type(object)
}

/// The kind of the name of an object.
pub(crate) fn object_kind(object: Obj<'_>) -> ObjectKind {
    match Kind::of(object) {
        Kind::Atom => ObjectKind::Value,
        Kind::List => ObjectKind::Container(Container::List),
        Kind::Tuple => ObjectKind::Container(Container::Tuple),
        Kind::Dict => ObjectKind::Container(Container::Dict),
        Kind::Set => ObjectKind::Container(Container::Set),
        Kind::Type => ObjectKind::Class,
        Kind::Function => ObjectKind::Function,
        Kind::Method => ObjectKind::Method,
        Kind::Module => ObjectKind::Module,
        Kind::Frame => ObjectKind::Frame,
        Kind::WeakReference => ObjectKind::WeakReference,
        Kind::Generator => ObjectKind::Generator,
        Kind::Other => ObjectKind::Instance,
    }
}

fn frame(object: Obj<'_>, values: Values<'_>) -> ObjectName<String> {
    // A frame has a location even if its line is not known.
    let place = frame_position(object).map(|(file, line)| Place {
        file: shown_file(file, values),
        line: u32::try_from(line).unwrap_or(0),
    });
    ObjectName::Frame {
        function: shown_function(frame_function(object), values),
        place,
    }
}

/// A short description of the referent of a weak reference.
fn target(referent: Obj<'_>, values: Values<'_>) -> String {
    match Kind::of(referent) {
        // It may refer to a weak reference.
        Kind::WeakReference | Kind::Atom => shown_dotted(referent.ty(), values),
        _ => object_name(referent, values)
            .borrowed()
            .short()
            .into_owned(),
    }
}

fn function_place(function: Obj<'_>, values: Values<'_>) -> Option<Place<String>> {
    let code = field(&function_fields(function), "__code__")?;
    shown_place(code_position(code), values)
}

/// The name of the function to which a code object belongs; `None` for other objects.
pub(crate) fn code_name(code: Obj<'_>, values: Values<'_>) -> Option<String> {
    let (name, _) = text(member(code, "co_name")?, NAME_LIMIT)?;
    Some(shown_simple(name, values))
}

/// The name of an object's type, without module and enclosing classes.
pub(crate) fn type_name_of(object: Obj<'_>) -> String {
    type_short_name(object.ty())
}

fn method_name(method: Obj<'_>) -> String {
    match method_function(method) {
        Some(function) if Kind::of(function) == Kind::Function => {
            function_name(function, "__qualname__")
        }
        Some(callable) => type_name(callable.ty()),
        None => UNKNOWN.to_owned(),
    }
}

fn method_function(method: Obj<'_>) -> Option<Obj<'_>> {
    member(method, "__func__")
}

fn field<'h>(fields: &[(&str, Obj<'h>)], wanted: &str) -> Option<Obj<'h>> {
    let found = fields.iter().find(|&&(name, _)| name == wanted);
    found.map(|&(_, value)| value)
}

pub(super) fn module_name(module: Obj<'_>, values: Values<'_>) -> String {
    let name = module_dict(module)
        .and_then(|namespace| dict_value(namespace, "__name__"))
        .and_then(|name| text(name, NAME_LIMIT))
        .map_or_else(|| UNKNOWN.to_owned(), |(name, _)| name);
    shown_dotted_name(name, values)
}
