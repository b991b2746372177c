//! The JSON of Cytoscape and Cytoscape.js, `{"elements": {"nodes": [...], "edges": [...]}}`,
//! which `networkx.cytoscape_graph` also reads.

use std::io::{self, BufWriter, Write};

use refcycle_core::Vertices;

use super::escapes::{Json, Portable};
use crate::annotated::AnnotatedGraph;
use crate::vertex_facts::{FactValue, VertexFacts};

/// Writes a graph, with vertices and edges in graph order. The label of a vertex becomes its
/// `name`, the label of an edge its `interaction`. The id of a vertex is its decimal id; that
/// of an edge has an `e` in front, because all elements share one namespace. The facts that are
/// known of vertices are their `type`, `module`, `size` and `retained`.
///
/// # Errors
/// Errors of the writer.
///
/// # Complexity
/// O(text + edges log vertices) time; the only memory is a buffer.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, exchange::cytoscape};
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "list[1]");
/// builder.edge(0, 1, 1, Some("item[0]"));
/// let text = cytoscape::to_cytoscape(&builder.build()?);
/// assert!(text.contains(r#"{"data": {"id": "1", "value": "1", "name": "list[1]"}}"#));
/// assert!(text.contains(r#""source": "1", "target": "1", "interaction": "item[0]"}}"#));
/// # Ok::<(), refcycle_dot::BuildError>(())
/// ```
pub fn write_cytoscape(
    graph: &AnnotatedGraph,
    facts: &VertexFacts,
    out: impl Write,
) -> io::Result<()> {
    let out = &mut BufWriter::with_capacity(1 << 16, out);
    out.write_all(
        br#"{"data": [], "directed": true, "multigraph": true, "elements": {"nodes": ["#,
    )?;
    let mut comma = "";
    for v in graph.vertices() {
        let (id, label) = (graph.vertex_id(v), Portable(graph.vertex_annotation(v)));
        let label = label.text();
        let label = Json(&label);
        write!(
            out,
            "{comma}\n{{\"data\": {{\"id\": \"{id}\", \"value\": \"{id}\", \"name\": {label}"
        )?;
        for (fact, value) in facts.of(v) {
            write!(out, ", \"{}\": ", fact.name())?;
            match value {
                FactValue::Text(text) => write!(out, "{}", Json(&Portable(text).text()))?,
                FactValue::Number(number) => write!(out, "{number}")?,
            }
        }
        out.write_all(b"}}")?;
        comma = ",";
    }
    out.write_all(b"], \"edges\": [")?;
    comma = "";
    for edge in graph.edges() {
        let (tail, head) = (graph.vertex_id(edge.tail), graph.vertex_id(edge.head));
        let id = graph.edge_id(edge.id);
        write!(
            out,
            "{comma}\n{{\"data\": {{\"id\": \"e{id}\", \"key\": \"{id}\", \"source\": \"{tail}\", \"target\": \"{head}\""
        )?;
        if let Some(label) = graph.edge_annotation(edge.id) {
            let label = Portable(label);
            write!(out, ", \"interaction\": {}", Json(&label.text()))?;
        }
        out.write_all(b"}}")?;
        comma = ",";
    }
    out.write_all(b"]}}\n")?;
    out.flush()
}

/// Returns the text that [`write_cytoscape`] writes if no facts are known.
///
/// # Example
/// ```
/// let empty = refcycle_dot::AnnotatedGraph::default();
/// let text = refcycle_dot::exchange::cytoscape::to_cytoscape(&empty);
/// assert!(text.ends_with("{\"nodes\": [], \"edges\": []}}\n"));
/// ```
pub fn to_cytoscape(graph: &AnnotatedGraph) -> String {
    super::to_text(|out| write_cytoscape(graph, &VertexFacts::default(), out))
}
