//! What vertices of a picture stand together by.

use refcycle_core::{Predecessors, VertexId};

use crate::annotated::AnnotatedGraph;
use crate::names::{ObjectKind, ObjectName};

/// What vertices of one type have in common: their class, as far as the name tells it, else
/// the whole annotation.
pub(super) fn type_name(graph: &AnnotatedGraph, v: VertexId) -> &str {
    let name = graph.object_name(v);
    match name {
        // Two lines, as the box of one has.
        ObjectName::Instance(_) | ObjectName::Named { .. } | ObjectName::Generator { .. } => {
            graph.vertex_annotation(v)
        }
        ObjectName::Value { .. } if !is_held(graph, v) => graph.vertex_annotation(v),
        _ => name.class().unwrap_or_else(|| graph.vertex_annotation(v)),
    }
}

/// Whether a vertex looks like a value of the heap: objects refer to it, and it refers to
/// nothing. In a graph of numbers, say, each has a meaning of its own.
fn is_held(graph: &AnnotatedGraph, v: VertexId) -> bool {
    let is_of_the_heap = |holder| {
        !matches!(
            graph.object_name(holder).kind(),
            ObjectKind::Value | ObjectKind::Other
        )
    };
    graph.graph().out_degree(v) == 0
        && graph
            .graph()
            .predecessors(v)
            .next()
            .is_some_and(is_of_the_heap)
}
