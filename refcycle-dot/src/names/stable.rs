//! Names for comparisons: the same in every run, on every version of Python, live and from a
//! file.

use std::borrow::Cow;

use super::identifiers::{HIDDEN_TYPE, is_function, is_type};
use super::text::without_builtins;
use super::{ObjectName, ReferenceName};

impl<'a> ObjectName<&'a str> {
    /// The name of an object in a signature: its type with the module, or its name in Python code.
    /// It contains no address, length, line or value. What cannot be a name in Python code, such as
    /// the class that `type(f"Form/{number}", (), {})` creates, has one name for all: `(type)` or
    /// `?`, as a redacted file shows it.
    ///
    /// ```
    /// use refcycle_dot::names::{Container, ObjectName};
    ///
    /// let list = ObjectName::Container { container: Container::List, type_name: "list", len: 3 };
    /// assert_eq!(list.stable(), "list");
    /// assert_eq!(ObjectName::Instance("app.Pool").stable(), "app.Pool");
    /// let serve = ObjectName::Function { name: "serve", place: None };
    /// assert_eq!(serve.stable(), "function serve");
    /// ```
    pub fn stable(&self) -> Cow<'a, str> {
        match *self {
            Self::Class { name, .. } => format!("class {}", of_type(name)).into(),
            Self::Function { name, .. } => format!("function {}", of_function(name)).into(),
            Self::Method { name, .. } => format!("method {}", of_function(name)).into(),
            Self::Module(name) => format!("module {name}").into(),
            Self::Frame { function, place } => match (function, place) {
                ("", None) => "frame".into(),
                ("", Some(place)) => format!("frame at {}", place.file).into(),
                (function, _) => format!("frame {function}").into(),
            },
            Self::Generator {
                type_name,
                function,
                ..
            } => {
                let kind = without_builtins(type_name).replace("_generator", " generator");
                match function {
                    "" => kind.into(),
                    function => format!("{kind} {function}").into(),
                }
            }
            Self::WeakReference { .. } => "weak reference".into(),
            Self::Other(_) => "object".into(),
            Self::Value { type_name, .. }
            | Self::Container { type_name, .. }
            | Self::Named { type_name, .. }
            | Self::Instance(type_name) => without_builtins(of_type(type_name)).into(),
        }
    }

    /// The name of a class in full, with its module; `None` for other objects. As in
    /// [`stable`](Self::stable), it is `(type)` for what cannot be a name.
    pub fn qualified(&self) -> Option<&'a str> {
        match *self {
            Self::Class { dotted, .. } => Some(of_type(dotted)),
            _ => None,
        }
    }
}

fn of_type(name: &str) -> &str {
    // A type of CPython.
    const METHOD_WRAPPER: &str = "builtins.method-wrapper";

    match is_type(name) || without_builtins(METHOD_WRAPPER) == without_builtins(name) {
        true => name,
        false => HIDDEN_TYPE,
    }
}

fn of_function(name: &str) -> &str {
    match name.split('.').all(is_function) {
        true => name,
        false => "?",
    }
}

