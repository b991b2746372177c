//! Writing GraphML.

use std::io::{self, BufWriter, Write};

use refcycle_core::Vertices;

use super::super::escapes::Xml;
use crate::annotated::AnnotatedGraph;
use crate::vertex_facts::{FactValue, VertexFacts};

/// Writes a graph, with vertices and edges in graph order. An annotation is the data of the key
/// `label`, the name that tools look for; an edge without annotation has no data. The facts that
/// are known of vertices are data of the keys `type`, `module`, `size` and `retained`.
///
/// # Errors
/// Errors of the writer.
///
/// # Complexity
/// O(text + edges log vertices) time; the only memory is a buffer.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, TypeName, VertexFacts, exchange::graphml};
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "<list>");
/// builder.edge(0, 1, 1, Some("item[0]"));
/// let graph = builder.build()?;
/// let text = graphml::to_graphml(&graph);
/// assert!(text.contains(r#"<node id="1"><data key="label">&lt;list&gt;</data></node>"#));
/// assert_eq!(graphml::from_graphml(&text)?, graph);
///
/// let facts = VertexFacts::new(vec![TypeName { name: "list".into(), module: None }], vec![0]);
/// let mut text = Vec::new();
/// graphml::write_graphml(&graph, &facts, &mut text)?;
/// assert!(String::from_utf8(text)?.contains(r#"<data key="type">list</data>"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_graphml(
    graph: &AnnotatedGraph,
    facts: &VertexFacts,
    out: impl Write,
) -> io::Result<()> {
    let out = &mut BufWriter::with_capacity(1 << 16, out);
    out.write_all(
        br#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="label" for="node" attr.name="label" attr.type="string"/>
<key id="reference" for="edge" attr.name="label" attr.type="string"/>
"#,
    )?;
    for fact in facts.known() {
        let (name, kind) = (fact.name(), fact.xml_type());
        writeln!(
            out,
            r#"<key id="{name}" for="node" attr.name="{name}" attr.type="{kind}"/>"#
        )?;
    }
    out.write_all(b"<graph id=\"G\" edgedefault=\"directed\">\n")?;
    for v in graph.vertices() {
        let (id, label) = (graph.vertex_id(v), Xml(graph.vertex_annotation(v)));
        write!(out, r#"<node id="{id}"><data key="label">{label}</data>"#)?;
        for (fact, value) in facts.of(v) {
            write!(out, r#"<data key="{}">"#, fact.name())?;
            match value {
                FactValue::Text(text) => write!(out, "{}", Xml(text))?,
                FactValue::Number(number) => write!(out, "{number}")?,
            }
            out.write_all(b"</data>")?;
        }
        out.write_all(b"</node>\n")?;
    }
    for edge in graph.edges() {
        let (tail, head) = (graph.vertex_id(edge.tail), graph.vertex_id(edge.head));
        let id = graph.edge_id(edge.id);
        write!(out, r#"<edge id="{id}" source="{tail}" target="{head}""#)?;
        match graph.edge_annotation(edge.id) {
            Some(label) => writeln!(
                out,
                r#"><data key="reference">{}</data></edge>"#,
                Xml(label)
            )?,
            None => out.write_all(b"/>\n")?,
        }
    }
    out.write_all(b"</graph>\n</graphml>\n")?;
    out.flush()
}

/// Returns the text that [`write_graphml`] writes if no facts are known.
///
/// # Example
/// ```
/// let empty = refcycle_dot::AnnotatedGraph::default();
/// let text = refcycle_dot::exchange::graphml::to_graphml(&empty);
/// assert!(text.ends_with("<graph id=\"G\" edgedefault=\"directed\">\n</graph>\n</graphml>\n"));
/// ```
pub fn to_graphml(graph: &AnnotatedGraph) -> String {
    super::super::to_text(|out| write_graphml(graph, &VertexFacts::default(), out))
}
