//! How objects, live or from a file, are shown in a heap snapshot.

use std::borrow::Cow;

use refcycle_dot::exchange::heapsnapshot::NodeKind;
use refcycle_dot::names::ObjectName;

/// The kind of an object and its name: that of its type, if the kind does not imply it.
///
/// `type_name` returns the name of its type, with the module except for builtins.
pub(super) fn node<'a>(
    name: ObjectName<&'a str>,
    type_name: impl FnOnce() -> Cow<'a, str>,
) -> (NodeKind, Cow<'a, str>) {
    match name {
        ObjectName::Value {
            type_name: "str" | "bytes",
            text,
        } => (NodeKind::String, text.into()),
        ObjectName::Value {
            type_name: "int" | "float" | "complex",
            text,
        } => (NodeKind::Number, text.into()),
        ObjectName::Function { name, .. } | ObjectName::Method { name, .. } => {
            (NodeKind::Function, name.into())
        }
        ObjectName::Class { name, .. } => (NodeKind::Code, format!("class {name}").into()),
        ObjectName::Module(name) => (NodeKind::Code, format!("module {name}").into()),
        ObjectName::Frame { .. } => {
            let label = name.to_string();
            (NodeKind::Code, label.replace('\n', " ").into())
        }
        _ => (NodeKind::Object, type_name()),
    }
}
