//! Names of functions and places, in full or as a redacted file shows them.

use refcycle_dot::dump::redaction::{is_function, text_label};
use refcycle_dot::names::Place;

use super::spelling::{NAME_LIMIT, Values, short_file};
use crate::heap::{Obj, function_fields, text};

/// A placeholder for the name of an object that has none.
pub(super) const UNKNOWN: &str = "?";

pub(super) fn shown_file(file: String, values: Values<'_>) -> String {
    short_file(&whole_file(file, values))
}

/// The whole name of a file.
pub(super) fn whole_file(file: String, values: Values<'_>) -> String {
    match values {
        Values::Shown => file,
        Values::Redacted(redaction) => redaction.file(file),
    }
}

/// A file and a line; `None` if the line is not known.
pub(super) fn shown_place(
    position: Option<(String, i32)>,
    values: Values<'_>,
) -> Option<Place<String>> {
    let (file, line) = position?;
    let line = u32::try_from(line).ok().filter(|&line| line > 0)?;
    Some(Place {
        file: shown_file(file, values),
        line,
    })
}

/// The name of a function, or its length if a redacted file does not show it.
pub(super) fn shown_simple(name: String, values: Values<'_>) -> String {
    shown_if(is_function(&name), name, values)
}

/// The same for a dotted name.
pub(super) fn shown_dotted_name(name: String, values: Values<'_>) -> String {
    shown_if(name.split('.').all(is_function), name, values)
}

fn shown_if(is_name: bool, name: String, values: Values<'_>) -> String {
    match values {
        Values::Redacted(_) if !is_name && name != UNKNOWN => text_label(name.chars().count()),
        _ => name,
    }
}

/// The name of a function; empty if a redacted file does not show it.
pub(super) fn shown_function(name: Option<String>, values: Values<'_>) -> String {
    let name = name.filter(|name| match values {
        Values::Shown => true,
        Values::Redacted(_) => is_function(name),
    });
    name.unwrap_or_default()
}

pub(super) fn function_name(function: Obj<'_>, field: &str) -> String {
    function_fields(function)
        .into_iter()
        .find(|&(name, _)| name == field)
        .and_then(|(_, name)| text(name, NAME_LIMIT))
        .map_or_else(|| UNKNOWN.to_owned(), |(name, _)| name)
}
