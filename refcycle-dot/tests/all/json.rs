//! Reading and writing JSON.

use proptest::prelude::*;
use refcycle_core::{IDirectedGraph, Successors, Vertices};
use refcycle_dot::json::{JsonError, from_json, read_json, to_json};
use refcycle_dot::{AnnotatedGraph, BuildError};

use crate::common::{graph, graphs, hostile};

proptest! {
    #[test]
    fn output_can_be_read_again(graph in graphs()) {
        let text = to_json(&graph);
        prop_assert!(text.is_ascii());
        prop_assert_eq!(&from_json(&text).unwrap(), &graph);
        prop_assert_eq!(&read_json(text.as_bytes()).unwrap(), &graph);
    }

    #[test]
    fn damaged_files_do_not_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut text = SMALL.as_bytes().to_vec();
        let at = at.index(text.len());
        text[at] = byte;
        let _ = read_json(&text[..]);
    }
}

/// Written by refcycle 0.3.1: a list with two lists that contain 1.
const OF_031: &str = r#"{"vertices": [{"id": 140346039187200, "annotation": "list[2]"}, {"id": 140346041497984, "annotation": "list[1]"}, {"id": 140346052110504, "annotation": "1"}, {"id": 140346039186368, "annotation": "list[1]"}], "edges": [{"id": 0, "annotation": "item[1]", "head": 140346039186368, "tail": 140346039187200}, {"id": 1, "annotation": "item[0]", "head": 140346041497984, "tail": 140346039187200}, {"id": 2, "annotation": "item[0]", "head": 140346052110504, "tail": 140346041497984}, {"id": 3, "annotation": "item[0]", "head": 140346052110504, "tail": 140346039186368}]}"#;

#[test]
fn files_of_refcycle_031_survive_a_round_trip() {
    let graph = from_json(OF_031).unwrap();
    assert_eq!((graph.vertex_count(), graph.edge_count()), (4, 4));
    let outer = graph.find_vertex(140346039187200).unwrap();
    let children: Vec<_> = graph
        .successors(outer)
        .map(|v| graph.vertex_id(v))
        .collect();
    assert_eq!(children, [140346039186368, 140346041497984]);
    assert_eq!(to_json(&graph), OF_031);
}

#[test]
fn text_is_escaped_as_python_does() {
    let graph = graph(
        &["a \"q\" \\ \n<b> \0 é\x7f\u{8}\u{c}\r\t😀"],
        &[(0, 0, None)],
    );
    assert_eq!(
        to_json(&graph),
        r#"{"vertices": [{"id": 0, "annotation": "a \"q\" \\ \n<b> \u0000 \u00e9\u007f\b\f\r\t\ud83d\ude00"}], "edges": [{"id": 0, "annotation": null, "head": 0, "tail": 0}]}"#
    );
}

#[test]
fn hostile_labels_survive_a_round_trip() {
    assert_eq!(from_json(&to_json(&hostile())).unwrap(), hostile());
}

const SMALL: &str = r#"{"vertices": [{"id": 1, "annotation": "é\u00e9\ud83d\ude00"}, {"id": 18446744073709551615, "annotation": ""}], "edges": [{"id": 0, "annotation": null, "head": 1, "tail": 18446744073709551615}]}"#;

#[test]
fn a_truncated_file_is_an_error() {
    from_json(SMALL).unwrap();
    for end in 0..SMALL.len() {
        let error = read_json(&SMALL.as_bytes()[..end]).unwrap_err();
        assert!(
            matches!(error, JsonError::Text { line: 0 | 1, .. }),
            "{end}: {error:?}"
        );
        assert!(
            error.to_string().contains("is the file truncated?"),
            "{end}: {error}"
        );
    }
}

#[test]
fn keys_may_be_in_any_order_or_unknown() {
    let text = r#"
        {"made by": {"name": ["somebody", 1e9]},
         "edges": [{"tail": 2, "colour": null, "head": 1, "annotation": "x", "id": 7}],
         "vertices": [{"annotation": "a", "id": 2, "size": 5}, {"id": 1, "annotation": "b"}]}
    "#;
    let mut builder = AnnotatedGraph::builder();
    builder.vertex(2, "a");
    builder.vertex(1, "b");
    builder.edge(7, 2, 1, Some("x"));
    assert_eq!(from_json(text).unwrap(), builder.build().unwrap());
}

