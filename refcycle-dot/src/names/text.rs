//! Names as text for people.

use std::borrow::Cow;

use super::{ObjectName, Place, ReferenceName, SUSPENDED};
use crate::counts::counted;

/// The types whose objects have a name, with the words that precede it.
const NAMED: [(&str, &str); 15] = [
    ("builtins.builtin_function_or_method", "builtin function"),
    ("builtins.cell", "closure cell"),
    ("builtins.classmethod_descriptor", "classmethod descriptor"),
    ("builtins.code", "code"),
    ("builtins.getset_descriptor", "getset descriptor"),
    ("builtins.member_descriptor", "member descriptor"),
    ("builtins.method_descriptor", "method descriptor"),
    ("builtins.wrapper_descriptor", "slot wrapper"),
    ("builtins.method-wrapper", "method wrapper"),
    ("builtins.property", "property"),
    ("_contextvars.ContextVar", "ContextVar"),
    ("builtins.ContextVar", "ContextVar"),
    ("_asyncio.Task", "Task"),
    ("asyncio.tasks.Task", "Task"),
    ("greenlet.greenlet", "greenlet"),
];

/// The words after which a name is quoted: it is not a name in Python code, or is that of a
/// variable.
const QUOTED: [&str; 3] = ["closure cell", "ContextVar", "Task"];

/// A name in its parts: `function`, `count`, ` at `, `app.py:7`.
struct Parts<'a> {
    word: Cow<'a, str>,
    name: Cow<'a, str>,
    joint: &'static str,
    place: String,
}

impl<'a> Parts<'a> {
    fn new(word: impl Into<Cow<'a, str>>, name: impl Into<Cow<'a, str>>) -> Self {
        Self {
            word: word.into(),
            name: name.into(),
            joint: "",
            place: String::new(),
        }
    }

    fn at(self, place: Option<Place<&str>>) -> Self {
        match place {
            None => self,
            Some(place) => self.with(" at ", shown(place)),
        }
    }

    fn with(self, joint: &'static str, place: String) -> Self {
        Self {
            joint,
            place,
            ..self
        }
    }

    fn short(self) -> Cow<'a, str> {
        match &*self.name {
            "" => self.word,
            name => format!("{} {name}", self.word).into(),
        }
    }

    /// All parts, with `separator` between the word and the rest.
    fn joined(self, separator: &str) -> Cow<'a, str> {
        let Self {
            word,
            name,
            joint,
            place,
        } = self;
        match (&*name, &*place) {
            ("", "") => word,
            ("", place) if separator == " " => format!("{word}{joint}{place}").into(),
            ("", place) => format!("{word}{separator}{place}").into(),
            (name, place) => format!("{word}{separator}{name}{joint}{place}").into(),
        }
    }
}

impl<'a> ObjectName<&'a str> {
    /// The name in one line, with the details that distinguish the object from others:
    /// `function <lambda> at views.py:12`, `list (3 items)`, `frame worker at worker.py:7`.
    pub fn long(&self) -> Cow<'a, str> {
        one_line(match self.parts() {
            Some(parts) => parts.joined(" "),
            None => self.whole(),
        })
    }

    /// The same in two lines, for a box: the kind, and the rest.
    pub fn lines(&self) -> Cow<'a, str> {
        match self.parts() {
            Some(parts) => parts.joined("\n"),
            None => self.whole(),
        }
    }

    /// The name without places and counts, as a part of other texts: `function <lambda>`,
    /// `list`, `frame worker`.
    pub fn short(&self) -> Cow<'a, str> {
        match *self {
            Self::Container { type_name, .. } => type_name.into(),
            Self::Frame { function: "", .. } => self.long(),
            _ => one_line(match self.parts() {
                Some(parts) => parts.short(),
                None => self.whole(),
            }),
        }
    }

    /// The name of an object without parts.
    fn whole(&self) -> Cow<'a, str> {
        match *self {
            Self::Container { type_name, len, .. } => {
                format!("{type_name} ({})", counted(len, "item", "items")).into()
            }
            _ => self.label(),
        }
    }

    fn parts(&self) -> Option<Parts<'a>> {
        Some(match *self {
            Self::Class { name, dotted } => Parts::new("class", or(dotted, name)),
            Self::Function { name, place } => Parts::new("function", name).at(place),
            Self::Method { name, place } => Parts::new("method", name).at(place),
            Self::Frame { function, place } => Parts::new("frame", function).at(place),
            Self::Generator {
                type_name,
                function,
                place,
            } => {
                let word = without_builtins(type_name).replace('_', " ");
                Parts::new(word, function).at(place)
            }
            Self::WeakReference { referent, target } => {
                let to = match (referent, target) {
                    (None, _) => "to a dead object".to_owned(),
                    (Some(address), "") => format!("to 0x{address:x}"),
                    (Some(_), target) => format!("to {target}"),
                };
                Parts::new("weak reference", to)
            }
            Self::Named {
                type_name,
                name,
                about,
                place,
            } => named(type_name, name, about, place),
            Self::Container { .. }
            | Self::Value { .. }
            | Self::Module(_)
            | Self::Instance(_)
            | Self::Other(_) => return None,
        })
    }
}

