//! How much of a string is shown.

use super::redaction::Redaction;

/// Whether the contents of strings and numbers are shown.
#[derive(Clone, Copy)]
pub(crate) enum Values<'r> {
    Shown,
    /// Their types and lengths are shown instead. Identifiers remain: see
    /// [`refcycle_dot::dump::redaction`].
    Redacted(&'r Redaction),
}

/// Characters of a value's `repr` in the name of an object.
pub(super) const VALUE_LIMIT: usize = 60;

/// Characters of a key's `repr` in the name of a reference.
pub(super) const KEY_LIMIT: usize = 60;

/// Characters of the name of a function, a class, a module.
pub(super) const NAME_LIMIT: usize = 200;

/// Characters at the end of a file name.
const FILE_LIMIT: usize = 27;

/// The end of a file name.
pub(super) fn short_file(file: &str) -> String {
    if file.is_ascii() && file.len() > FILE_LIMIT {
        return ["...", &file[file.len() - FILE_LIMIT..]].concat();
    }
    let length = file.chars().count();
    if length <= FILE_LIMIT {
        return file.to_owned();
    }
    let end: String = file.chars().skip(length - FILE_LIMIT).collect();
    format!("...{end}")
}
