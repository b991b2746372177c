//! Writes graphs in DOT, the language of Graphviz.

pub(crate) mod quote;

use std::io::{self, BufWriter, Write};

use refcycle_core::Vertices;

use crate::annotated::AnnotatedGraph;
use quote::Quoted;

/// Writes a graph as `digraph G { ... }`: first the vertices, named by their ids and labelled
/// with their annotations, then the edges, both in graph order. Labels are not shortened.
/// Invisible characters are written as escapes such as `\x1b`.
///
/// # Errors
/// Errors of the writer.
///
/// # Complexity
/// O(text + edges log vertices) time; the only memory is a buffer.
///
/// # Example
/// ```
/// use refcycle_dot::AnnotatedGraph;
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "a \"list\"");
/// builder.edge(0, 1, 1, Some("item[0]"));
/// let mut text = Vec::new();
/// refcycle_dot::dot::write_dot(&builder.build()?, &mut text)?;
/// assert_eq!(
///     String::from_utf8(text)?,
///     r#"digraph G {
///     1 [label="a \"list\""];
///     1 -> 1 [label="item[0]"];
/// }
/// "#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_dot(graph: &AnnotatedGraph, out: impl Write) -> io::Result<()> {
    let out = &mut BufWriter::with_capacity(1 << 16, out);
    writeln!(out, "digraph G {{")?;
    for v in graph.vertices() {
        let label = Quoted(graph.vertex_annotation(v));
        writeln!(out, "    {} [label={label}];", graph.vertex_id(v))?;
    }
    for edge in graph.edges() {
        let (tail, head) = (graph.vertex_id(edge.tail), graph.vertex_id(edge.head));
        match graph.edge_annotation(edge.id) {
            Some(text) => writeln!(out, "    {tail} -> {head} [label={}];", Quoted(text))?,
            None => writeln!(out, "    {tail} -> {head};")?,
        }
    }
    writeln!(out, "}}")?;
    out.flush()
}

/// Returns the text that [`write_dot`] writes.
///
/// # Example
/// ```
/// let empty = refcycle_dot::AnnotatedGraph::default();
/// assert_eq!(refcycle_dot::dot::to_dot(&empty), "digraph G {\n}\n");
/// ```
pub fn to_dot(graph: &AnnotatedGraph) -> String {
    let mut text = Vec::new();
    write_dot(graph, &mut text).expect("a vector takes everything");
    String::from_utf8(text).expect("only text was written")
}
