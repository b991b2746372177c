//! DOT output, read by Graphviz and graphviz-pure.

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use refcycle_core::Vertices;
use refcycle_dot::AnnotatedGraph;
use refcycle_dot::dot::to_dot;

use crate::common::{graphs, has_dot, hostile};

fn by_graphviz_pure(dot: &str) -> String {
    graphviz_pure::render_dot(dot, "dot", "svg")
        .unwrap()
        .into_output()
}

fn by_graphviz(dot: &str) -> String {
    let mut child = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(dot.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{dot}");
    String::from_utf8(output.stdout).unwrap()
}

/// The title (the ids) and the label without white space of each drawn vertex or edge, sorted.
fn drawn(svg: &str, class: &str) -> Vec<(String, String)> {
    let text_of = |line: &str| {
        let start = line.find('>').unwrap() + 1;
        unescaped(&line[start..line.rfind('<').unwrap()])
    };
    let mut found = Vec::new();
    for group in svg
        .split("<g id=")
        .skip(1)
        .filter(|group| group.contains(class))
    {
        let title = group
            .lines()
            .find(|line| line.starts_with("<title>"))
            .unwrap();
        let label: String = group
            .lines()
            .filter(|l| l.starts_with("<text"))
            .map(text_of)
            .collect();
        found.push((text_of(title), bare(&label)));
    }
    found.sort();
    found
}

fn unescaped(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#45;", "-"),
        ("&#160;", " "),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text that a picture should show for an annotation: an independent copy of the rules of
/// `escape`.
fn seen(annotation: &str) -> String {
    let show = |c: char| {
        let code = u32::from(c);
        let hidden = c.is_control() && c != '\n'
            || matches!(
                code,
                0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5
            )
            || matches!(code, 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e)
            || matches!(code, 0x2060..=0x206f | 0x3164 | 0xfeff | 0xffa0 | 0xfff0..=0xfffb)
            || matches!(code, 0xfdd0..=0xfdef | 0x13430..=0x1343f | 0x1bca0..=0x1bca3)
            || matches!(code, 0x1d173..=0x1d17a | 0xe0000..=0xe00ff | 0xe01f0..=0xe0fff)
            || code >= 0x10ff00
            || code & 0xffff >= 0xfffe;
        match code {
            _ if !hidden => c.to_string(),
            ..0x100 => format!("\\x{code:02x}"),
            0x100..0x1_0000 => format!("\\u{code:04x}"),
            _ => format!("\\U{code:08x}"),
        }
    };
    bare(&annotation.chars().map(show).collect::<String>())
}

fn check(graph: &AnnotatedGraph, svg: &str) {
    let mut vertices: Vec<_> = graph
        .vertices()
        .map(|v| {
            (
                graph.vertex_id(v).to_string(),
                seen(graph.vertex_annotation(v)),
            )
        })
        .collect();
    vertices.sort();
    assert_eq!(drawn(svg, "class=\"node\""), vertices);
    let mut edges: Vec<_> = graph
        .edges()
        .map(|edge| {
            let ends = format!(
                "{}->{}",
                graph.vertex_id(edge.tail),
                graph.vertex_id(edge.head)
            );
            (
                ends,
                seen(graph.edge_annotation(edge.id).unwrap_or_default()),
            )
        })
        .collect();
    edges.sort();
    assert_eq!(drawn(svg, "class=\"edge\""), edges);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn graphviz_pure_reads_the_labels(graph in graphs()) {
        check(&graph, &by_graphviz_pure(&to_dot(&graph)));
    }
}

#[test]
fn hostile_labels_are_only_data() {
    check(&hostile(), &by_graphviz_pure(&to_dot(&hostile())));
}

#[test]
fn graphviz_reads_the_labels() {
    if !has_dot("graphviz_reads_the_labels") {
        return;
    }
    check(&hostile(), &by_graphviz(&to_dot(&hostile())));
    let config = ProptestConfig::with_cases(30);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(&graphs(), |graph| {
            check(&graph, &by_graphviz(&to_dot(&graph)));
            Ok(())
        })
        .unwrap();
}
