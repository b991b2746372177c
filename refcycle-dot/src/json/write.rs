//! Writing JSON as a stream, in ASCII, so that the encoding of the reader does not matter.

use std::io::{self, BufWriter, Write};

use refcycle_core::Vertices;

use crate::annotated::AnnotatedGraph;

/// Writes a graph, with vertices and edges in graph order.
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
/// builder.vertex(1, "list[1]");
/// builder.edge(0, 1, 1, Some("item[0]"));
/// let mut text = Vec::new();
/// refcycle_dot::json::write_json(&builder.build()?, &mut text)?;
/// assert_eq!(
///     String::from_utf8(text)?,
///     r#"{"vertices": [{"id": 1, "annotation": "list[1]"}], "#.to_owned()
///         + r#""edges": [{"id": 0, "annotation": "item[0]", "head": 1, "tail": 1}]}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_json(graph: &AnnotatedGraph, out: impl Write) -> io::Result<()> {
    let out = &mut BufWriter::with_capacity(1 << 16, out);
    out.write_all(b"{\"vertices\": [")?;
    for (index, v) in graph.vertices().enumerate() {
        separate(out, index)?;
        write!(out, "{{\"id\": {}, \"annotation\": ", graph.vertex_id(v))?;
        write_string(out, graph.vertex_annotation(v))?;
        out.write_all(b"}")?;
    }
    out.write_all(b"], \"edges\": [")?;
    for (index, edge) in graph.edges().enumerate() {
        separate(out, index)?;
        write!(
            out,
            "{{\"id\": {}, \"annotation\": ",
            graph.edge_id(edge.id)
        )?;
        match graph.edge_annotation(edge.id) {
            Some(text) => write_string(out, text)?,
            None => out.write_all(b"null")?,
        }
        let (head, tail) = (graph.vertex_id(edge.head), graph.vertex_id(edge.tail));
        write!(out, ", \"head\": {head}, \"tail\": {tail}}}")?;
    }
    out.write_all(b"]}")?;
    out.flush()
}

/// Returns the text that [`write_json`] writes.
///
/// # Example
/// ```
/// let empty = refcycle_dot::AnnotatedGraph::default();
/// assert_eq!(refcycle_dot::json::to_json(&empty), r#"{"vertices": [], "edges": []}"#);
/// ```
pub fn to_json(graph: &AnnotatedGraph) -> String {
    let mut text = Vec::new();
    write_json(graph, &mut text).expect("a vector takes everything");
    String::from_utf8(text).expect("the JSON is ASCII")
}

fn separate(out: &mut impl Write, index: usize) -> io::Result<()> {
    if index > 0 {
        out.write_all(b", ")
    } else {
        Ok(())
    }
}

fn write_string(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(b"\"")?;
    let plain = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
    let mut rest = text;
    while let Some(stop) = rest.find(|c| !plain(c)) {
        out.write_all(&rest.as_bytes()[..stop])?;
        let mut chars = rest[stop..].chars();
        if let Some(c) = chars.next() {
            write_escape(out, c)?;
        }
        rest = chars.as_str();
    }
    out.write_all(rest.as_bytes())?;
    out.write_all(b"\"")
}

fn write_escape(out: &mut impl Write, c: char) -> io::Result<()> {
    match c {
        '"' => out.write_all(b"\\\""),
        '\\' => out.write_all(b"\\\\"),
        '\n' => out.write_all(b"\\n"),
        '\r' => out.write_all(b"\\r"),
        '\t' => out.write_all(b"\\t"),
        '\x08' => out.write_all(b"\\b"),
        '\x0c' => out.write_all(b"\\f"),
        _ => c
            .encode_utf16(&mut [0; 2])
            .iter()
            .try_for_each(|unit| write!(out, "\\u{unit:04x}")),
    }
}
