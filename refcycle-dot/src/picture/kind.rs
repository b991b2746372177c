//! What an annotation tells of the kind of an object.

/// The kinds of boxes, each with its own look.
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
}

/// Types whose instances are frames at heart.
const SUSPENDED: &[&str] = &["generator", "coroutine", "async_generator"];

/// Types of functions that are written in C.
const CALLABLE: &[&str] = &["builtin_function_or_method", "method_descriptor"];

/// Whether an annotation is that of an instance of one of these builtin types.
fn is_one_of(annotation: &str, names: &[&str]) -> bool {
    annotation
        .strip_prefix("object\nbuiltins.")
        .is_some_and(|name| names.contains(&name))
}

impl Kind {
    /// The kind that the first line of an annotation names.
    pub(super) fn of(annotation: &str) -> Self {
        let (first, more) = annotation
            .split_once('\n')
            .map_or((annotation, false), |(line, _)| (line, true));
        let word = first.split(['[', ' ']).next().unwrap_or_default();
        match word {
            "frame" if more => Self::Frame,
            "object" if is_one_of(annotation, SUSPENDED) => Self::Frame,
            "function" | "instancemethod" if more => Self::Function,
            "object" if is_one_of(annotation, CALLABLE) => Self::Function,
            "module" if more => Self::Module,
            "type" if more => Self::Type,
            "object" | "weakref" => Self::Object,
            "dict" | "list" | "tuple" | "set" | "frozenset" if first.ends_with(']') => {
                Self::Container
            }
            _ => Self::Value,
        }
    }

    /// All kinds in the order of the legend.
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_tells_the_kind() {
        for (annotation, kind) in [
            ("frame\n...worker.py:4", Kind::Frame),
            ("frame", Kind::Value),
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
            assert_eq!(Kind::of(annotation), kind, "{annotation}");
        }
    }
}
