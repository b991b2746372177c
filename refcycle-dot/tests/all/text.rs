//! Trees in a terminal.

use proptest::prelude::*;
use refcycle_core::{Algorithms, VertexId, Vertices};
use refcycle_dot::AnnotatedGraph;
use refcycle_dot::text::{Charset, Direction, Tree, TreeOptions, starts};
use unicode_width::UnicodeWidthStr;

use crate::common::{HOSTILE, graph, graphs, hostile};

const REFERENTS: TreeOptions = TreeOptions {
    direction: Direction::Referents,
    max_depth: None,
    max_lines: 40,
    fold: Some(3),
};

const REFERRERS: TreeOptions = TreeOptions {
    direction: Direction::Referrers,
    ..REFERENTS
};

fn drawn(graph: &AnnotatedGraph, start: u32, options: &TreeOptions) -> String {
    Tree::new(graph, &[VertexId::new(start)], options).render(80, Charset::Unicode)
}

fn lines(text: &[&str]) -> String {
    text.join("\n")
}

/// A dict held by a list and by an object on a cycle.
fn held() -> AnnotatedGraph {
    graph(
        &["dict[0]", "list[2]", "object\nm.Node", "dict[1]"],
        &[
            (1, 0, Some("item[0]")),
            (2, 0, Some("shared")),
            (2, 3, Some("__dict__")),
            (3, 2, Some("value['me']")),
            (1, 0, Some("item[1]")),
            (3, 1, Some("value['list']")),
        ],
    )
}

#[test]
fn a_tree_shows_the_referrers_of_the_start() {
    assert_eq!(
        drawn(&held(), 0, &REFERRERS),
        lines(&[
            "dict (0 items)",
            "├─ [0], [1] of list (2 items)",
            "│  └─ ['list'] of dict (1 item) #1",
            "│     └─ .__dict__ of object m.Node (see #2)",
            "└─ .shared of object m.Node #2",
            "   └─ ['me'] of dict (1 item) (see #1)",
        ])
    );
}

#[test]
fn a_tree_shows_the_referents_of_the_start() {
    assert_eq!(
        drawn(&held(), 2, &REFERENTS),
        lines(&[
            "object m.Node #1",
            "├─ .shared: dict (0 items) #2",
            "└─ .__dict__: dict (1 item)",
            "   ├─ ['me']: object m.Node ↑ already above: #1",
            "   └─ ['list']: list (2 items)",
            "      └─ [0], [1]: dict (0 items) (see #2)",
        ])
    );
}

#[test]
fn ascii_uses_other_characters_and_escapes() {
    let graph = graph(
        &["'中…'", "'b'", "'c'"],
        &[(0, 1, Some("é")), (0, 2, None), (1, 0, None)],
    );
    let tree = Tree::new(&graph, &[VertexId::new(0)], &REFERENTS);
    assert_eq!(
        tree.render(80, Charset::Ascii),
        lines(&[
            "'\\u4e2d...' #1",
            "|- .\\xe9: 'b'",
            "|  `- '\\u4e2d...' ^ already above: #1",
            "`- 'c'",
        ])
    );
}

#[test]
fn siblings_of_the_same_kind_are_folded() {
    let mut annotations = vec!["module\nm"];
    annotations.extend(["function\nf"; 44]);
    annotations.extend(["dict[0]"; 4]);
    let edges: Vec<_> = (1..49).map(|head| (0, head, None)).collect();
    let graph = graph(&annotations, &edges);
    let expected = [
        "module m",
        "├─ function f",
        "├─ function f",
        "├─ function f",
        "├─ dict (0 items)",
        "├─ dict (0 items)",
        "├─ dict (0 items)",
        "├─ dict (0 items)",
        "└─ … and 41 more of kind function",
    ];
    assert_eq!(drawn(&graph, 0, &REFERENTS), lines(&expected));
    let all = TreeOptions {
        fold: None,
        max_lines: 100,
        ..REFERENTS
    };
    assert_eq!(drawn(&graph, 0, &all).lines().count(), 49);
}

