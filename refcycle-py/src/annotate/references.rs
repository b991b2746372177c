//! Names for references.

use pyo3::prelude::*;

use super::Sink;
use super::keys::key_repr;
use super::spelling::NAME_LIMIT;
use crate::heap::{
    Kind, Obj, builtin_fields, cell_contents, dict_entries, frame_fields, frame_locals,
    function_fields, generator_fields, generator_locals, instance_attributes, instance_dict,
    is_set, members, module_dict, sequence_items, text, type_fields, weak_callback,
};

/// Shows every reference of an object whose name is known, the more telling name of an
/// object first where it has several.
pub(super) fn see_references<'h>(py: Python<'_>, object: Obj<'h>, sink: &mut dyn Sink<'h>) {
    see_contents(py, object, sink);
    if !sink.is_satisfied() {
        see_fields(object, sink);
    }
    if !sink.is_satisfied() {
        see_attributes(object, sink);
    }
    if !sink.is_satisfied() {
        sink.see(object.ty(), &|| "__class__".to_owned());
    }
}

/// What a container contains.
fn see_contents<'h>(py: Python<'_>, object: Obj<'h>, sink: &mut dyn Sink<'h>) {
    if let Some(items) = sequence_items(object) {
        for (index, item) in items.enumerate() {
            if sink.is_satisfied() {
                return;
            }
            if let Some(item) = item {
                sink.see(item, &|| format!("item[{index}]"));
            }
        }
    }
    if let Some(entries) = dict_entries(object) {
        for (key, value) in entries {
            if sink.is_satisfied() {
                return;
            }
            sink.see(key, &|| "key".to_owned());
            sink.see(value, &|| format!("value[{}]", key_repr(py, key)));
        }
    }
    if is_set(object) {
        let class = object.ty();
        let dict = instance_dict(object);
        object.traverse(|element| {
            if element != class && Some(element) != dict {
                sink.see(element, &|| "element".to_owned());
            }
        });
    }
}

/// The fields of an object of a builtin type.
fn see_fields<'h>(object: Obj<'h>, sink: &mut dyn Sink<'h>) {
    let present = |fields: Option<Vec<(&'static str, Option<Obj<'h>>)>>| {
        let fields = fields.into_iter().flatten();
        fields
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    };
    match Kind::of(object) {
        Kind::Type => see_named(type_fields(object).unwrap_or_default(), sink),
        Kind::Function => see_named(present(function_fields(object)), sink),
        Kind::Frame => {
            see_locals(frame_locals(object), sink);
            see_named(frame_fields(object), sink);
        }
        Kind::Generator => {
            see_locals(generator_locals(object), sink);
            see_named(generator_fields(object), sink);
        }
        Kind::WeakReference => see_named(weak_callback(object).into_iter().collect(), sink),
        Kind::Module => {
            if let Some(dict) = module_dict(object) {
                sink.see(dict, &|| "__dict__".to_owned());
            }
        }
        _ => {
            see_named(present(builtin_fields(object)), sink);
            if let Some(contents) = cell_contents(object) {
                sink.see(contents, &|| "cell_contents".to_owned());
            }
        }
    }
}

fn see_named<'h>(fields: Vec<(&'static str, Obj<'h>)>, sink: &mut dyn Sink<'h>) {
    for (name, value) in fields {
        sink.see(value, &|| name.to_owned());
    }
}

fn see_locals<'h>(locals: Vec<(String, Obj<'h>)>, sink: &mut dyn Sink<'h>) {
    for (name, value) in locals {
        sink.see(value, &|| format!("local '{name}'"));
    }
}

/// What a person would write after the dot: members and slots, inline attributes, the
/// dict.
fn see_attributes<'h>(object: Obj<'h>, sink: &mut dyn Sink<'h>) {
    for (name, value) in members(object) {
        sink.see(value, &|| name.to_owned());
    }
    for (name, value) in instance_attributes(object) {
        sink.see(value, &|| {
            text(name, NAME_LIMIT).map_or_else(String::new, |(name, _)| name)
        });
    }
    if let Some(dict) = instance_dict(object) {
        sink.see(dict, &|| "__dict__".to_owned());
    }
}
