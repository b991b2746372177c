//! GraphML, GEXF, Cytoscape JSON and CSV: hostile labels remain data.

use std::fs;

use proptest::prelude::*;
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use refcycle_core::{IDirectedGraph, Vertices};
use refcycle_dot::exchange::{self, csv, cytoscape, gexf, graphml};
use refcycle_dot::{AnnotatedGraph, ExportError, TypeName, VertexFacts};

use crate::common::{Folder, graph, graphs, hostile};

/// A label as the formats can represent it: XML forbids some characters.
fn portable(label: &str) -> String {
    label
        .chars()
        .map(|c| match u32::from(c) {
            code @ (0..9 | 11 | 12 | 14..32) => format!("\\x{code:02x}"),
            code @ (0xfffe | 0xffff) => format!("\\u{code:04x}"),
            _ => c.to_string(),
        })
        .collect()
}

/// The graph with its labels as the formats can represent them.
fn made_portable(graph: &AnnotatedGraph) -> AnnotatedGraph {
    let mut builder = AnnotatedGraph::builder();
    for v in graph.vertices() {
        builder.vertex(graph.vertex_id(v), &portable(graph.vertex_annotation(v)));
    }
    for edge in graph.edges() {
        let (tail, head) = (graph.vertex_id(edge.tail), graph.vertex_id(edge.head));
        let label = graph.edge_annotation(edge.id).map(portable);
        builder.edge(graph.edge_id(edge.id), tail, head, label.as_deref());
    }
    builder.build().unwrap()
}

/// The names of the elements of a document, which must be well-formed.
fn elements(text: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
                }
                names.push(tag.name().as_ref().to_owned());
            }
            Event::Eof => return names,
            _ => {}
        }
    }
}

/// Parses a table in the same way as CSV readers.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            c => row.last_mut().unwrap().push(c),
        }
    }
    assert_eq!(rows.pop(), Some(vec![String::new()]), "the last line ends");
    rows
}

proptest! {
    #[test]
    fn graphml_survives_a_round_trip(graph in graphs()) {
        let text = graphml::to_graphml(&graph);
        prop_assert_eq!(graphml::from_graphml(&text).unwrap(), made_portable(&graph));
    }

    #[test]
    fn every_document_has_the_elements_of_the_graph(graph in graphs()) {
        let (vertices, edges) = (graph.vertex_count(), graph.edge_count());
        for text in [graphml::to_graphml(&graph), gexf::to_gexf(&graph)] {
            let names = elements(&text);
            let count = |wanted| names.iter().filter(|&name| name == wanted).count();
            prop_assert_eq!((count("node"), count("edge")), (vertices, edges));
        }
    }

    #[test]
    fn cytoscape_is_json_with_all_labels(graph in graphs()) {
        let text = cytoscape::to_cytoscape(&graph);
        prop_assert!(text.is_ascii() && !text.contains('<'));
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let nodes = read["elements"]["nodes"].as_array().unwrap();
        let edges = read["elements"]["edges"].as_array().unwrap();
        prop_assert_eq!((nodes.len(), edges.len()), (graph.vertex_count(), graph.edge_count()));
        for (v, node) in graph.vertices().zip(nodes) {
            let id = graph.vertex_id(v).to_string();
            prop_assert_eq!(node["data"]["id"].as_str(), Some(&*id));
            let label = portable(graph.vertex_annotation(v));
            prop_assert_eq!(node["data"]["name"].as_str(), Some(&*label));
        }
        for (edge, read) in graph.edges().zip(edges) {
            let tail = graph.vertex_id(edge.tail).to_string();
            prop_assert_eq!(read["data"]["source"].as_str(), Some(&*tail));
            let label = graph.edge_annotation(edge.id).map(portable);
            prop_assert_eq!(read["data"]["interaction"].as_str(), label.as_deref());
        }
    }

    #[test]
    fn tables_have_all_rows(graph in graphs()) {
        let (mut edges, mut vertices) = (Vec::new(), Vec::new());
        csv::write_edges(&graph, &mut edges).unwrap();
        csv::write_vertices(&graph, &VertexFacts::default(), &mut vertices).unwrap();
        let edges = rows(std::str::from_utf8(&edges).unwrap());
        let vertices = rows(std::str::from_utf8(&vertices).unwrap());
        prop_assert_eq!(&edges[0], &["source", "target", "id", "label"]);
        prop_assert_eq!(&vertices[0], &["id", "label"]);
        prop_assert_eq!(edges.len(), graph.edge_count() + 1);
        prop_assert_eq!(vertices.len(), graph.vertex_count() + 1);
        for (v, row) in graph.vertices().zip(&vertices[1..]) {
            prop_assert_eq!(&row[0], &graph.vertex_id(v).to_string());
            let label = portable(graph.vertex_annotation(v));
            let read = row[1].strip_prefix('\'').filter(|_| !label.starts_with('\''));
            prop_assert_eq!(read.unwrap_or(&row[1]), &label);
        }
    }
}

#[test]
fn the_same_graph_gives_the_same_bytes() {
    let (one, other) = (hostile(), hostile());
    assert_eq!(graphml::to_graphml(&one), graphml::to_graphml(&other));
    assert_eq!(gexf::to_gexf(&one), gexf::to_gexf(&other));
    assert_eq!(
        cytoscape::to_cytoscape(&one),
        cytoscape::to_cytoscape(&other)
    );
}

