//! Names for references.

use refcycle_dot::dump::redaction::{is_name, is_variable};
use refcycle_dot::names::ReferenceName;

use super::keys::{Keys, key_repr};
use super::objects::module_name;
use super::sink::{Sink, Source};
use super::spelling::{NAME_LIMIT, Values};
use crate::heap::{
    ArrayReference, FieldName, Kind, Obj, array_references, awaited, builtin_fields, cell_contents,
    dict_entries, exception_fields, frame_fields, frame_locals, frame_stack, function_fields,
    generator_fields, generator_locals, generator_stack, greenlet_parent, has_python_fields,
    hidden_code_fields, instance_attributes, instance_dict, is_ordered_dict, is_set, link_fields,
    members, module_dict, newline_decoder_fields, private_fields, see_module_state, sequence_items,
    shown_places, suspended_frames, text, time_zone, type_fields, weak_callback,
};

/// Shows every reference of an object whose name is known. If an object has several names, the
/// most informative one comes first.
pub(super) fn see_references<'h>(object: Obj<'h>, values: Values<'_>, sink: &mut dyn Sink<'h>) {
    see_contents(object, values, sink);
    if !sink.is_satisfied() {
        see_fields(object, values, sink);
    }
    if !sink.is_satisfied() {
        see_private_fields(object, values, sink);
    }
    if !sink.is_satisfied() {
        sink.see(object.ty(), &|| {
            ReferenceName::Attribute("__class__".to_owned())
        });
    }
}

/// Shows references by their places: those without a name are in fields of extension modules.
pub(super) fn see_places<'h>(object: Obj<'h>, sink: &mut dyn Sink<'h>) {
    if has_python_fields(object) {
        return;
    }
    for (offset, value) in shown_places(object) {
        sink.see(value, &|| {
            ReferenceName::Other(format!("field at byte {offset}"))
        });
    }
}

/// Shows the contents of a container.
fn see_contents<'h>(object: Obj<'h>, values: Values<'_>, sink: &mut dyn Sink<'h>) {
    if let Some(items) = sequence_items(object) {
        for (index, item) in items.enumerate() {
            if sink.is_satisfied() {
                return;
            }
            if let Some(item) = item {
                sink.see(item, &|| ReferenceName::Item(index as u64));
            }
        }
    }
    if let Some(entries) = dict_entries(object) {
        let keys = Keys::of(object, values);
        for (key, value) in entries {
            if sink.is_satisfied() {
                return;
            }
            sink.see(key, &|| ReferenceName::Key);
            sink.see_after(value, Source::Key(key, keys), &|| {
                ReferenceName::Value(key_repr(key, keys))
            });
        }
        // The traversal of an OrderedDict shows its keys a second time, in order.
        if is_ordered_dict(object) && !sink.is_satisfied() {
            for (key, _) in dict_entries(object).into_iter().flatten() {
                sink.see(key, &|| ReferenceName::Key);
            }
        }
    }
    if is_set(object) {
        // Other references of an instance of a subclass have names of their own.
        let mut others: Vec<_> = members(object).map(|(_, value)| value).collect();
        others.extend(instance_attributes(object).iter().map(|&(_, value)| value));
        others.extend(instance_dict(object));
        others.push(object.ty());
        object.traverse(
            |element| match others.iter().position(|&other| other == element) {
                Some(position) => drop(others.swap_remove(position)),
                None => sink.see(element, &|| ReferenceName::Element),
            },
        );
    }
}

