//! Names for texts that were not created from names: those of a JSON or GraphML file, of a graph of
//! the user, or of a heap dump of format 1.

use super::label::{Details, bracketed, value};
use super::{Container, ObjectKind, ObjectName, ReferenceKind, ReferenceName};

impl<'a> ObjectName<&'a str> {
    /// The name for which a label of refcycle 0.3.1 stands. A text in another form is
    /// [`Other`](Self::Other), and that of a number or a string is a [`Value`](Self::Value).
    ///
    /// ```
    /// use refcycle_dot::names::ObjectName;
    /// assert_eq!(ObjectName::parse("module\napp"), ObjectName::Module("app"));
    /// assert_eq!(ObjectName::parse("my node"), ObjectName::Other("my node"));
    /// ```
    pub fn parse(label: &'a str) -> Self {
        for container in Container::ALL {
            if let Some(len) = bracketed(label, container.word()) {
                return Self::Container {
                    container,
                    type_name: container.word(),
                    len,
                };
            }
        }
        let word = label.split(['\n', ' ']).next().unwrap_or_default();
        let kind = match word {
            "type" => ObjectKind::Class,
            "function" => ObjectKind::Function,
            "instancemethod" => ObjectKind::Method,
            "module" => ObjectKind::Module,
            "frame" => ObjectKind::Frame,
            "weakref" => ObjectKind::WeakReference,
            "object" => ObjectKind::Instance,
            _ => ObjectKind::Other,
        };
        match (
            Self::from_label(kind, label, Details::default()),
            type_of_value(label),
        ) {
            (Self::Other(text), Some(type_name)) => Self::Value { type_name, text },
            (found, _) => found,
        }
    }
}

/// The type of a number or a string, from its form in Python.
fn type_of_value(text: &str) -> Option<&'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    match text.as_bytes().first()? {
        b'\'' | b'"' => Some("str"),
        b'b' if text[1..].starts_with(['\'', '"']) => Some("bytes"),
        _ if !digits.starts_with(|c: char| c.is_ascii_digit()) => None,
        _ if digits.bytes().all(|b| b.is_ascii_digit()) => Some("int"),
        _ if digits.parse::<f64>().is_ok() => Some("float"),
        _ => None,
    }
}

impl<'a> ReferenceName<&'a str> {
    /// The name for which a label of refcycle 0.3.1 stands. A word is an
    /// [`Attribute`](Self::Attribute); a text in another form is [`Other`](Self::Other).
    ///
    /// ```
    /// use refcycle_dot::names::ReferenceName;
    /// assert_eq!(ReferenceName::parse("local 'job'"), ReferenceName::Local("job"));
    /// assert_eq!(ReferenceName::parse("has part"), ReferenceName::Other("has part"));
    /// ```
    pub fn parse(label: &'a str) -> Self {
        let kinds = [
            ReferenceKind::Item,
            ReferenceKind::ArrayItem,
            ReferenceKind::Key,
            ReferenceKind::Element,
            ReferenceKind::Local,
            ReferenceKind::Stack,
            ReferenceKind::ModuleState,
        ];
        for kind in kinds {
            let found = Self::from_label(kind, label);
            if found.kind() == kind {
                return found;
            }
        }
        let word = label.chars().all(|c| c == '_' || c.is_alphanumeric());
        if let Some(value) = value(label) {
            value
        } else if word && label.starts_with(|c: char| c == '_' || c.is_alphabetic()) {
            Self::Attribute(label)
        } else {
            Self::from_label(ReferenceKind::FieldItem, label)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_types() {
        for (text, name) in [
            ("'a'", Some("str")),
            ("\"it's\"", Some("str")),
            ("b'a'", Some("bytes")),
            ("b", None),
            ("-17", Some("int")),
            ("2.5e-3", Some("float")),
            ("-", None),
            ("3 apples", None),
            ("None", None),
            ("", None),
        ] {
            assert_eq!(type_of_value(text), name, "{text}");
        }
    }

    #[test]
    fn labels_have_kinds() {
        for (label, kind) in [
            ("frame\n...worker.py:4", ObjectKind::Frame),
            ("frame", ObjectKind::Frame),
            ("frame of mind", ObjectKind::Other),
            ("instancemethod\nA.b", ObjectKind::Method),
            ("module\nsys", ObjectKind::Module),
            ("type\nA", ObjectKind::Class),
            ("dict[4]", ObjectKind::Container(Container::Dict)),
            ("list of things", ObjectKind::Other),
            ("list[a]", ObjectKind::Other),
            ("object\n__main__.A", ObjectKind::Instance),
            ("weakref to id 0x7f", ObjectKind::WeakReference),
            ("weakref (dead referent)", ObjectKind::WeakReference),
            ("'list[1]'", ObjectKind::Value),
            ("17", ObjectKind::Value),
            ("", ObjectKind::Other),
        ] {
            assert_eq!(ObjectName::parse(label).kind(), kind, "{label}");
            assert_eq!(ObjectName::parse(label).label(), label);
        }
    }

    #[test]
    fn labels_of_references_have_kinds() {
        for (label, kind) in [
            ("item[0]", ReferenceKind::Item),
            ("item[]", ReferenceKind::ArrayItem),
            ("item[0, 12]", ReferenceKind::ArrayItem),
            ("item[0,12]", ReferenceKind::Other),
            ("item[01]", ReferenceKind::Other),
            ("key", ReferenceKind::Key),
            ("value[]", ReferenceKind::Value),
            ("value[']']", ReferenceKind::Value),
            ("element", ReferenceKind::Element),
            ("__class__", ReferenceKind::Attribute),
            ("größe", ReferenceKind::Attribute),
            ("(local)", ReferenceKind::Local),
            ("attribute", ReferenceKind::Attribute),
            ("local '.0'", ReferenceKind::Local),
            ("stack[3]", ReferenceKind::Stack),
            ("state of '_json'", ReferenceKind::ModuleState),
            ("links[2]", ReferenceKind::FieldItem),
            ("has part", ReferenceKind::Other),
            ("2", ReferenceKind::Other),
            ("", ReferenceKind::Other),
        ] {
            let name = ReferenceName::parse(label);
            assert_eq!(name.kind(), kind, "{label}");
            assert_eq!(name.label(), label);
        }
    }
}