#[test]
fn unusual_sizes_are_written() {
    let long = "x<".repeat(5 << 20);
    let parallel = vec![(0, 0, Some("item[0]")); 100_000];
    let complete: Vec<_> = (0..60 * 60).map(|n| (n / 60, n % 60, None)).collect();
    for (labels, edges) in [
        (vec![], vec![]),
        (vec!["one"], vec![]),
        (vec![&*long], vec![(0, 0, Some(&*long))]),
        (vec!["one"], parallel),
        (vec!["v"; 60], complete),
    ] {
        let graph = graph(&labels, &edges);
        let text = graphml::to_graphml(&graph);
        assert_eq!(graphml::from_graphml(&text).unwrap(), graph);
        assert_eq!(gexf::to_gexf(&graph).matches("<edge ").count(), edges.len());
    }
}

#[test]
fn a_file_is_complete_or_absent() {
    let folder = Folder::new();
    let path = folder.file("a.graphml");
    let sample = hostile();
    exchange::export(&path, |out| {
        graphml::write_graphml(&sample, &VertexFacts::default(), out)
    })
    .unwrap();
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        graphml::to_graphml(&sample)
    );
    let error = exchange::export(&path, |out| {
        gexf::write_gexf(&sample, &VertexFacts::default(), &mut *out)?;
        Err(std::io::Error::other("the disk is gone"))
    });
    assert!(matches!(error, Err(ExportError::Io { .. })));
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        graphml::to_graphml(&sample)
    );
    assert_eq!(folder.names(), ["a.graphml"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let sample = hostile();
    let error = exchange::export("/dev/full", |out| {
        gexf::write_gexf(&sample, &VertexFacts::default(), out)
    });
    let text = error.unwrap_err().to_string();
    assert!(text.starts_with("cannot write /dev/full: "), "{text}");
}

/// Two vertices, one of them of a type with a hostile name, and their facts.
fn with_facts() -> (AnnotatedGraph, VertexFacts) {
    let types = vec![
        TypeName {
            name: "app.<\"T&\u{1b}".into(),
            module: Some("=app".into()),
        },
        TypeName {
            name: "list".into(),
            module: None,
        },
    ];
    let facts = VertexFacts::new(types, vec![0, 1]);
    let facts = facts.with_sizes(vec![56, 0], vec![1 << 40, 0]);
    (graph(&["a", "b"], &[(0, 1, None)]), facts)
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut text = Vec::new();
    write(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn facts_of_vertices_are_data_of_graphml() {
    let (graph, facts) = with_facts();
    let text = written(|out| graphml::write_graphml(&graph, &facts, out));
    assert_eq!(graphml::from_graphml(&text).unwrap(), graph);
    for line in [
        r#"<key id="type" for="node" attr.name="type" attr.type="string"/>"#,
        r#"<key id="retained" for="node" attr.name="retained" attr.type="long"/>"#,
        r#"<data key="type">app.&lt;&quot;T&amp;\x1b</data><data key="module">=app</data><data key="size">56</data><data key="retained">1099511627776</data></node>"#,
        r#"<data key="type">list</data><data key="size">0</data><data key="retained">0</data></node>"#,
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert_eq!(
        elements(&text).iter().filter(|name| *name == "key").count(),
        6
    );
    assert_eq!(
        elements(&graphml::to_graphml(&graph))
            .iter()
            .filter(|name| *name == "key")
            .count(),
        2
    );
}

#[test]
fn facts_of_vertices_are_attributes_of_gexf() {
    let (graph, facts) = with_facts();
    let text = written(|out| gexf::write_gexf(&graph, &facts, out));
    assert_eq!(
        elements(&text)
            .iter()
            .filter(|name| *name == "attvalue")
            .count(),
        7
    );
    assert_eq!(
        elements(&text)
            .iter()
            .filter(|name| *name == "attribute")
            .count(),
        4
    );
    for line in [
        r#"<attribute id="size" title="size" type="long"/>"#,
        r#"<attvalue for="type" value="app.&lt;&quot;T&amp;\x1b"/><attvalue for="module" value="=app"/>"#,
        r#"<attvalue for="retained" value="1099511627776"/></attvalues></node>"#,
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!elements(&gexf::to_gexf(&graph)).contains(&"attributes".to_owned()));
}

#[test]
fn facts_of_vertices_are_in_cytoscape_and_csv() {
    let (graph, facts) = with_facts();
    let text = written(|out| cytoscape::write_cytoscape(&graph, &facts, out));
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    let nodes = &read["elements"]["nodes"];
    assert_eq!(nodes[0]["data"]["type"], "app.<\"T&\\x1b");
    assert_eq!(nodes[0]["data"]["retained"], 1_u64 << 40);
    assert_eq!(nodes[1]["data"].get("module"), None);
    let text = written(|out| csv::write_vertices(&graph, &facts, out));
    assert_eq!(
        rows(&text),
        [
            ["id", "label", "type", "module", "size", "retained"],
            ["0", "a", "app.<\"T&\\x1b", "'=app", "56", "1099511627776"],
            ["1", "b", "list", "", "0", "0"],
        ]
    );
}