/// Shows the named fields of an object: those that its type declares, known fields of builtin
/// types, the variables of a frame or a generator, and everything that a person would write after
/// a dot.
fn see_fields<'h>(object: Obj<'h>, values: Values<'_>, sink: &mut dyn Sink<'h>) {
    let is_of_class = has_python_fields(object);
    let (locals, mut fields) = match is_of_class {
        true => (Vec::new(), Vec::new()),
        false => (locals(object), known_fields(object)),
    };
    for (name, value) in locals {
        sink.see(value, &|| match values {
            Values::Redacted(_) if !is_variable(&name) => ReferenceName::HiddenLocal,
            _ => ReferenceName::Local(name.clone()),
        });
    }
    if !is_of_class {
        see_stack(object, sink);
    }
    let declared = members(object).chain(instance_dict(object).map(|dict| ("__dict__", dict)));
    for field in declared {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    for (name, value) in fields {
        sink.see(value, &|| ReferenceName::Attribute(name.to_owned()));
    }
    if object.is_greenlet() {
        see_greenlet_fields(object, sink);
    }
    if !is_of_class && Kind::of(object) == Kind::Other {
        for (name, value) in array_references(object) {
            sink.see(value, &|| match &name {
                ArrayReference::Field(name) => ReferenceName::Attribute((*name).to_owned()),
                ArrayReference::Item(index) => match index[..] {
                    [index] => ReferenceName::Item(index as u64),
                    _ => ReferenceName::ArrayItem(indices(index)),
                },
            });
        }
    }
    for (name, value) in instance_attributes(object) {
        sink.see_after(value, Source::Attribute(name), &|| {
            let (name, cut) = text(name, NAME_LIMIT).unwrap_or_default();
            match values {
                Values::Redacted(_) if cut || !is_name(&name) => ReferenceName::HiddenAttribute,
                _ => ReferenceName::Attribute(name),
            }
        });
    }
}

/// The frames of a suspended greenlet, the innermost first, and the greenlets that a greenlet
/// refers to.
fn see_greenlet_fields<'h>(greenlet: Obj<'h>, sink: &mut dyn Sink<'h>) {
    for (index, frame) in suspended_frames(greenlet).into_iter().enumerate() {
        sink.see(frame, &|| match index {
            0 => ReferenceName::Attribute("gr_frame".to_owned()),
            _ => ReferenceName::FieldItem("frames".to_owned(), index as u64),
        });
    }
    let Some(parent) = greenlet_parent(greenlet) else {
        return;
    };
    let mut shown = Vec::new();
    greenlet.traverse(|referent| shown.extend(referent.is_greenlet().then_some(referent)));
    if let Some(place) = shown.iter().position(|&other| other == parent) {
        shown.swap_remove(place);
        sink.see(parent, &|| ReferenceName::Attribute("parent".to_owned()));
    }
    let main = std::iter::successors(Some(parent), |&above| greenlet_parent(above)).last();
    if let Some(main) = main.filter(|main| shown.contains(main)) {
        sink.see(main, &|| ReferenceName::Field("main_greenlet".to_owned()));
    }
}

/// The fields of structs that are nobody's business, as CPython's sources call them where
/// they have no attribute's name, and what is in the state of a module.
fn see_private_fields<'h>(object: Obj<'h>, values: Values<'_>, sink: &mut dyn Sink<'h>) {
    for (name, value) in private_fields(object) {
        sink.see(value, &|| match name {
            FieldName::Field(name) => ReferenceName::Field(name.to_owned()),
            FieldName::Element("item", index) => ReferenceName::Item(index as u64),
            FieldName::Element(name, index) => {
                ReferenceName::FieldItem(name.to_owned(), index as u64)
            }
            FieldName::Key => ReferenceName::Key,
            FieldName::Value(key) => ReferenceName::Value(key_repr(key, Keys::of_data(values))),
        });
    }
    if Kind::of(object) == Kind::Module {
        see_module_state(object, |value| {
            sink.see(value, &|| {
                ReferenceName::ModuleState(module_name(object, values))
            });
        });
    }
}

/// The indices of an array item, as in `0, 3`.
fn indices(index: &[isize]) -> String {
    let index: Vec<_> = index.iter().map(isize::to_string).collect();
    index.join(", ")
}

/// Shows the value stack of a suspended generator or coroutine. At the top is the object for which
/// it waits.
fn see_stack<'h>(object: Obj<'h>, sink: &mut dyn Sink<'h>) {
    let stack = match Kind::of(object) {
        Kind::Frame => frame_stack(object),
        Kind::Generator => generator_stack(object),
        _ => return,
    };
    let waiting = if stack.is_empty() {
        None
    } else {
        awaited(object)
    };
    // Since 3.15, there may be another object above it.
    let top = waiting.and_then(|(_, awaited)| stack.iter().rposition(|&on| on == Some(awaited)));
    for (index, value) in stack.into_iter().enumerate() {
        let Some(value) = value else {
            continue;
        };
        sink.see(value, &|| match waiting {
            Some((attribute, _)) if top == Some(index) => {
                ReferenceName::Attribute(attribute.to_owned())
            }
            _ => ReferenceName::Stack(index as u64),
        });
    }
}

fn locals(object: Obj<'_>) -> Vec<(String, Obj<'_>)> {
    match Kind::of(object) {
        Kind::Frame => frame_locals(object),
        Kind::Generator => generator_locals(object),
        _ => Vec::new(),
    }
}

fn known_fields<'h>(object: Obj<'h>) -> Vec<(&'h str, Obj<'h>)> {
    match Kind::of(object) {
        Kind::Type => type_fields(object),
        Kind::Function => function_fields(object),
        Kind::Frame => frame_fields(object),
        Kind::Generator => generator_fields(object),
        Kind::WeakReference => weak_callback(object).into_iter().collect(),
        Kind::Module => module_dict(object)
            .map(|dict| ("__dict__", dict))
            .into_iter()
            .collect(),
        _ => {
            let mut fields = builtin_fields(object);
            fields.extend(exception_fields(object));
            fields.extend(time_zone(object).map(|zone| ("tzinfo", zone)));
            fields.extend(cell_contents(object).map(|contents| ("cell_contents", contents)));
            fields.extend(link_fields(object));
            fields.extend(hidden_code_fields(object));
            fields.extend(newline_decoder_fields(object));
            fields
        }
    }
}
