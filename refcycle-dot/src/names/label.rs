//! Names as text: the labels of refcycle 0.3.1.

use std::borrow::Cow;
use std::fmt;

use super::{ObjectKind, ObjectName, Place, ReferenceKind, ReferenceName};

/// The labels of names that a redacted file hides. They are not names in Python.
const HIDDEN_ATTRIBUTE: &str = "(attribute)";
const HIDDEN_LOCAL: &str = "(local)";

impl<'a> ObjectName<&'a str> {
    /// The label of refcycle 0.3.1, in one or two lines: `list[3]`, `function\ncount`.
    pub fn label(&self) -> Cow<'a, str> {
        match *self {
            Self::Value { text, .. } | Self::Other(text) => text.into(),
            Self::Container { container, len, .. } => format!("{}[{len}]", container.word()).into(),
            Self::Class { name, .. } => format!("type\n{name}").into(),
            Self::Function { name, .. } => format!("function\n{name}").into(),
            Self::Method { name, .. } => format!("instancemethod\n{name}").into(),
            Self::Module(name) => format!("module\n{name}").into(),
            Self::Frame { place: None, .. } => "frame".into(),
            Self::Frame {
                place: Some(Place { file, line }),
                ..
            } => format!("frame\n{file}:{line}").into(),
            Self::WeakReference { referent, .. } => match referent {
                Some(address) => format!("weakref to id 0x{address:x}").into(),
                None => "weakref (dead referent)".into(),
            },
            Self::Generator { type_name, .. }
            | Self::Named { type_name, .. }
            | Self::Instance(type_name) => format!("object\n{type_name}").into(),
        }
    }

    /// The name for the kind, the label and the details from a file. A label that does not have the
    /// form of its kind becomes a text of no kind.
    pub(crate) fn from_label(kind: ObjectKind, label: &'a str, details: Details<'a>) -> Self {
        let Details {
            type_name,
            name,
            place: where_,
            about,
        } = details;
        let place = where_.and_then(place);
        let found = match kind {
            ObjectKind::Value => Some(Self::Value {
                type_name,
                text: label,
            }),
            ObjectKind::Container(container) => {
                bracketed(label, container.word()).map(|len| Self::Container {
                    container,
                    type_name,
                    len,
                })
            }
            ObjectKind::Class => label.strip_prefix("type\n").map(|name| Self::Class {
                name,
                dotted: about,
            }),
            ObjectKind::Function => label
                .strip_prefix("function\n")
                .map(|name| Self::Function { name, place }),
            ObjectKind::Method => label
                .strip_prefix("instancemethod\n")
                .map(|name| Self::Method { name, place }),
            ObjectKind::Module => label.strip_prefix("module\n").map(Self::Module),
            ObjectKind::Frame => frame(label, name.unwrap_or_default()),
            ObjectKind::Generator => {
                label
                    .strip_prefix("object\n")
                    .map(|type_name| Self::Generator {
                        type_name,
                        function: name.unwrap_or_default(),
                        place,
                    })
            }
            ObjectKind::WeakReference => weak_reference(label, about),
            ObjectKind::Instance => label.strip_prefix("object\n").map(|type_name| match name {
                None => Self::Instance(type_name),
                Some(name) => Self::Named {
                    type_name,
                    name,
                    about,
                    place,
                },
            }),
            ObjectKind::Other => None,
        };
        found.unwrap_or(Self::Other(label))
    }
}

/// What a file or a table contains about an object besides its kind and label. Details that the
/// kind does not use are ignored.
#[derive(Clone, Copy, Default)]
pub(crate) struct Details<'a> {
    /// The type of a value or a container.
    pub(crate) type_name: &'a str,
    /// The value of [`ObjectName::name`], if the label does not contain it.
    pub(crate) name: Option<&'a str>,
    /// The text that [`Place`] displays; not for frames.
    pub(crate) place: Option<&'a str>,
    /// The value of [`ObjectName::about`].
    pub(crate) about: &'a str,
}

impl<T: fmt::Display> fmt::Display for Place<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

fn place(text: &str) -> Option<Place<&str>> {
    let (file, line) = text.rsplit_once(':')?;
    Some(Place {
        file,
        line: number(line)?,
    })
}

fn frame<'a>(label: &'a str, function: &'a str) -> Option<ObjectName<&'a str>> {
    let place = match label.strip_prefix("frame")? {
        "" => None,
        text => Some(place(text.strip_prefix('\n')?)?),
    };
    Some(ObjectName::Frame { function, place })
}