impl<'a> ReferenceName<&'a str> {
    /// How a signature writes a reference after the name of the object that has it: indices and
    /// keys are masked.
    ///
    /// ```
    /// use refcycle_dot::names::ReferenceName;
    ///
    /// assert_eq!(ReferenceName::Item(3).stable(), "[*]");
    /// assert_eq!(ReferenceName::Value("'alice'").stable(), "[*]");
    /// assert_eq!(ReferenceName::Local("job").stable(), " local 'job'");
    /// ```
    pub fn stable(&self) -> Cow<'a, str> {
        match *self {
            Self::Item(_) | Self::ArrayItem(_) | Self::Value(_) => "[*]".into(),
            Self::Key => " key".into(),
            Self::Element => " element".into(),
            Self::Local(name) => format!(" local '{name}'").into(),
            Self::HiddenLocal => " local".into(),
            Self::Stack(_) => " stack[*]".into(),
            Self::FieldItem(name, _) => format!(".{name}[*]").into(),
            Self::ModuleState(module) => format!(" state of '{module}'").into(),
            Self::HiddenAttribute => format!(".{}", self.label()).into(),
            Self::Attribute(name) | Self::Field(name) | Self::Other(name) => {
                format!(".{name}").into()
            }
        }
    }

    /// The same for an entry of a `__dict__`: as an attribute.
    pub fn stable_attribute(&self) -> Cow<'a, str> {
        match self.identifier_key() {
            Some(name) => format!(".{name}").into(),
            None => format!(".__dict__{}", self.stable()).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{Container, Place};

    #[test]
    fn objects_have_no_number_in_their_stable_name() {
        let frame = |function, file| ObjectName::Frame {
            function,
            place: Some(Place { file, line: 7 }),
        };
        let generator = ObjectName::Generator {
            type_name: "builtins.async_generator",
            function: "pages",
            place: Some(Place {
                file: "app/pages.py",
                line: 3,
            }),
        };
        let dict = ObjectName::Container {
            container: Container::Dict,
            type_name: "collections.OrderedDict",
            len: 12,
        };
        let class = ObjectName::Class {
            name: "Pool",
            dotted: "app.Pool",
        };
        let method = ObjectName::Method {
            name: "Pool.take",
            place: Some(Place {
                file: "app.py",
                line: 3,
            }),
        };
        let task = ObjectName::Named {
            type_name: "_asyncio.Task",
            name: "client-3",
            about: "serve",
            place: None,
        };
        let weak = ObjectName::WeakReference {
            referent: Some(0x7f00),
            target: "",
        };
        for (name, expected) in [
            (ObjectName::Instance("builtins.property"), "property"),
            (class, "class Pool"),
            (method, "method Pool.take"),
            (task, "_asyncio.Task"),
            (ObjectName::Module("app"), "module app"),
            (frame("run", "app/worker.py"), "frame run"),
            (frame("", "app/worker.py"), "frame at app/worker.py"),
            (generator, "async generator pages"),
            (dict, "collections.OrderedDict"),
            (weak, "weak reference"),
        ] {
            assert_eq!(name.stable(), expected);
        }
    }

    #[test]
    fn texts_that_are_no_names_have_one_name_for_all() {
        let made = "app.make.<locals>.Form";
        for (name, dotted, expected, qualified) in [
            ("Form", made, "class Form", made),
            (
                "Page[int]",
                "app.Page[int]",
                "class Page[int]",
                "app.Page[int]",
            ),
            ("Form/7", "app.Form/7", "class (type)", "(type)"),
            ("(type)", "(type)", "class (type)", "(type)"),
        ] {
            let class = ObjectName::Class { name, dotted };
            assert_eq!(class.stable(), expected);
            assert_eq!(class.qualified(), Some(qualified));
        }
        assert_eq!(ObjectName::Module("app").qualified(), None);
        for (name, expected) in [
            ("app.make.<locals>.Form", "app.make.<locals>.Form"),
            ("app.Form/7", "(type)"),
            ("(type)", "(type)"),
            ("method-wrapper", "method-wrapper"),
            ("builtins.method-wrapper", "method-wrapper"),
        ] {
            assert_eq!(ObjectName::Instance(name).stable(), expected);
        }
        for (name, expected) in [
            ("<lambda>", "function <lambda>"),
            ("GET /users/7", "function ?"),
            ("str (12 characters)", "function ?"),
        ] {
            assert_eq!(
                ObjectName::Function { name, place: None }.stable(),
                expected
            );
        }
        let method = |name| ObjectName::Method { name, place: None };
        assert_eq!(
            method("make.<locals>.Form.send").stable(),
            "method make.<locals>.Form.send"
        );
        assert_eq!(method("Form/7.send").stable(), "method ?");
    }

    #[test]
    fn entries_of_a_namespace_are_attributes() {
        for (key, expected) in [
            ("'pool'", ".pool"),
            ("'a b'", ".__dict__[*]"),
            ("7", ".__dict__[*]"),
        ] {
            assert_eq!(ReferenceName::Value(key).stable_attribute(), expected);
        }
        assert_eq!(ReferenceName::Key.stable_attribute(), ".__dict__ key");
    }
}
