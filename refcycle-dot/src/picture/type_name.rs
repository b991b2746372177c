//! What an annotation tells of the type of an object.

use refcycle_core::{Predecessors, VertexId};

use super::kind::Kind;
use crate::annotated::AnnotatedGraph;

/// What vertices of one type have in common: the name of the type, as far as the
/// annotation tells it, else the whole annotation.
pub(super) fn type_name(graph: &AnnotatedGraph, v: VertexId) -> &str {
    let annotation = graph.vertex_annotation(v);
    let first = annotation.split('\n').next().unwrap_or_default();
    match Kind::of(annotation) {
        Kind::Function | Kind::Frame | Kind::Object if first == "object" => annotation,
        Kind::Container => first.split('[').next().unwrap_or_default(),
        Kind::Object => first.split([' ', '\n']).next().unwrap_or_default(),
        Kind::Frame | Kind::Function | Kind::Module | Kind::Type => first,
        Kind::Value if is_held(graph, v) => value_type(annotation).unwrap_or(annotation),
        Kind::Value | Kind::Root => annotation,
    }
}

/// Whether a vertex looks like a value of the heap: objects refer to it, and it refers to
/// nothing. In a graph of numbers, say, each has a meaning of its own.
fn is_held(graph: &AnnotatedGraph, v: VertexId) -> bool {
    graph.graph().out_degree(v) == 0
        && graph
            .graph()
            .predecessors(v)
            .next()
            .is_some_and(|holder| Kind::of(graph.vertex_annotation(holder)) != Kind::Value)
}

/// The type of a number or a text by how Python writes it.
fn value_type(text: &str) -> Option<&'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    match text.as_bytes().first()? {
        b'\'' | b'"' => Some("str"),
        b'b' if text[1..].starts_with(['\'', '"']) => Some("bytes"),
        _ if !digits.starts_with(|c: char| c.is_ascii_digit()) => None,
        _ if digits.bytes().all(|b| b.is_ascii_digit()) => Some("int"),
        _ if digits.parse::<f64>().is_ok() => Some("float"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_types() {
        for (text, name) in [
            ("'a'", Some("str")),
            ("\"it's\"", Some("str")),
            ("b'a'", Some("bytes")),
            ("b", None),
            ("-17", Some("int")),
            ("2.5e-3", Some("float")),
            ("-", None),
            ("3 apples", None),
            ("None", None),
            ("", None),
        ] {
            assert_eq!(value_type(text), name, "{text}");
        }
    }
}