#[test]
fn new_siblings_are_shown_before_known_ones() {
    // The first five items of the second list are already shown below the first.
    let annotations = [&["list[1]", "list[1]"][..], &["'x'"; 10]].concat();
    let mut edges = vec![(0, 1, None)];
    edges.extend((2..7).map(|head| (0, head, None)));
    edges.extend((2..12).map(|head| (1, head, None)));
    let text = drawn(&graph(&annotations, &edges), 0, &REFERENTS);
    let second: Vec<_> = text.lines().filter(|line| line.starts_with("│")).collect();
    assert_eq!(
        second,
        [
            "│  ├─ 'x'",
            "│  ├─ 'x'",
            "│  ├─ 'x'",
            "│  └─ … and 7 more of kind str"
        ]
    );
}

#[test]
fn parallel_references_are_one_line() {
    let mut edges: Vec<_> = (0..100_000).map(|_| (0, 1, Some("item"))).collect();
    edges.extend([(0, 1, None), (0, 1, Some("")), (2, 1, None), (2, 1, None)]);
    let graph = graph(&["list[100002]", "'x'", "list[2]"], &edges);
    assert_eq!(
        drawn(&graph, 1, &REFERRERS),
        lines(&[
            "'x'",
            "├─ .item × 1000, … 99002 more of list (100,002 items)",
            "└─ 2 references of list (2 items)",
        ])
    );
}

#[test]
fn the_tree_says_what_the_limits_leave_out() {
    let chain: Vec<_> = (0..30).map(|tail| (tail, tail + 1, Some("next"))).collect();
    let graph = graph(&["object\nm.Node"; 31], &chain);
    let few = |max_lines, max_depth| TreeOptions {
        max_lines,
        max_depth,
        ..REFERENTS
    };
    assert_eq!(
        drawn(&graph, 0, &few(4, None)),
        lines(&[
            "object m.Node",
            "└─ .next: object m.Node",
            "   └─ .next: object m.Node …",
            "… max_lines=4 leaves out the referents of 1 object",
        ])
    );
    assert_eq!(
        drawn(&graph, 0, &few(40, Some(1))),
        lines(&[
            "object m.Node",
            "└─ .next: object m.Node …",
            "… max_depth=1 leaves out the referents of 1 object",
        ])
    );
    assert_eq!(drawn(&graph, 0, &few(31, None)).lines().count(), 31);
    assert!(drawn(&graph, 0, &few(31, None)).ends_with("─ .next: object m.Node"));
}

#[test]
fn near_siblings_are_first() {
    let mut edges = vec![(0, 1, None), (0, 2, None)];
    edges.extend((3..20).map(|head| (1, head, None)));
    let graph = graph(&["list[9]"; 20], &edges);
    let options = TreeOptions {
        max_lines: 6,
        fold: None,
        ..REFERENTS
    };
    assert_eq!(
        drawn(&graph, 0, &options),
        lines(&[
            "list (9 items)",
            "├─ list (9 items)",
            "│  ├─ list (9 items)",
            "│  └─ … and 16 more",
            "└─ list (9 items)",
            "… max_lines=6 leaves out 16 objects",
        ])
    );
}

#[test]
fn a_deep_tree_stays_in_its_width() {
    let count = 5_000;
    let chain: Vec<_> = (1..count)
        .map(|tail| (tail, tail - 1, Some("next")))
        .collect();
    let graph = graph(&vec!["object\nmodule.Node"; count as usize], &chain);
    let options = TreeOptions {
        max_lines: 10_000,
        ..REFERRERS
    };
    let text = drawn(&graph, 0, &options);
    assert_eq!(text.lines().count(), 5_000);
    assert!(text.ends_with("└─ .next of object module.Node"));
    assert!(text.lines().all(|line| line.width() <= 80));
}

#[test]
fn a_long_label_leaves_room_for_the_others() {
    let long = "x".repeat(10 << 20);
    let wide = "中".repeat(1000);
    let graph = graph(
        &[&long, &wide],
        &[(0, 1, Some(&long)), (1, 0, Some("item[0]"))],
    );
    let text = drawn(&graph, 0, &REFERENTS);
    let [first, second, third] = text.lines().collect::<Vec<_>>()[..] else {
        panic!("{text}");
    };
    assert_eq!(first, format!("{}… #1", "x".repeat(76)));
    assert_eq!(
        second,
        format!("└─ {}…: {}…", "x".repeat(36), "中".repeat(18))
    );
    assert_eq!(
        third,
        format!("   └─ [0]: {}… ↑ already above: #1", "x".repeat(48))
    );
}

