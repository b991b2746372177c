//! What pictures show of large graphs, and what they mark.

use refcycle_core::{EdgeId, VertexId};
use refcycle_dot::{
    AnnotatedGraph, End, ExportError, Format, ImageOptions, Picture, Style, Summary, render,
};

use crate::common::graph;

fn drawn(graph: &AnnotatedGraph, style: Style) -> String {
    let options = ImageOptions {
        style,
        ..ImageOptions::default()
    };
    String::from_utf8(render(graph, &Format::Svg, &options).unwrap()).unwrap()
}

fn styled(mut style: Style, change: impl FnOnce(&mut Style)) -> Style {
    change(&mut style);
    style
}

fn boxes(svg: &str) -> usize {
    svg.matches("<g id=\"v").count()
}

/// The width and height in points.
fn size(svg: &str) -> (f64, f64) {
    let number = |name: &str| {
        let (_, rest) = svg.split_once(&format!("{name}=\"")).unwrap();
        rest.split_once("pt\"").unwrap().0.parse::<f64>().unwrap()
    };
    (number("width"), number("height"))
}

/// A graph with many objects of types of their own.
fn distinct(count: u64, edges: &[(u64, u64, Option<&str>)]) -> AnnotatedGraph {
    let labels: Vec<_> = (0..count).map(|n| format!("object\nm.Class{n}")).collect();
    let labels: Vec<_> = labels.iter().map(String::as_str).collect();
    graph(&labels, edges)
}

fn with(summary: Summary) -> Style {
    styled(Style::default(), |style| style.summary = summary)
}

/// A figure with a list of ticks, each with a dict that refers to the figure.
fn figure(ticks: u64) -> AnnotatedGraph {
    let mut labels = vec!["object\nm.Figure".to_owned(), format!("list[{ticks}]")];
    let mut edges = vec![(0, 1, Some("ticks".to_owned()))];
    for tick in 0..ticks {
        let (object, dict) = (2 + 2 * tick, 3 + 2 * tick);
        labels.extend(["object\nm.Tick".to_owned(), "dict[1]".to_owned()]);
        edges.push((1, object, Some(format!("item[{tick}]"))));
        edges.push((object, dict, Some("__dict__".to_owned())));
        edges.push((dict, 0, Some("value['_parent_figure']".to_owned())));
    }
    let labels: Vec<_> = labels.iter().map(String::as_str).collect();
    let edges: Vec<_> = edges
        .iter()
        .map(|(tail, head, name)| (*tail, *head, name.as_deref()))
        .collect();
    graph(&labels, &edges)
}

#[test]
fn objects_of_one_role_share_a_box_with_their_dicts() {
    let svg = drawn(&figure(40), Style::default());
    assert_eq!(boxes(&svg), 3);
    assert!(
        svg.contains(">object × 40<") && svg.contains(">m.Tick<"),
        "{svg}"
    );
    assert!(svg.contains("> ._parent_figure × 40 <") || svg.contains("._parent_figure × 40"));
    assert!(!svg.contains(">dict"));
}

#[test]
fn a_dict_that_was_asked_about_or_is_shared_has_its_own_box() {
    let about = drawn(&figure(1), Style::default().with_target(VertexId::new(3)));
    assert_eq!(boxes(&about), 4);
    assert!(about.contains(">dict (1 item)<"));
    let shared = graph(
        &["object\nm.A", "object\nm.B", "dict[0]"],
        &[(0, 2, Some("__dict__")), (1, 2, Some("__dict__"))],
    );
    assert_eq!(boxes(&drawn(&shared, Style::default())), 3);
    let whole = styled(Style::default(), |style| {
        style.fold = false;
    });
    assert_eq!(boxes(&drawn(&figure(1), whole)), 4);
}

#[test]
fn objects_that_refer_to_each_other_are_apart() {
    // Three nodes in a ring, which all play the same role.
    let ring = graph(
        &["object\nm.Node"; 3],
        &[
            (0, 1, Some("next")),
            (1, 2, Some("next")),
            (2, 0, Some("next")),
        ],
    );
    assert_eq!(boxes(&drawn(&ring, Style::default())), 3);
}

