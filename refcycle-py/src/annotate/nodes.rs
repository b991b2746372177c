//! What objects are called in a heap snapshot of Chrome's.

use refcycle_dot::exchange::heapsnapshot::NodeKind;

use super::objects::{object_annotation, object_name};
use super::spelling::Values;
use super::type_names::dotted;
use crate::heap::{Kind, Obj, atom_repr, text};

/// Characters of a string or a number.
const LIMIT: usize = 200;

/// The kind of an object and its name: its class, where its kind does not tell it.
pub(crate) fn heap_node(object: Obj<'_>) -> (NodeKind, String) {
    match Kind::of(object) {
        Kind::Atom => atom(object),
        Kind::Function | Kind::Method => {
            let name = object_name(object, Values::Shown);
            let name = name.borrowed().name().unwrap_or_default().to_owned();
            (NodeKind::Function, name)
        }
        Kind::Type => (NodeKind::Code, format!("class {}", dotted(object))),
        Kind::Module | Kind::Frame => {
            let name = object_annotation(object).replace('\n', " ");
            (NodeKind::Code, name)
        }
        _ => (NodeKind::Object, dotted(object.ty())),
    }
}

fn atom(object: Obj<'_>) -> (NodeKind, String) {
    if let Some((mut string, cut)) = text(object, LIMIT) {
        if cut {
            string.push('…');
        }
        return (NodeKind::String, string);
    }
    let kind = match &*dotted(object.ty()) {
        "bytes" => NodeKind::String,
        "int" | "float" | "complex" => NodeKind::Number,
        // `None`, `True`: objects of which there is one.
        class => return (NodeKind::Object, class.to_owned()),
    };
    (kind, atom_repr(object, LIMIT))
}

/// What tells that an object is another one than that which was at its address before:
/// its name, as long as it keeps it.
pub(crate) fn is_name_for_life(object: Obj<'_>) -> bool {
    // A frame has the line at which it is, and a function or a class can be renamed.
    matches!(Kind::of(object), Kind::Atom)
}