#[test]
fn without_a_start_each_end_has_a_tree() {
    let graph = graph(
        &["'a'", "'b'", "list[1]", "list[1]", "'alone'"],
        &[(2, 3, None), (3, 2, None), (3, 0, None), (2, 1, None)],
    );
    let components = graph.strongly_connected_components();
    let of = |direction| starts(&graph, &components, direction);
    assert_eq!(of(Direction::Referents), [2, 4].map(VertexId::new));
    assert_eq!(of(Direction::Referrers), [0, 1, 4].map(VertexId::new));
    let tree = Tree::new(&graph, &of(Direction::Referents), &REFERENTS);
    assert_eq!(
        tree.render(80, Charset::Unicode),
        lines(&[
            "list (1 item) #1",
            "├─ list (1 item)",
            "│  ├─ list (1 item) ↑ already above: #1",
            "│  └─ 'a'",
            "└─ 'b'",
            "'alone'",
        ])
    );
}

#[test]
fn labels_do_not_control_the_terminal() {
    let graph = hostile();
    let tree = Tree::new(&graph, &graph.vertices().collect::<Vec<_>>(), &REFERRERS);
    let text = tree.render(80, Charset::Unicode);
    let is_bad = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2066}\u{feff}".contains(c));
    assert!(!text.contains(is_bad), "{text:?}");
    assert!(text.contains(r"\x00\x01\x1b[31m\x09\x0d\x7f\x80\x9f"));
    assert!(text.contains("中文 😀 ελληνικά"));
    assert!(HOSTILE.len() < 40);
}

#[test]
fn a_complete_graph_expands_each_vertex_once() {
    let edges: Vec<_> = (0..60)
        .flat_map(|tail| (0..60).map(move |head| (tail, head, None)))
        .collect();
    let graph = graph(&["list[60]"; 60], &edges);
    let text = drawn(&graph, 0, &REFERENTS);
    assert_eq!(text.lines().count(), 40);
    assert!(
        text.starts_with("list (60 items)\n├─ list (60 items)\n"),
        "{text}"
    );
    let all = TreeOptions {
        fold: None,
        max_lines: usize::MAX,
        ..REFERENTS
    };
    assert_eq!(drawn(&graph, 0, &all).lines().count(), 1 + 60 * 60);
}

proptest! {
    #[test]
    fn every_tree_keeps_its_bounds(
        graph in graphs(),
        lines in 3..30usize,
        depth in prop::option::of(0..5usize),
        fold in prop::option::of(1..3usize),
        width in 20..100usize,
        against in any::<bool>(),
    ) {
        let direction = if against { Direction::Referrers } else { Direction::Referents };
        let options = TreeOptions { direction, max_depth: depth, max_lines: lines, fold };
        let components = graph.strongly_connected_components();
        let tree = Tree::new(&graph, &starts(&graph, &components, direction), &options);
        for charset in [Charset::Unicode, Charset::Ascii] {
            let text = tree.render(width, charset);
            prop_assert_eq!(&text, &tree.render(width, charset));
            prop_assert!(tree.line_count() <= lines);
            if graph.vertex_count() > 0 {
                prop_assert_eq!(text.split('\n').count(), tree.line_count());
            }
            prop_assert!(text.split('\n').all(|line| line.width() <= width), "{}", text);
            prop_assert!(charset == Charset::Unicode || text.is_ascii());
        }
    }

    #[test]
    fn without_limits_every_vertex_and_edge_is_shown(graph in graphs()) {
        let options = TreeOptions { fold: None, max_lines: 1000, ..REFERENTS };
        let components = graph.strongly_connected_components();
        let starts = starts(&graph, &components, Direction::Referents);
        let tree = Tree::new(&graph, &starts, &options);
        let mut pairs: Vec<_> = graph.edges().map(|e| (e.tail, e.head)).collect();
        pairs.sort();
        pairs.dedup();
        // Each vertex is expanded once and shows its edges, with parallel edges merged.
        prop_assert_eq!(tree.line_count(), starts.len() + pairs.len());
    }
}