#[test]
fn a_picture_has_at_most_80_boxes() {
    let chain = |count: u64| {
        let edges: Vec<_> = (1..count).map(|v| (v - 1, v, None)).collect();
        distinct(count, &edges)
    };
    let at_the_limit = styled(Style::default(), |style| {
        style.longest_side = 1e6;
    });
    assert_eq!(boxes(&drawn(&chain(80), at_the_limit.clone())), 80);
    let summary = drawn(&chain(81), at_the_limit);
    assert!(summary.contains("Summary of 81 objects"));
    assert_eq!(boxes(&drawn(&chain(200), with(Summary::Never))), 200);
    let options = ImageOptions {
        style: with(Summary::Refused),
        ..ImageOptions::default()
    };
    let error = render(&chain(81), &Format::Svg, &options).unwrap_err();
    assert!(matches!(error, ExportError::TooLarge { vertices: 81, .. }));
}

#[test]
fn a_picture_is_at_most_4000_points_wide() {
    // Sixty objects side by side.
    let edges: Vec<_> = (1..60).map(|v| (0, v, None)).collect();
    let wide = distinct(60, &edges);
    let whole = size(&drawn(&wide, with(Summary::Never)));
    assert!(whole.0 > 4000.0, "{whole:?}");
    let summary = drawn(&wide, Style::default());
    assert!(summary.contains("Summary of 60 objects"));
    assert!(size(&summary).0 <= 4000.0);
    let about = drawn(&wide, Style::default().with_target(VertexId::new(0)));
    assert!(size(&about).0 <= 4000.0);
}

#[test]
fn of_a_large_graph_the_nearest_to_the_target_is_drawn() {
    // A binary tree, whose root was asked about.
    let edges: Vec<_> = (1..2000).map(|v| (v, (v - 1) / 2, Some("next"))).collect();
    let tree = distinct(2000, &edges);
    let style = Style::default().with_target(VertexId::new(0));
    let svg = drawn(&tree, style.clone());
    let shown = boxes(&svg);
    assert!((10..=60).contains(&shown), "{shown}");
    let note = format!("The {shown} objects nearest to the red one, of 2,000 in the graph.");
    assert!(svg.contains(&note), "{svg}");
    assert!(svg.contains("m.Class0<") && svg.contains("m.Class2<"));
    assert!(svg.contains(">2 more referrers<"), "{svg}");
    let (width, height) = size(&svg);
    assert!(width <= 4000.0 && height <= 4000.0);
    let down = styled(style, |style| {
        style.target_end = End::Top;
    });
    let edges: Vec<_> = (1..2000).map(|v| ((v - 1) / 2, v, Some("next"))).collect();
    assert!(drawn(&distinct(2000, &edges), down).contains(">2 more referents<"));
}

#[test]
fn alike_objects_of_a_large_graph_share_boxes_without_a_target() {
    // A list of 500 nodes that each refer to the next one.
    let labels = ["object\nm.Node"; 500];
    let edges: Vec<_> = (1..500).map(|v| (v - 1, v, Some("next"))).collect();
    let svg = drawn(&graph(&labels, &edges), Style::default());
    assert!(boxes(&svg) <= 5, "{svg}");
    assert!(svg.contains(">object × 49"), "{svg}");
    // They are on no cycle.
    assert!(!svg.contains("#d55e00"));
}

#[test]
fn only_the_shortest_cycle_is_marked() {
    // A ring of five with a chord: 0 -> 1 -> 2 -> 3 -> 4 -> 0 and 2 -> 0.
    let ring = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (2, 0)];
    let edges = ring.map(|(tail, head)| (tail, head, None));
    let graph = distinct(5, &edges);
    let marked = |style: &Style| {
        let picture = Picture::new(&graph, style);
        let lines = picture.dot().lines();
        let lines: Vec<_> = lines.filter(|line| line.contains("#d55e00")).collect();
        let ids = lines.iter().map(|line| {
            let (_, rest) = line.split_once("[id=").unwrap();
            rest.split_once(',').unwrap().0.to_owned()
        });
        ids.collect::<Vec<_>>()
    };
    assert_eq!(marked(&Style::default()), ["e0", "e1", "e5"]);
    // The shortest one through the target.
    let about = Style::default().with_target(VertexId::new(3));
    assert_eq!(marked(&about), ["e0", "e1", "e2", "e3", "e4"]);
}

