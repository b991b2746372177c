//! CSV tables of vertices and edges, for spreadsheets, pandas and the import of Gephi.
//!
//! The files are UTF-8 with a header line and LF line ends; fields are quoted where necessary.
//! A label that starts with `=`, `+`, `-` or `@` and is not a number gets a leading `'`,
//! because a spreadsheet would evaluate it as a formula.

use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, BufWriter, Write};

use refcycle_core::Vertices;

use super::escapes::Portable;
use crate::annotated::AnnotatedGraph;
use crate::vertex_facts::{FactValue, VertexFacts};

/// Writes the edges in graph order, with the columns `source,target,id,label`. The label is an
/// empty field if the edge has no annotation, and `""` if the annotation is empty.
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
/// builder.vertex(1, "dict[1]");
/// builder.edge(0, 1, 1, Some("value['a, b']"));
/// let mut text = Vec::new();
/// refcycle_dot::exchange::csv::write_edges(&builder.build()?, &mut text)?;
/// assert_eq!(String::from_utf8(text)?, "source,target,id,label\n1,1,0,\"value['a, b']\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_edges(graph: &AnnotatedGraph, out: impl Write) -> io::Result<()> {
    let out = &mut BufWriter::with_capacity(1 << 16, out);
    writeln!(out, "source,target,id,label")?;
    for edge in graph.edges() {
        let (tail, head) = (graph.vertex_id(edge.tail), graph.vertex_id(edge.head));
        write!(out, "{tail},{head},{},", graph.edge_id(edge.id))?;
        match graph.edge_annotation(edge.id) {
            Some(label) => writeln!(out, "{}", CsvField(label))?,
            None => writeln!(out)?,
        }
    }
    out.flush()
}

/// Writes the vertices in graph order, with the columns `id,label`, and `type`, `module`, `size` and
/// `retained` as far as these facts are known.
///
/// # Errors
/// Errors of the writer.
///
/// # Complexity
/// O(text) time; the only memory is a buffer.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, VertexFacts, exchange::csv};
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "object\n__main__.A");
/// let mut text = Vec::new();
/// csv::write_vertices(&builder.build()?, &VertexFacts::default(), &mut text)?;
/// assert_eq!(String::from_utf8(text)?, "id,label\n1,\"object\n__main__.A\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_vertices(
    graph: &AnnotatedGraph,
    facts: &VertexFacts,
    out: impl Write,
) -> io::Result<()> {
    let out = &mut BufWriter::with_capacity(1 << 16, out);
    out.write_all(b"id,label")?;
    for fact in facts.known() {
        write!(out, ",{}", fact.name())?;
    }
    writeln!(out)?;
    for v in graph.vertices() {
        let label = CsvField(graph.vertex_annotation(v));
        write!(out, "{},{label}", graph.vertex_id(v))?;
        for fact in facts.known() {
            match facts.value(fact, v) {
                Some(FactValue::Text(text)) => write!(out, ",{}", CsvField(text))?,
                Some(FactValue::Number(number)) => write!(out, ",{number}")?,
                None => out.write_all(b",")?,
            }
        }
        writeln!(out)?;
    }
    out.flush()
}

/// Displays a field of a CSV table.
struct CsvField<'a>(&'a str);

impl CsvField<'_> {
    /// Whether a spreadsheet would evaluate the text as a formula.
    fn is_formula(&self) -> bool {
        self.0.starts_with(['=', '+', '-', '@', '\t', '\r']) && self.0.parse::<f64>().is_err()
    }

    fn must_be_quoted(&self) -> bool {
        self.0.is_empty()
            || self.0.contains(['"', ',', '\n', '\r', ';', '\t'])
            || self.0.starts_with(' ')
            || self.0.ends_with(' ')
    }
}

impl Display for CsvField<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mark = if self.is_formula() { "'" } else { "" };
        let text = Portable(self.0);
        let text = text.text();
        if !self.must_be_quoted() {
            return write!(f, "{mark}{text}");
        }
        write!(f, "\"{mark}")?;
        for c in text.chars() {
            match c {
                '"' => f.write_str("\"\"")?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_formulas_defused() {
        for (text, field) in [
            ("", "\"\""),
            ("list[1]", "list[1]"),
            ("a \"b\", c", "\"a \"\"b\"\", c\""),
            ("one\r\ntwo", "\"one\r\ntwo\""),
            (" space ", "\" space \""),
            ("-5", "-5"),
            ("-1e300", "-1e300"),
            ("=1+1", "'=1+1"),
            ("-2+cmd|' /C calc'!A0", "'-2+cmd|' /C calc'!A0"),
            ("@SUM(1,2)", "\"'@SUM(1,2)\""),
            ("\0", "\\x00"),
        ] {
            assert_eq!(CsvField(text).to_string(), field);
        }
    }
}
