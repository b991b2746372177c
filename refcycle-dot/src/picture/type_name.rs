//! The type by which vertices of a picture are grouped.

use refcycle_core::{Predecessors, VertexId};

use crate::annotated::AnnotatedGraph;
use crate::names::{ObjectKind, ObjectName};

/// The type of a vertex: the class, if the name contains it, otherwise the whole annotation.
pub(super) fn type_name(graph: &AnnotatedGraph, v: VertexId) -> &str {
    let name = graph.object_name(v);
    match name {
        // Two lines, like the box of a single vertex.
        ObjectName::Instance(_) | ObjectName::Named { .. } | ObjectName::Generator { .. } => {
            graph.vertex_annotation(v)
        }
        ObjectName::Value { .. } if !is_held(graph, v) => graph.vertex_annotation(v),
        _ => name.class().unwrap_or_else(|| graph.vertex_annotation(v)),
    }
}

/// Whether a vertex looks like a value of the heap: objects refer to it, and it refers to
/// nothing. In other graphs, such as a graph of numbers, each value has its own meaning.
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
