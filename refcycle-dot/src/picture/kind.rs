//! The kinds of objects that look different.

use crate::names::ObjectName;

/// The kinds of boxes, each with its own appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Frame,
    Function,
    Module,
    Type,
    Container,
    Object,
    Value,
    /// Not an object of the graph, but a root that holds one.
    Root,
    /// What a picture leaves out at a box.
    Stub,
}

/// Types whose instances are essentially frames.
const SUSPENDED: &[&str] = &[
    "builtins.generator",
    "builtins.coroutine",
    "builtins.async_generator",
];

/// Types of functions that are written in C.
const CALLABLE: &[&str] = &[
    "builtins.builtin_function_or_method",
    "builtins.method_descriptor",
];

impl Kind {
    /// The kind of an object with this name.
    pub(crate) fn of(name: ObjectName<&str>) -> Self {
        match name {
            ObjectName::Frame { .. } | ObjectName::Generator { .. } => Self::Frame,
            ObjectName::Function { .. } | ObjectName::Method { .. } => Self::Function,
            ObjectName::Module(_) => Self::Module,
            ObjectName::Class { .. } => Self::Type,
            ObjectName::Named { type_name, .. } | ObjectName::Instance(type_name) => {
                match type_name {
                    ty if SUSPENDED.contains(&ty) => Self::Frame,
                    ty if CALLABLE.contains(&ty) => Self::Function,
                    _ => Self::Object,
                }
            }
            ObjectName::WeakReference { .. } => Self::Object,
            ObjectName::Container { .. } => Self::Container,
            ObjectName::Value { .. } | ObjectName::Other(_) => Self::Value,
        }
    }

    /// The kinds in the order of the legend, which explains all but stubs.
    pub(crate) const ALL: [Self; 8] = [
        Self::Frame,
        Self::Function,
        Self::Module,
        Self::Type,
        Self::Container,
        Self::Object,
        Self::Value,
        Self::Root,
    ];

    /// The name in the legend.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Function => "function",
            Self::Module => "module",
            Self::Type => "class",
            Self::Container => "list, tuple, dict, set",
            Self::Object => "other object",
            Self::Value => "value",
            Self::Root => "holds it from outside",
            Self::Stub => "left out",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_looks() {
        for (label, kind) in [
            ("frame\n...worker.py:4", Kind::Frame),
            ("instancemethod\nA.b", Kind::Function),
            ("module\nsys", Kind::Module),
            ("type\nA", Kind::Type),
            ("dict[4]", Kind::Container),
            ("list of things", Kind::Value),
            ("object\n__main__.A", Kind::Object),
            ("object\nbuiltins.generator", Kind::Frame),
            (
                "object\nbuiltins.builtin_function_or_method",
                Kind::Function,
            ),
            ("weakref to id 0x7f", Kind::Object),
            ("'list[1]'", Kind::Value),
            ("", Kind::Value),
        ] {
            assert_eq!(Kind::of(ObjectName::parse(label)), kind, "{label}");
        }
    }
}