/// An object with a name of its own.
fn named<'a>(
    type_name: &'a str,
    name: &'a str,
    about: &'a str,
    place: Option<Place<&'a str>>,
) -> Parts<'a> {
    let known = NAMED.iter().find(|(known, _)| *known == type_name);
    let word = known.map_or_else(|| without_builtins(type_name), |(_, word)| word);
    let parts = match name.is_empty() || !QUOTED.contains(&word) {
        true => Parts::new(word, name),
        false => Parts::new(word, format!("'{name}'")),
    };
    match (about, place) {
        ("", place) => parts.at(place),
        (SUSPENDED, Some(place)) if word != "Task" => parts.with(" suspended at ", shown(place)),
        (about, Some(place)) => parts.with(" running ", format!("{about} at {}", shown(place))),
        (about, None) => parts.with(" of ", about.to_owned()),
    }
}

/// The name of a type without the module `builtins`.
pub(super) fn without_builtins(type_name: &str) -> &str {
    type_name.strip_prefix("builtins.").unwrap_or(type_name)
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

/// `worker.py:7`.
fn shown(place: Place<&str>) -> String {
    let file = place.file.rsplit(['/', '\\']).next().unwrap_or(place.file);
    format!("{file}:{}", place.line)
}

fn one_line(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.contains('\n') {
        true => text.replace('\n', " ").into(),
        false => text,
    }
}

/// How a reference is written after the object that has it.
pub(super) struct Written<'a> {
    pub(super) text: Cow<'a, str>,
    /// Whether a space separates the holder and the text.
    pub(super) is_apart: bool,
}

impl<'a> Written<'a> {
    fn suffix(text: String) -> Self {
        Self {
            text: text.into(),
            is_apart: false,
        }
    }

    fn apart(text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            text: text.into(),
            is_apart: true,
        }
    }
}

