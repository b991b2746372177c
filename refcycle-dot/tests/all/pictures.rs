//! Pictures by the built-in engine.

use std::time::{Duration, Instant};

use refcycle_core::VertexId;
use refcycle_dot::{AnnotatedGraph, ExportError, Format, ImageOptions, Style, render};

use crate::common::{graph, hostile};

fn svg(graph: &AnnotatedGraph) -> String {
    String::from_utf8(render(graph, &Format::Svg, &ImageOptions::default()).unwrap()).unwrap()
}

/// The ancestors of an object in the guide's first example.
fn worker() -> AnnotatedGraph {
    graph(
        &[
            "object\n__main__.SomeComputation",
            "instancemethod\nSomeComputation.compute",
            "frame\n...home/me/worker.py:4",
            "frame\n.../threading.py:994",
        ],
        &[
            (1, 0, Some("__self__")),
            (2, 1, Some("local 'job'")),
            (3, 2, Some("f_back")),
        ],
    )
}

#[test]
fn everything_is_in_the_picture() {
    let svg = svg(&worker());
    for text in [
        "SomeComputation.compute",
        "local &#39;job&#39;",
        "f_back",
        "...home/me/worker.py:4",
    ] {
        assert!(svg.contains(text), "{text}\n{svg}");
    }
    assert!(svg.contains("<title>object\n__main__.SomeComputation</title>"));
    assert!(svg.contains("<title>local 'job'\nframe → instancemethod</title>"));
    assert!(!svg.contains("<title>G</title>"));
    assert!(!svg.contains(r#"font-family="Arial""#));
}

#[test]
fn the_target_is_at_the_bottom() {
    let height_of = |v: u32, target: u32| {
        let style = Style::default().with_target(VertexId::new(target));
        let options = ImageOptions {
            style,
            ..ImageOptions::default()
        };
        let ring = graph(
            &["a", "b", "c"],
            &[(0, 1, None), (1, 2, None), (2, 0, None)],
        );
        let svg = String::from_utf8(render(&ring, &Format::Svg, &options).unwrap()).unwrap();
        let group = svg
            .split(&format!("<g id=\"v{v}\""))
            .nth(1)
            .unwrap()
            .to_owned();
        let y = group
            .split(" y=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        y.parse::<f64>().unwrap()
    };
    for target in 0..3 {
        for other in (0..3).filter(|&other| other != target) {
            assert!(height_of(target, target) > height_of(other, target));
        }
    }
}

#[test]
fn the_same_graph_gives_the_same_bytes() {
    for format in Format::built_in() {
        let draw = || render(&worker(), format, &ImageOptions::default()).unwrap();
        assert_eq!(draw(), draw());
    }
}

#[test]
fn hostile_labels_make_a_harmless_picture() {
    let svg = svg(&hostile());
    assert!(!svg.contains("<script"));
    assert!(!svg.contains("href="));
    assert!(svg.chars().all(|c| c == '\n' || !c.is_control()));
    #[cfg(feature = "png")]
    {
        let tree = usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
        assert!(tree.size().width() > 100.0);
    }
}

#[test]
fn degenerate_graphs_have_pictures() {
    for sample in [
        AnnotatedGraph::default(),
        graph(&["alone"], &[]),
        graph(&[""], &[(0, 0, None), (0, 0, None), (0, 0, Some(""))]),
    ] {
        for format in Format::built_in() {
            render(&sample, format, &ImageOptions::default()).unwrap();
        }
    }
}

#[test]
fn long_labels_are_cut_but_whole_in_the_title() {
    let long = "word ".repeat(100);
    let svg = svg(&graph(&[&long], &[]));
    assert!(svg.contains(&format!("<title>{long}</title>")));
    assert!(svg.contains('…'));
    assert_eq!(svg.matches(&"word ".repeat(20)).count(), 5);
}

#[test]
fn a_graph_beyond_the_limit_is_an_error_that_says_what_to_do() {
    let labels = vec!["x"; 1501];
    let error = render(&graph(&labels, &[]), &Format::Svg, &ImageOptions::default()).unwrap_err();
    assert!(matches!(
        error,
        ExportError::TooLarge {
            vertices: 1501,
            edges: 0
        }
    ));
    let text = error.to_string();
    assert!(
        text.contains("smaller subgraph") && text.contains("JSON or DOT"),
        "{text}"
    );
}

/// A graph that takes seconds to lay out.
fn tangle() -> AnnotatedGraph {
    let edges: Vec<_> = (0..30)
        .flat_map(|tail| (0..tail).map(move |head| (tail, head, Some("a label"))))
        .collect();
    graph(&["x"; 30], &edges)
}

#[test]
fn a_layout_that_takes_too_long_is_not_waited_for() {
    let start = Instant::now();
    let options = ImageOptions {
        time_limit: Duration::from_millis(50),
        ..ImageOptions::default()
    };
    let error = render(&tangle(), &Format::Svg, &options).unwrap_err();
    assert!(matches!(error, ExportError::TimedOut { .. }), "{error}");
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_layout_that_nobody_wants_is_not_waited_for() {
    let options = ImageOptions {
        interrupted: Some(&|| true),
        ..ImageOptions::default()
    };
    let error = render(&tangle(), &Format::Svg, &options).unwrap_err();
    assert!(matches!(error, ExportError::Interrupted), "{error}");
}

#[test]
fn a_long_path_does_not_overflow_the_stack() {
    let edges: Vec<_> = (1..1500).map(|v| (v - 1, v, None)).collect();
    let svg = svg(&graph(&["x"; 1500], &edges));
    assert_eq!(svg.matches("class=\"node\"").count(), 1500);
}
