//! GEXF 1.2, the format of Gephi, which NetworkX also reads.

use std::io::{self, BufWriter, Write};

use refcycle_core::Vertices;

use super::escapes::Xml;
use crate::annotated::AnnotatedGraph;

/// Writes a graph, with vertices and edges in graph order and annotations as labels.
///
/// # Errors
/// Errors of the writer.
///
/// # Complexity
/// O(text + edges log vertices) time; the only memory is a buffer.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, exchange::gexf};
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "<list>");
/// builder.edge(0, 1, 1, Some("item[0]"));
/// let text = gexf::to_gexf(&builder.build()?);
/// assert!(text.contains(r#"<node id="1" label="&lt;list&gt;"/>"#));
/// assert!(text.contains(r#"<edge id="0" source="1" target="1" label="item[0]"/>"#));
/// # Ok::<(), refcycle_dot::BuildError>(())
/// ```
pub fn write_gexf(graph: &AnnotatedGraph, out: impl Write) -> io::Result<()> {
    let out = &mut BufWriter::with_capacity(1 << 16, out);
    out.write_all(
        br#"<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">
<graph mode="static" defaultedgetype="directed">
<nodes>
"#,
    )?;
    for v in graph.vertices() {
        let label = Xml(graph.vertex_annotation(v));
        let id = graph.vertex_id(v);
        writeln!(out, r#"<node id="{id}" label="{label}"/>"#)?;
    }
    out.write_all(b"</nodes>\n<edges>\n")?;
    for edge in graph.edges() {
        let (tail, head) = (graph.vertex_id(edge.tail), graph.vertex_id(edge.head));
        let id = graph.edge_id(edge.id);
        write!(out, r#"<edge id="{id}" source="{tail}" target="{head}""#)?;
        if let Some(label) = graph.edge_annotation(edge.id) {
            write!(out, r#" label="{}""#, Xml(label))?;
        }
        out.write_all(b"/>\n")?;
    }
    out.write_all(b"</edges>\n</graph>\n</gexf>\n")?;
    out.flush()
}

/// Returns the text that [`write_gexf`] writes.
///
/// # Example
/// ```
/// let empty = refcycle_dot::AnnotatedGraph::default();
/// assert!(refcycle_dot::exchange::gexf::to_gexf(&empty).ends_with("</graph>\n</gexf>\n"));
/// ```
pub fn to_gexf(graph: &AnnotatedGraph) -> String {
    super::to_text(|out| write_gexf(graph, out))
}
