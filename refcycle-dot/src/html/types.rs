//! Types of objects, as their names tell them.

use std::borrow::Cow;

use refcycle_core::Vertices;
use rustc_hash::FxHashMap;

use crate::annotated::AnnotatedGraph;

/// What stands for the type of an object whose name does not tell it.
const UNKNOWN: &str = "value";

/// The number of each vertex' type, and the names of the types.
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
