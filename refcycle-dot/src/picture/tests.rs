use refcycle_core::VertexId;

use super::write::HURRY;
use super::*;

fn graph(annotations: &[&str], edges: &[(u64, u64, Option<&str>)]) -> AnnotatedGraph {
    let mut builder = AnnotatedGraph::builder();
    for (id, annotation) in (0..).zip(annotations) {
        builder.vertex(id, annotation);
    }
    for (id, &(tail, head, annotation)) in (0..).zip(edges) {
        builder.edge(id, tail, head, annotation);
    }
    builder.build().unwrap()
}

fn lines(picture: &Picture) -> Vec<&str> {
    picture
        .dot()
        .lines()
        .filter(|line| line.starts_with("    v"))
        .collect()
}

#[test]
fn parallel_edges_become_one_line() {
    let edges = [
        (0, 1, Some("a")),
        (0, 1, Some("a")),
        (0, 1, None),
        (1, 0, None),
        (1, 1, None),
        (1, 1, None),
    ];
    let picture = Picture::new(&graph(&["x", "y"], &edges), &Style::default());
    let labels: Vec<_> = lines(&picture)[2..]
        .iter()
        .map(|line| line.split_once("label=").map(|(_, label)| label))
        .collect();
    assert_eq!(
        labels,
        [
            Some(r#"" a × 2 \n (no label) "];"#),
            None,
            Some(r#"" × 2 "];"#)
        ]
    );
    assert_eq!((picture.vertex_count(), picture.edge_count()), (2, 3));
    assert_eq!(picture.title("e0"), Some("a × 2\n(no label)\nx → y"));
    assert_eq!(picture.title("e1"), Some("y → x"));
    assert_eq!(picture.title("v1"), Some("y"));
    for id in ["", "v", "v2", "e-1", "ü", "graph0"] {
        assert_eq!(picture.title(id), None);
    }
}

#[test]
fn many_different_labels_are_counted() {
    let labels: Vec<_> = (0..9).map(|index| format!("item[{index}]")).collect();
    let edges: Vec<_> = labels.iter().map(|label| (0, 0, Some(&**label))).collect();
    let picture = Picture::new(&graph(&["list[9]"], &edges), &Style::default());
    assert!(
        picture.dot().contains(r#"[3] \n … 5 more ""#),
        "{}",
        picture.dot()
    );
}

#[test]
fn the_target_is_the_last_box() {
    // 0 -> 1 -> 2, and back from 2 to 0; 3 is held by 2 and reaches nothing.
    let edges = [(0, 1, None), (1, 2, None), (2, 0, None), (2, 3, None)];
    let graph = graph(&["a", "b", "c", "d"], &edges);
    let picture = Picture::new(&graph, &Style::default().with_target(VertexId::new(2)));
    let lines = lines(&picture);
    let starts: Vec<_> = lines
        .iter()
        .map(|line| line.split(',').next().unwrap().trim())
        .collect();
    assert_eq!(
        starts,
        [
            "v0 [id=v0",
            "v1 [id=v1",
            "v2 [id=v2",
            "v3 [id=v3",
            "v0 -> v1 [id=e0",
            "v1 -> v2 [id=e1",
            "v0 -> v2 [id=e2",
            "v2 -> v3 [id=e3];",
        ]
    );
    assert!(lines[2].contains("penwidth=3"));
    assert!(lines[6].contains("dir=back"));
    let elsewhere = Style::default().with_target(VertexId::new(99));
    assert!(
        !Picture::new(&graph, &elsewhere)
            .dot()
            .contains("penwidth=3")
    );
}

#[test]
fn large_graphs_have_straight_lines() {
    let many = vec!["x"; HURRY.0 + 1];
    let style = Style {
        fold: false,
        ..Style::default()
    };
    let picture = |count| Picture::new(&graph(&many[..count], &[]), &style);
    assert!(picture(HURRY.0 + 1).dot().contains("splines=line"));
    assert!(!picture(HURRY.0).dot().contains("splines=line"));
}

#[test]
fn the_target_can_be_the_first_box() {
    // 0 -> 1 -> 2, and back from 2 to 0.
    let edges = [(0, 1, None), (1, 2, None), (2, 0, None)];
    let graph = graph(&["a", "b", "c"], &edges);
    let mut style = Style::default().with_target(VertexId::new(1));
    style.target_end = End::Top;
    let picture = Picture::new(&graph, &style);
    let starts: Vec<_> = lines(&picture)
        .iter()
        .map(|line| line.split([',', ']']).next().unwrap().trim())
        .collect();
    assert_eq!(
        starts,
        [
            "v1 [id=v1",
            "v2 [id=v2",
            "v0 [id=v0",
            "v1 -> v0 [id=e0",
            "v1 -> v2 [id=e1",
            "v2 -> v0 [id=e2",
        ]
    );
    assert!(lines(&picture)[3].contains("dir=back"));
}

#[test]
fn numbers_are_folded_only_where_they_are_values() {
    let boxes = |holder: &str, label: [&str; 3]| {
        let edges = [(0, 1, None), (0, 2, None), (0, 3, None)];
        let sample = graph(&[holder, label[0], label[1], label[2]], &edges);
        Picture::new(&sample, &Style::default()).vertex_count()
    };
    assert_eq!(boxes("list[3]", ["1", "2", "3"]), 2);
    assert_eq!(boxes("list[3]", ["'a'", "2", "3"]), 4);
    assert_eq!(boxes("0", ["1", "2", "3"]), 4);
    assert_eq!(boxes("list[3]", ["dict[1]", "dict[5]", "dict[0]"]), 2);
    assert_eq!(boxes("list[3]", ["type\nA", "type\nB", "type\nC"]), 2);
    assert_eq!(
        boxes("list[3]", ["object\nm.A", "object\nm.B", "object\nm.A"]),
        4
    );
}

#[test]
fn the_target_is_never_folded() {
    let sample = graph(&["list[0]"; 4], &[]);
    let style = Style::default().with_target(VertexId::new(1));
    let picture = Picture::new(&sample, &style);
    assert_eq!(picture.vertex_count(), 2);
    assert_eq!(picture.title("v1"), Some("list (0 items)"));
    assert!(picture.title("v0").unwrap().starts_with("list × 3\n"));
}
