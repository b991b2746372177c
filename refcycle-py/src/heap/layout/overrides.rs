//! Deliberately wrong tables, for the tests: `REFCYCLE_LAYOUT_OVERRIDE` names a number and what to
//! add to it, for example `frame.STACK_TOP=+8`. Only in test builds.

use std::sync::OnceLock;

use super::tables;

static OVERRIDE: OnceLock<Option<(String, isize)>> = OnceLock::new();

/// The number with this name, changed if the environment says so.
pub(super) fn apply(name: &str, value: usize) -> usize {
    match OVERRIDE.get_or_init(read) {
        Some((changed, by)) if changed == name => value.wrapping_add_signed(*by),
        _ => value,
    }
}

fn read() -> Option<(String, isize)> {
    let text = std::env::var("REFCYCLE_LAYOUT_OVERRIDE").ok()?;
    let (name, by) = text
        .split_once('=')
        .expect("a value such as frame.STACK_TOP=+8");
    let is_known = tables::all().iter().any(|&(known, ..)| known == name);
    assert!(is_known, "no table has {name}");
    Some((name.to_owned(), by.parse().expect("a number with its sign")))
}
