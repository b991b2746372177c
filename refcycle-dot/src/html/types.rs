//! Types of objects, read off their labels.

use std::borrow::Cow;

use refcycle_core::Vertices;
use rustc_hash::FxHashMap;

use crate::annotated::AnnotatedGraph;

/// The types that the labels tell of.
pub(super) fn types_of_labels(graph: &AnnotatedGraph) -> (Cow<'_, [u32]>, Vec<Cow<'_, str>>) {
    let mut numbers = FxHashMap::<&str, u32>::default();
    let mut names = Vec::new();
    let types = graph
        .vertices()
        .map(|v| {
            let name = type_of_label(graph.vertex_annotation(v));
            *numbers.entry(name).or_insert_with(|| {
                names.push(Cow::Borrowed(name));
                names.len() as u32 - 1
            })
        })
        .collect();
    (Cow::Owned(types), names)
}

/// `dict` of `dict[4]`, `pkg.Class` of `object\npkg.Class`, `function` of
/// `function\nname`; a label of another form is a value.
fn type_of_label(label: &str) -> &str {
    match label.split_once('\n') {
        Some(("object", name)) => name,
        Some((first, _)) => first,
        None => match label.split_once('[') {
            Some((name, size)) if size.ends_with(']') && is_name(name) => name,
            _ if is_name(label) => label,
            _ if label.starts_with("weakref ") => "weakref",
            _ => "value",
        },
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
        && !text.starts_with(|c: char| c.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_off_labels() {
        for (label, name) in [
            ("dict[4]", "dict"),
            ("object\n__main__.A", "__main__.A"),
            ("function\nrun", "function"),
            ("frame", "frame"),
            ("weakref to id 0x7f", "weakref"),
            ("'text'", "value"),
            ("17", "value"),
            ("", "value"),
        ] {
            assert_eq!(type_of_label(label), name, "{label}");
        }
    }
}
