//! GraphML written by other tools, and damaged GraphML.

use std::fmt::Write;
use std::io;

use proptest::prelude::*;
use refcycle_core::{IDirectedGraph, Vertices};
use refcycle_dot::BuildError;
use refcycle_dot::exchange::graphml::{GraphmlError, from_graphml, read_graphml, to_graphml};

use crate::common::hostile;

fn document(inside: &str) -> String {
    format!(
        r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="d" for="all" attr.name="Label"/><graph edgedefault="directed">{inside}</graph></graphml>"#
    )
}

/// An id and a label.
type Vertex = (u64, String);

/// An id, the ids of tail and head, a label.
type Edge = (u64, u64, u64, Option<String>);

fn read(text: &str) -> (Vec<Vertex>, Vec<Edge>) {
    let graph = from_graphml(text).unwrap();
    let vertices = graph
        .vertices()
        .map(|v| (graph.vertex_id(v), graph.vertex_annotation(v).to_owned()));
    let edges = graph.edges().map(|edge| {
        (
            graph.edge_id(edge.id),
            graph.vertex_id(edge.tail),
            graph.vertex_id(edge.head),
            graph.edge_annotation(edge.id).map(str::to_owned),
        )
    });
    (vertices.collect(), edges.collect())
}

#[test]
fn names_become_numbers_and_labels() {
    let (vertices, edges) = read(&document(
        r#"<edge source="b" target="a" id="e"/><node id="a"/>
        <node id="b"><data key="d">bee</data><data key="x">5</data></node>
        <edge id="f" source="a" target="b"><data key="d">to b</data></edge>"#,
    ));
    assert_eq!(vertices, [(0, "a".into()), (1, "bee".into())]);
    assert_eq!(edges, [(0, 1, 0, None), (1, 0, 1, Some("to b".into()))]);
}

#[test]
fn ids_are_kept_if_all_are_numbers() {
    let (vertices, edges) = read(&document(
        r#"<node id="7"/><node id="18446744073709551615"/><edge source="7" target="7" id="9"/>"#,
    ));
    let labels = [(7, "7".into()), (u64::MAX, u64::MAX.to_string())];
    assert_eq!(vertices, labels);
    assert_eq!(edges, [(9, 7, 7, None)]);
    // An id not in the form of the writer, and a missing id.
    let (vertices, edges) = read(&document(
        r#"<node id="7"/><node id="07"/><edge source="7" target="07" id="9"/><edge source="7" target="7"/>"#,
    ));
    assert_eq!(vertices, [(0, "7".into()), (1, "07".into())]);
    assert_eq!(edges, [(0, 0, 1, None), (1, 0, 0, None)]);
}

#[test]
fn the_preferred_label_is_used() {
    let text = r#"<?xml version="1.0" encoding="utf-8"?>
        <!DOCTYPE graphml SYSTEM "http://graphml.graphdrawing.org/dtds/graphml.dtd">
        <g:graphml xmlns:g="http://graphml.graphdrawing.org/xmlns"><!-- <node/> -->
        <g:key id="n" for="node" attr.name="name"/><g:key id="l" for="node" attr.name="label"/>
        <g:key id="c" for="node" attr.name="colour"/><g:desc>text &amp; more</g:desc>
        <g:graph edgedefault="directed">
        <g:node id="1"><g:data key="n">worse</g:data><g:data key="l">bet<b>x</b>ter<![CDATA[ <&]]></g:data><g:data key="c">red</g:data></g:node>
        <g:node id="2"><g:data key="l"/><g:data key="n">worse</g:data></g:node>
        <g:node id="3"><g:port name="x"><g:data key="l">not this</g:data></g:port></g:node>
        </g:graph></g:graphml>"#;
    let labels: Vec<_> = read(text).0.into_iter().map(|(_, label)| label).collect();
    assert_eq!(labels, ["better <&", "", "3"]);
}

#[test]
fn line_ends_are_normalised_as_in_xml() {
    let (vertices, _) = read(&document(
        "<node id='1'><data key='d'>a\r\nb\rc&#13;d\te</data></node>",
    ));
    assert_eq!(vertices[0].1, "a\nb\nc\rd\te");
}

