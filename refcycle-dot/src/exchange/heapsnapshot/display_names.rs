//! Names that the tools show unchanged.

use std::borrow::Cow;

use crate::names::ReferenceName;
use crate::shorten::shortened;

/// The longest name, in characters. Chrome shows fewer, and fails on files of several GB.
const LIMIT: usize = 1000;

/// Shortens a long name.
pub(super) fn cut(name: &str) -> Cow<'_, str> {
    shortened(name, LIMIT)
}

/// The name of a class. DevTools cuts names that begin with `<` at the first space, and treats
/// `Object` specially.
pub(super) fn class(name: &str) -> Cow<'_, str> {
    let name = cut(name);
    if name.starts_with('<') || name == "Object" || name.starts_with("Object(") {
        // An invisible character in front prevents both.
        return format!("\u{200b}{name}").into();
    }
    if name.is_empty() { "?".into() } else { name }
}

/// How the tools show a reference.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown<'a> {
    Element(u32),
    Variable(&'a str),
    Property(Cow<'a, str>),
}

/// How the tools show a reference with this name.
pub(super) fn shown(name: ReferenceName<&str>) -> Shown<'_> {
    match name {
        ReferenceName::Item(index) => match u32::try_from(index) {
            Ok(index) => Shown::Element(index),
            Err(_) => Shown::Property(name.label()),
        },
        ReferenceName::Local(variable) => Shown::Variable(variable),
        _ => Shown::Property(name.label()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_and_shown_unchanged() {
        let long = "é".repeat(1001);
        assert_eq!(cut(&long), "é".repeat(1000) + "…");
        assert_eq!(class("<a b>"), "\u{200b}<a b>");
        assert_eq!(class("Object"), "\u{200b}Object");
        assert_eq!(class("ObjectGraph"), "ObjectGraph");
        assert_eq!(class(""), "?");
    }

    #[test]
    fn a_name_determines_the_kind_of_a_reference() {
        for (name, kind) in [
            (ReferenceName::Item(3), Shown::Element(3)),
            (
                ReferenceName::Item(1 << 32),
                Shown::Property("item[4294967296]".into()),
            ),
            (ReferenceName::Local("job"), Shown::Variable("job")),
            (
                ReferenceName::HiddenLocal,
                Shown::Property("(local)".into()),
            ),
            (
                ReferenceName::Value("'a'"),
                Shown::Property("value['a']".into()),
            ),
        ] {
            assert_eq!(shown(name), kind, "{name}");
        }
    }
}
