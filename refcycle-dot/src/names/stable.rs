//! Names for comparisons: the same in every run, on every version of Python, live and from a
//! file.

use std::borrow::Cow;

use super::text::without_builtins;
use super::{ObjectName, ReferenceName};

impl<'a> ObjectName<&'a str> {
    /// The name of an object in a signature: its type with the module, or its name in Python code.
    /// It contains no address, length, line or value.
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
            Self::Class { name, .. } => format!("class {name}").into(),
            Self::Function { name, .. } => format!("function {name}").into(),
            Self::Method { name, .. } => format!("method {name}").into(),
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
            | Self::Instance(type_name) => without_builtins(type_name).into(),
        }
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
