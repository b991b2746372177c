//! Names that the tools show unchanged.

use std::borrow::Cow;

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
    Property(&'a str),
}

/// Reads off a name how to show the reference.
pub(super) fn shown(name: &str) -> Shown<'_> {
    let within = |start, end| name.strip_prefix(start)?.strip_suffix(end);
    if let Some(index) = within("item[", "]").and_then(|index| index.parse().ok()) {
        return Shown::Element(index);
    }
    match within("local '", "'") {
        Some(variable) => Shown::Variable(variable),
        None => Shown::Property(name),
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
            ("item[3]", Shown::Element(3)),
            ("item[4294967296]", Shown::Property("item[4294967296]")),
            ("item[x]", Shown::Property("item[x]")),
            ("local 'job'", Shown::Variable("job")),
            ("local '", Shown::Property("local '")),
            ("value['a']", Shown::Property("value['a']")),
        ] {
            assert_eq!(shown(name), kind, "{name}");
        }
    }
}