fn weak_reference<'a>(label: &'a str, target: &'a str) -> Option<ObjectName<&'a str>> {
    if label == "weakref (dead referent)" {
        let referent = None;
        return Some(ObjectName::WeakReference { referent, target });
    }
    let address = label.strip_prefix("weakref to id 0x")?;
    let known = u64::from_str_radix(address, 16).ok();
    // Only the canonical spelling, so that `label` returns the same text.
    let referent = Some(known.filter(|known| format!("{known:x}") == address)?);
    Some(ObjectName::WeakReference { referent, target })
}

/// The label of refcycle 0.3.1.
impl<T: AsRef<str>> fmt::Display for ObjectName<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.borrowed().label())
    }
}

/// The label of refcycle 0.3.1.
impl<T: AsRef<str>> fmt::Display for ReferenceName<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.borrowed().label())
    }
}

impl<'a> ReferenceName<&'a str> {
    /// The label of refcycle 0.3.1: `item[3]`, `value['name']`, `local 'job'`.
    pub fn label(&self) -> Cow<'a, str> {
        match *self {
            Self::Item(index) => format!("item[{index}]").into(),
            Self::ArrayItem(indices) => format!("item[{indices}]").into(),
            Self::Key => "key".into(),
            Self::Value(key) => ["value[", key, "]"].concat().into(),
            Self::Element => "element".into(),
            Self::HiddenAttribute => HIDDEN_ATTRIBUTE.into(),
            Self::HiddenLocal => HIDDEN_LOCAL.into(),
            Self::Attribute(name) | Self::Field(name) | Self::Other(name) => name.into(),
            Self::Local(name) => format!("local '{name}'").into(),
            Self::FieldItem(name, index) => format!("{name}[{index}]").into(),
            Self::Stack(index) => format!("stack[{index}]").into(),
            Self::ModuleState(module) => format!("state of '{module}'").into(),
        }
    }

    /// The name for the kind and the label from a file. A label that does not have the form of its
    /// kind becomes a text of no kind.
    pub(crate) fn from_label(kind: ReferenceKind, label: &'a str) -> Self {
        let quoted = |prefix| label.strip_prefix(prefix)?.strip_suffix('\'');
        let found = match kind {
            ReferenceKind::Item => bracketed(label, "item").map(Self::Item),
            ReferenceKind::ArrayItem => array_item(label),
            ReferenceKind::Key => (label == "key").then_some(Self::Key),
            ReferenceKind::Value => value(label),
            ReferenceKind::Element => (label == "element").then_some(Self::Element),
            ReferenceKind::Attribute if label == HIDDEN_ATTRIBUTE => Some(Self::HiddenAttribute),
            ReferenceKind::Attribute => Some(Self::Attribute(label)),
            ReferenceKind::Local if label == HIDDEN_LOCAL => Some(Self::HiddenLocal),
            ReferenceKind::Local => quoted("local '").map(Self::Local),
            ReferenceKind::Field => Some(Self::Field(label)),
            ReferenceKind::FieldItem => field_item(label),
            ReferenceKind::Stack => bracketed(label, "stack").map(Self::Stack),
            ReferenceKind::ModuleState => quoted("state of '").map(Self::ModuleState),
            ReferenceKind::Other => None,
        };
        found.unwrap_or(Self::Other(label))
    }
}

fn array_item(label: &str) -> Option<ReferenceName<&str>> {
    let indices = label.strip_prefix("item[")?.strip_suffix(']')?;
    let is_list = indices.is_empty()
        || indices
            .split(", ")
            .all(|index| number::<u64>(index).is_some());
    (is_list && number::<u64>(indices).is_none()).then_some(ReferenceName::ArrayItem(indices))
}

pub(super) fn value(label: &str) -> Option<ReferenceName<&str>> {
    let key = label.strip_prefix("value[")?.strip_suffix(']')?;
    Some(ReferenceName::Value(key))
}

fn field_item(label: &str) -> Option<ReferenceName<&str>> {
    let (name, _) = label.rsplit_once('[')?;
    Some(ReferenceName::FieldItem(name, bracketed(label, name)?))
}

/// The number of `word[number]`.
pub(super) fn bracketed(label: &str, word: &str) -> Option<u64> {
    let digits = label.strip_prefix(word)?.strip_prefix('[')?;
    number(digits.strip_suffix(']')?)
}

/// A number in canonical form: no sign, no leading zero.
fn number<N: std::str::FromStr>(digits: &str) -> Option<N> {
    let is_plain = digits == "0" || !digits.starts_with(['0', '+', '-']);
    digits.parse().ok().filter(|_| is_plain)
}