#[test]
fn references_to_cut_are_red_with_the_advice_below() {
    let pair = graph(
        &["object\nm.Parent", "object\nm.Child"],
        &[(0, 1, Some("child")), (1, 0, Some("parent"))],
    );
    let style = styled(Style::default(), |style| {
        style.cut = vec![EdgeId::new(1), EdgeId::new(99)];
        style.advice = vec!["Fix: make `Child.parent` a <weak> reference".to_owned()];
    });
    let picture = Picture::new(&pair, &style);
    let line = |id: &str| {
        let mut lines = picture.dot().lines();
        lines
            .find(|line| line.contains(&format!("[id={id}")))
            .unwrap()
    };
    assert!(
        line("e1").contains(r##"style=dashed, color="#c1121f""##),
        "{}",
        line("e1")
    );
    assert!(line("e0").contains("#d55e00") && !line("e0").contains("dashed"));
    let svg = drawn(&pair, style.clone());
    assert!(
        svg.contains(">Fix: make `Child.parent` a &lt;weak&gt; reference</text>"),
        "{svg}"
    );
    assert!(svg.contains(">reference to cut</text>"));
    let bare = styled(style, |style| {
        style.legend = false;
    });
    let svg = drawn(&pair, bare);
    assert!(svg.contains("Fix: make") && !svg.contains(">reference to cut<"));
}

#[test]
fn long_advice_is_wrapped_between_words() {
    let words = "word ".repeat(60);
    let style = styled(Style::default(), |style| {
        style.advice = vec![words.trim().to_owned()];
    });
    let svg = drawn(&graph(&["list[0]"], &[]), style);
    let lines: Vec<_> = svg
        .matches("font-size=\"11.00\" fill=\"#c1121f\">")
        .collect();
    assert!((4..8).contains(&lines.len()), "{}", lines.len());
    assert_eq!(svg.matches("word").count(), 60);
    assert!(size(&svg).0 < 500.0);
}

#[test]
fn what_a_part_leaves_out_is_told() {
    let part = graph(&["list[1]", "dict[0]"], &[(0, 1, Some("item[0]"))]);
    let mut style = Style::default().with_target(VertexId::new(1));
    style.left_out = vec![(VertexId::new(0), 3), (VertexId::new(7), 1)];
    let picture = Picture::new(&part, &style);
    assert_eq!((picture.vertex_count(), picture.edge_count()), (2, 1));
    let svg = drawn(&part, style.clone());
    assert!(svg.contains(">3 more referrers<"), "{svg}");
    assert_eq!(svg.matches("<g id=\"s").count(), 1);
    style.left_out = vec![(VertexId::new(0), 1)];
    assert!(drawn(&part, style).contains(">1 more referrer<"));
}

#[test]
fn nothing_is_no_objects() {
    let empty = AnnotatedGraph::default();
    let svg = drawn(&empty, Style::default());
    assert!(svg.contains(">no objects</text>"));
    assert_eq!(Picture::new(&empty, &Style::default()).vertex_count(), 0);
}

#[test]
fn wide_characters_fit_their_boxes() {
    let width = |label: &str| {
        let svg = drawn(&graph(&[label], &[]), with(Summary::Never));
        size(&svg).0
    };
    // At 11 points, 20 ideographs take 220 points, and each of 20 emoji is wider.
    let ideographs = width(&"漢".repeat(20));
    assert!((238.0..290.0).contains(&ideographs), "{ideographs}");
    let emoji = width(&"😀".repeat(20));
    assert!((300.0..380.0).contains(&emoji), "{emoji}");
}