/// Invalid documents, each with a part of the error message.
#[rustfmt::skip]
fn bad() -> Vec<(String, &'static str)> {
    let inside = [
        (r#"<node/>"#, "line 1: a <node> has no id"),
        (r#"<node id="1"/><node id="1"/>"#, "duplicate node id \"1\""),
        (r#"<node id="a"/><edge id="e" source="a" target="a"/><edge id="e" source="a" target="a"/>"#, "duplicate edge id \"e\""),
        (r#"<node id="1"/><edge id="5" source="1" target="1"/><edge id="5" source="1" target="1"/>"#, "edges[1] has the id 5"),
        (r#"<node id="1"/><edge source="1"/>"#, "an <edge> has no target"),
        (r#"<node id="1"/><edge target="1"/>"#, "an <edge> has no source"),
        ("<node id=\"1\"/>\n<edge source=\"1\" target=\"2\"/>\n\n", "line 2: an edge refers to \"2\", but no node has this id"),
        (r#"<node id="1"><data>x</data></node>"#, "a <data> has no key"),
        (r#"<node id="1"><data key="d">x</data><data key="d">y</data></node>"#, "two labels"),
        (r#"<node id="1"><graph/></node>"#, "nested graphs"),
        (r#"<hyperedge/>"#, "hyperedges"),
        (r#"<node id="1"/><edge source="1" target="1" directed="false"/>"#, "undirected"),
        (r#"<node id="1" id="2"/>"#, "duplicate attribute id"),
        (r#"<node id="&bomb;"/>"#, "malformed attribute"),
        (r#"<node id="1"><data key="d">&bomb;</data></node>"#, "unknown entity &bomb;"),
        (r#"<node id="1"><data key="d">&#0;</data></node>"#, "invalid character reference"),
        (r#"<node id=1/>"#, "malformed tag"),
        (r#"<node id="1"></edge>"#, "not XML"),
        (r#"</graph></graph>"#, "not XML"),
        (r#"</graph><graph>"#, "several graphs"),
    ];
    let mut bad: Vec<_> = inside.map(|(inside, says)| (document(inside), says)).into();
    bad.extend([
        ("", "no <graph> element"),
        ("hello", "text outside of the root element"),
        ("<svg></svg>", "the root element is <svg>"),
        ("<graphml></graphml>", "no <graph> element"),
        ("<graphml><graph></graph>", "ends early"),
        ("<graphml><graph/></graphml><graphml/>", "after the end"),
        ("<graphml><graph/></graphml>x", "text outside"),
        ("<graphml><key attr.name='label'/></graphml>", "a <key> has no id"),
        ("<graphml><graph><node id='1'", "not XML"),
        (r#"<graphml><graph edgedefault="undirected"><node id="1"/><edge source="1" target="1"/></graph></graphml>"#, "undirected"),
        (r#"<?xml version="1.0" encoding="UTF-16"?><graphml/>"#, "is in UTF-16; convert it"),
        (r#"<!DOCTYPE graphml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><graphml><graph/></graphml>"#, "declares entities"),
        (r#"<!DOCTYPE graphml [<!ENTITY x SYSTEM "file:///etc/passwd">]><graphml><graph/></graphml>"#, "declares entities"),
    ].map(|(text, says)| (text.to_owned(), says)));
    bad
}

#[test]
fn errors_say_what_is_wrong() {
    for (text, says) in bad() {
        let error = from_graphml(&text).unwrap_err().to_string();
        assert!(error.contains(says), "{text}\n{error}");
        assert!(read_graphml(text.as_bytes()).is_err());
    }
}

#[test]
fn errors_have_their_kind() {
    let twice =
        r#"<node id="1"/><edge id="5" source="1" target="1"/><edge id="5" source="1" target="1"/>"#;
    assert!(matches!(
        from_graphml(&document(twice)),
        Err(GraphmlError::Graph(BuildError::DuplicateEdge {
            id: 5,
            index: 1
        }))
    ));
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(5))
        }
    }
    match read_graphml(Broken) {
        Err(GraphmlError::Io(error)) => assert_eq!(error.raw_os_error(), Some(5)),
        other => panic!("{other:?}"),
    }
    assert!(read_graphml(&b"<graphml>\xff</graphml>"[..]).is_err());
}

#[test]
fn a_truncated_text_is_an_error() {
    let text = to_graphml(&hostile());
    let whole = text.trim_end().len();
    for end in (0..whole).filter(|&end| text.is_char_boundary(end)) {
        assert!(from_graphml(&text[..end]).is_err(), "{end}");
    }
}

#[test]
fn hostile_documents_take_memory_of_their_size() {
    // A tag with many attributes, one with many levels, many ids.
    let mut attributes = String::new();
    for number in 0..200_000 {
        write!(attributes, " a{number}='x'").unwrap();
    }
    let (vertices, _) = read(&document(&format!("<node id='1'{attributes}/>")));
    assert_eq!(vertices.len(), 1);
    let deep = "<x>".repeat(500_000) + &"</x>".repeat(500_000);
    assert_eq!(read(&document(&deep)).0.len(), 0);
    let mut nodes = String::new();
    for number in 0..200_000u64 {
        write!(nodes, "<node id='n{}'/>", number << 32).unwrap();
    }
    assert_eq!(read(&document(&nodes)).0.len(), 200_000);
    let counts =
        r#"<graphml><graph parse.nodes="99999999999999999999" edgedefault="directed"/></graphml>"#;
    assert_eq!(from_graphml(counts).unwrap().vertex_count(), 0);
}

proptest! {
    #[test]
    fn damaged_documents_do_not_panic(place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = to_graphml(&hostile()).into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if cut {
            bytes.remove(place);
        }
        if let Ok(graph) = read_graphml(&bytes[..]) {
            prop_assert!(graph.edge_count() <= hostile().edge_count());
        }
    }
}
