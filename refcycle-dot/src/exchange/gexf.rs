//! GEXF 1.2, the format of Gephi, which NetworkX also reads.

use std::io::{self, BufWriter, Write};

use refcycle_core::{VertexId, Vertices};

use super::escapes::Xml;
use crate::annotated::AnnotatedGraph;
use crate::vertex_facts::{FactValue, VertexFacts};

/// Writes a graph, with vertices and edges in graph order and annotations as labels. The facts that
/// are known of vertices become the attributes `type`, `module`, `size` and `retained`.
///
/// # Errors
/// Errors of the writer.
///
/// # Complexity
/// O(text + edges log vertices) time; the only memory is a buffer.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, TypeName, VertexFacts, exchange::gexf};
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "<list>");
/// builder.edge(0, 1, 1, Some("item[0]"));
/// let graph = builder.build()?;
/// let text = gexf::to_gexf(&graph);
/// assert!(text.contains(r#"<node id="1" label="&lt;list&gt;"/>"#));
/// assert!(text.contains(r#"<edge id="0" source="1" target="1" label="item[0]"/>"#));
///
/// let facts = VertexFacts::new(vec![TypeName { name: "list".into(), module: None }], vec![0]);
/// let mut text = Vec::new();
/// gexf::write_gexf(&graph, &facts, &mut text)?;
/// assert!(String::from_utf8(text)?.contains(r#"<attvalue for="type" value="list"/>"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_gexf(graph: &AnnotatedGraph, facts: &VertexFacts, out: impl Write) -> io::Result<()> {
    let out = &mut BufWriter::with_capacity(1 << 16, out);
    out.write_all(
        br#"<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">
<graph mode="static" defaultedgetype="directed">
"#,
    )?;
    if facts.known().next().is_some() {
        out.write_all(b"<attributes class=\"node\">\n")?;
        for fact in facts.known() {
            let (name, kind) = (fact.name(), fact.xml_type());
            writeln!(
                out,
                r#"<attribute id="{name}" title="{name}" type="{kind}"/>"#
            )?;
        }
        out.write_all(b"</attributes>\n")?;
    }
    out.write_all(b"<nodes>\n")?;
    for v in graph.vertices() {
        let label = Xml(graph.vertex_annotation(v));
        let id = graph.vertex_id(v);
        write!(out, r#"<node id="{id}" label="{label}""#)?;
        write_values(facts, v, out)?;
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

/// Writes the facts about a vertex, and the end of its element.
fn write_values(facts: &VertexFacts, v: VertexId, out: &mut impl Write) -> io::Result<()> {
    let mut known = facts.of(v).peekable();
    if known.peek().is_none() {
        return out.write_all(b"/>\n");
    }
    out.write_all(b"><attvalues>")?;
    for (fact, value) in known {
        write!(out, r#"<attvalue for="{}" value=""#, fact.name())?;
        match value {
            FactValue::Text(text) => write!(out, "{}", Xml(text))?,
            FactValue::Number(number) => write!(out, "{number}")?,
        }
        out.write_all(b"\"/>")?;
    }
    out.write_all(b"</attvalues></node>\n")
}

/// Returns the text that [`write_gexf`] writes if no facts are known.
///
/// # Example
/// ```
/// let empty = refcycle_dot::AnnotatedGraph::default();
/// assert!(refcycle_dot::exchange::gexf::to_gexf(&empty).ends_with("</graph>\n</gexf>\n"));
/// ```
pub fn to_gexf(graph: &AnnotatedGraph) -> String {
    super::to_text(|out| write_gexf(graph, &VertexFacts::default(), out))
}