impl<'a> ReferenceName<&'a str> {
    /// The reference as it is written after the object that has it: `[3]`, `['key']`, `.attribute`,
    /// `local 'job'`, `closure 'handler'`. References of objects that are not Python's own keep
    /// their labels.
    pub fn long(&self, holder: ObjectName<&str>) -> Cow<'a, str> {
        self.written(holder).text
    }

    /// The same, with the separator of the holder and the text.
    pub(super) fn written(&self, holder: ObjectName<&str>) -> Written<'a> {
        match (*self, holder) {
            (Self::Attribute("cell_contents"), ObjectName::Named { name, .. }) => {
                Written::apart(format!("closure '{name}'"))
            }
            (Self::Attribute(name), ObjectName::Other(_)) => Written::apart(name),
            (Self::Attribute(name) | Self::Field(name), _) => Written::suffix(format!(".{name}")),
            (Self::FieldItem(name, index), _) => Written::suffix(format!(".{name}[{index}]")),
            (Self::Item(index), _) => Written::suffix(format!("[{index}]")),
            (Self::ArrayItem(key) | Self::Value(key), _) => Written::suffix(format!("[{key}]")),
            _ => Written::apart(self.label()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Container;

    const PLACE: Option<Place<&str>> = Some(Place {
        file: "...rv/shop/app.py",
        line: 40,
    });

    #[test]
    fn names_identify() {
        let task = |name, about, place| ObjectName::Named {
            type_name: "_asyncio.Task",
            name,
            about,
            place,
        };
        let named = |type_name, name| ObjectName::Named {
            type_name,
            name,
            about: "",
            place: None,
        };
        let greenlet = |type_name| ObjectName::Named {
            type_name,
            name: "",
            about: SUSPENDED,
            place: PLACE,
        };
        let weak = |referent, target| ObjectName::WeakReference { referent, target };
        for (name, long, short) in [
            (
                ObjectName::Container {
                    container: Container::List,
                    type_name: "list",
                    len: 3000,
                },
                "list (3,000 items)",
                "list",
            ),
            (
                ObjectName::Container {
                    container: Container::Dict,
                    type_name: "app.Registry",
                    len: 1,
                },
                "app.Registry (1 item)",
                "app.Registry",
            ),
            (
                ObjectName::Function {
                    name: "<lambda>",
                    place: PLACE,
                },
                "function <lambda> at app.py:40",
                "function <lambda>",
            ),
            (
                ObjectName::Method {
                    name: "Pool.close",
                    place: None,
                },
                "method Pool.close",
                "method Pool.close",
            ),
            (
                ObjectName::Class {
                    name: "Pool",
                    dotted: "app.Pool",
                },
                "class app.Pool",
                "class app.Pool",
            ),
            (
                ObjectName::Class {
                    name: "Pool",
                    dotted: "",
                },
                "class Pool",
                "class Pool",
            ),
            (
                ObjectName::Frame {
                    function: "worker",
                    place: PLACE,
                },
                "frame worker at app.py:40",
                "frame worker",
            ),
            (
                ObjectName::Frame {
                    function: "",
                    place: PLACE,
                },
                "frame at app.py:40",
                "frame at app.py:40",
            ),
            (
                ObjectName::Generator {
                    type_name: "builtins.async_generator",
                    function: "rows",
                    place: PLACE,
                },
                "async generator rows at app.py:40",
                "async generator rows",
            ),
            (
                ObjectName::Generator {
                    type_name: "builtins.coroutine",
                    function: "",
                    place: None,
                },
                "coroutine",
                "coroutine",
            ),
            (
                weak(Some(0x7f00), "object app.Pool"),
                "weak reference to object app.Pool",
                "weak reference to object app.Pool",
            ),
            (
                weak(Some(0x7f00), ""),
                "weak reference to 0x7f00",
                "weak reference to 0x7f00",
            ),
            (
                weak(None, ""),
                "weak reference to a dead object",
                "weak reference to a dead object",
            ),
            (
                task("client-3", "serve_client", PLACE),
                "Task 'client-3' running serve_client at app.py:40",
                "Task 'client-3'",
            ),
            (
                task("", "serve_client", None),
                "Task of serve_client",
                "Task",
            ),
            (
                task("client-3", "", None),
                "Task 'client-3'",
                "Task 'client-3'",
            ),
            (
                greenlet("greenlet.greenlet"),
                "greenlet suspended at app.py:40",
                "greenlet",
            ),
            (
                greenlet("gevent.greenlet.Greenlet"),
                "gevent.greenlet.Greenlet suspended at app.py:40",
                "gevent.greenlet.Greenlet",
            ),
            (
                task("", "suspended", PLACE),
                "Task running suspended at app.py:40",
                "Task",
            ),
            (
                named("builtins.builtin_function_or_method", "len"),
                "builtin function len",
                "builtin function len",
            ),
            (
                named("builtins.cell", "handler"),
                "closure cell 'handler'",
                "closure cell 'handler'",
            ),
            (
                named("_contextvars.ContextVar", "request"),
                "ContextVar 'request'",
                "ContextVar 'request'",
            ),
            (
                ObjectName::Instance("app.Pool"),
                "object app.Pool",
                "object app.Pool",
            ),
            (ObjectName::Module("app"), "module app", "module app"),
            (ObjectName::Other("a\nb"), "a b", "a b"),
        ] {
            assert_eq!(name.long(), long);
            assert_eq!(name.short(), short);
        }
    }

    #[test]
    fn a_box_has_the_kind_and_the_rest() {
        let frame = |function, place| ObjectName::Frame { function, place };
        for (name, lines) in [
            (frame("worker", PLACE), "frame\nworker at app.py:40"),
            (frame("", PLACE), "frame\napp.py:40"),
            (frame("", None), "frame"),
            (ObjectName::Instance("app.Pool"), "object\napp.Pool"),
            (ObjectName::parse("list[3]"), "list (3 items)"),
            (ObjectName::parse("type\nPool"), "class\nPool"),
            (ObjectName::parse("'a'"), "'a'"),
        ] {
            assert_eq!(name.lines(), lines);
        }
    }

    #[test]
    fn references_are_written_after_their_holder() {
        let instance = ObjectName::Instance("app.Pool");
        let person = ObjectName::Other("Ann");
        let cell = ObjectName::Named {
            type_name: "builtins.cell",
            name: "handler",
            about: "",
            place: None,
        };
        for (reference, holder, text) in [
            (ReferenceName::Item(3), instance, "[3]"),
            (ReferenceName::Value("'key'"), instance, "['key']"),
            (ReferenceName::Attribute("free"), instance, ".free"),
            (ReferenceName::Attribute("__self__"), instance, ".__self__"),
            (ReferenceName::Attribute("knows"), person, "knows"),
            (ReferenceName::FieldItem("ctx", 2), instance, ".ctx[2]"),
            (
                ReferenceName::Attribute("cell_contents"),
                cell,
                "closure 'handler'",
            ),
            (
                ReferenceName::Attribute("cell_contents"),
                instance,
                ".cell_contents",
            ),
            (ReferenceName::Local("job"), instance, "local 'job'"),
        ] {
            assert_eq!(reference.long(holder), text);
        }
    }
}