fn with_vertex(vertex: &str) -> String {
    format!(r#"{{"vertices": [{vertex}], "edges": []}}"#)
}

fn with_edge(edge: &str) -> String {
    format!(r#"{{"vertices": [{{"id": 1, "annotation": "a"}}], "edges": [{edge}]}}"#)
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    let id = |id: &str| with_vertex(&format!(r#"{{"id": {id}, "annotation": "a"}}"#));
    for (text, says) in [
        ("", "truncated"),
        ("[]", "an object with the keys"),
        ("{}", "missing field `vertices`"),
        (r#"{"vertices": []}"#, "missing field `edges`"),
        (
            r#"{"vertices": [], "edges": [], "vertices": []}"#,
            "duplicate field `vertices`",
        ),
        (
            r#"{"vertices": {}, "edges": []}"#,
            "expected a list of objects",
        ),
        (
            r#"{"vertices": [], "edges": []} {}"#,
            "line 1, column 31: unexpected content after the end",
        ),
        (&with_vertex("5"), "expected a vertex"),
        (&with_vertex(r#"{"id": 1}"#), "missing field `annotation`"),
        (&with_vertex(r#"{"annotation": "a"}"#), "missing field `id`"),
        (
            &with_vertex(r#"{"id": 1, "annotation": null}"#),
            "expected a string",
        ),
        (
            &with_vertex(r#"{"id": 1, "id": 1, "annotation": "a"}"#),
            "duplicate field `id`",
        ),
        (
            &with_vertex("{\n\"id\": 1, \"annotation\": \"\\ud800\"}"),
            "line 2, column 31: ",
        ),
        (
            &with_vertex(r#"{"id": 1, "annotation": "\ud800"}"#),
            "surrogate",
        ),
        (
            &with_vertex(r#"{"id": 1, "annotation": "\ud800\u0041"}"#),
            "surrogate",
        ),
        (
            &with_vertex(r#"{"id": 1, "annotation": "\udc00"}"#),
            "surrogate",
        ),
        (
            &id("18446744073709551616"),
            "the id 18446744073709551616 does not fit in 64 bits",
        ),
        (&id(&"9".repeat(400)), "does not fit in 64 bits"),
        (&id("-1"), "the id -1 is negative"),
        (
            &id("-99999999999999999999"),
            "the id -100000000000000000000 is negative",
        ),
        (&id("1.5"), "the id 1.5 is not an integer"),
        (&id("1.0"), "the id 1 is written as a fraction"),
        (&id("\"1\""), "expected an id"),
        (&id("true"), "expected an id"),
        (
            &with_edge(r#"{"id": 1, "annotation": 5, "head": 1, "tail": 1}"#),
            "expected a string or null",
        ),
        (
            &with_edge(r#"{"id": 1, "annotation": null, "tail": 1}"#),
            "missing field `head`",
        ),
    ] {
        let error = from_json(text).unwrap_err();
        assert!(error.to_string().contains(says), "{text}\n{error}");
        let error = read_json(text.as_bytes()).unwrap_err();
        assert!(error.to_string().contains(says), "{text}\n{error}");
    }
    let error = read_json(&b"{\"\xff\": 1}"[..]).unwrap_err();
    assert!(matches!(error, JsonError::Text { .. }), "{error}");
}

#[test]
fn inconsistent_graphs_are_errors() {
    let edge = |tail| {
        with_edge(&format!(
            r#"{{"id": 3, "annotation": null, "head": 1, "tail": {tail}}}"#
        ))
    };
    let error = from_json(&edge(4)).unwrap_err();
    let JsonError::Graph(BuildError::NoSuchVertex {
        id: 4,
        edge: 3,
        index: 0,
        end: "tail",
    }) = error
    else {
        panic!("{error}");
    };
    let vertex = r#"{"id": 1, "annotation": "a"}"#;
    let error = from_json(&with_vertex(&format!("{vertex}, {vertex}"))).unwrap_err();
    assert!(
        error.to_string().starts_with("vertices[1] has the id 1"),
        "{error}"
    );
}

#[test]
fn a_reader_that_fails_is_an_error() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let error = read_json(Broken).unwrap_err();
    assert!(matches!(error, JsonError::Io(_)));
    assert!(error.to_string().contains("the disk is gone"));
}
