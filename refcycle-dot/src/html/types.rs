//! The types of objects, derived from their names.

use std::borrow::Cow;

use refcycle_core::Vertices;
use rustc_hash::FxHashMap;

use crate::annotated::AnnotatedGraph;

/// The type name for an object whose name does not contain its type.
const UNKNOWN: &str = "value";

/// The type number of each vertex, and the names of the types.
pub(super) fn types_of_names(graph: &AnnotatedGraph) -> (Cow<'_, [u32]>, Vec<Cow<'_, str>>) {
    let mut numbers = FxHashMap::<&str, u32>::default();
    let mut names = Vec::new();
    let types = graph
        .vertices()
        .map(|v| {
            let name = graph.object_name(v).class().unwrap_or(UNKNOWN);
            *numbers.entry(name).or_insert_with(|| {
                names.push(Cow::Borrowed(name));
                names.len() as u32 - 1
            })
        })
        .collect();
    (Cow::Owned(types), names)
}
