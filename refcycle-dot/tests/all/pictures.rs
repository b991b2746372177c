//! Pictures by the built-in engine.

use std::time::Duration;

use refcycle_core::VertexId;
use refcycle_dot::{
    AnnotatedGraph, End, ExportError, Format, ImageOptions, Picture, Root, Style, Summary, Theme,
    render,
};

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
        ">worker.py:4<",
    ] {
        assert!(svg.contains(text), "{text}\n{svg}");
    }
    assert!(svg.contains("<title>object\n__main__.SomeComputation</title>"));
    assert!(svg.contains("<title>local 'job'\nframe → method</title>"));
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
fn long_labels_are_cut_but_complete_in_the_title() {
    let long = "word ".repeat(100);
    let svg = svg(&graph(&[&long], &[]));
    assert!(svg.contains(&format!("<title>{long}</title>")));
    assert!(svg.contains('…'));
    assert_eq!(svg.matches(&"word ".repeat(20)).count(), 5);
}

/// A graph that is too large to draw and has nothing to fold.
fn large() -> AnnotatedGraph {
    let labels: Vec<_> = (0..2000).map(|v| format!("vertex {v}")).collect();
    let labels: Vec<_> = labels.iter().map(String::as_str).collect();
    let edges: Vec<_> = (1..2000).map(|v| (v, v / 2, Some("next"))).collect();
    graph(&labels, &edges)
}

#[test]
fn a_graph_beyond_the_limit_is_summarised() {
    let svg = svg(&large());
    assert!(svg.contains("Summary of 2,000 objects and 1,999 references, counted by type"));
    assert!(svg.contains("1,991 other types × 1,991"), "{svg}");
    assert_eq!(svg.matches("class=\"node\"").count(), 10);
}

#[test]
fn a_graph_beyond_the_limit_is_an_error_without_summary() {
    let mut options = ImageOptions::default();
    options.style.summary = Summary::Never;
    let error = render(&large(), &Format::Svg, &options).unwrap_err();
    assert!(matches!(
        error,
        ExportError::TooLarge {
            vertices: 2000,
            edges: 1999
        }
    ));
    let text = error.to_string();
    assert!(
        text.contains("smaller subgraph") && text.contains("a summary"),
        "{text}"
    );
}

/// An object that holds some functions and is on a cycle with one of them.
fn holder(functions: u64) -> AnnotatedGraph {
    let names: Vec<_> = (0..functions).map(|n| format!("function\nf{n}")).collect();
    let mut labels = vec!["list[44]"];
    labels.extend(names.iter().map(String::as_str));
    let mut edges: Vec<_> = (1..=functions).map(|v| (0, v, Some("item"))).collect();
    edges.push((1, 0, Some("__self__")));
    graph(&labels, &edges)
}

#[test]
fn equivalent_siblings_are_one_box() {
    let folded = svg(&holder(45));
    assert!(folded.contains(">function × 44</text>"), "{folded}");
    assert!(folded.contains("<title>function × 44\nfunction f1\nfunction f2\n"));
    assert!(folded.contains("\n… 4 more</title>"));
    assert!(folded.contains(">f0</text>") && !folded.contains(">f1</text>"));
    let two = svg(&holder(3));
    assert!(two.contains(">f1</text>") && two.contains(">f2</text>"));

    let mut options = ImageOptions::default();
    options.style.fold = false;
    let whole = render(&holder(45), &Format::Svg, &options).unwrap();
    let whole = String::from_utf8(whole).unwrap();
    assert!(whole.contains(">f44</text>") && !whole.contains("× 44"));
}

#[test]
fn parallel_edges_can_be_separate() {
    let sample = graph(&["a", "b"], &[(0, 1, Some("x")), (0, 1, Some("y"))]);
    assert_eq!(svg(&sample).matches("class=\"edge\"").count(), 1);
    let mut options = ImageOptions::default();
    options.style.merge_edges = false;
    let apart = String::from_utf8(render(&sample, &Format::Svg, &options).unwrap()).unwrap();
    assert_eq!(apart.matches("class=\"edge\"").count(), 2);
}

#[test]
fn cycles_are_emphasised_and_components_framed() {
    let ring_and_tail = graph(
        &["a", "b", "c", "d"],
        &[(0, 1, None), (1, 0, None), (1, 2, None), (2, 3, None)],
    );
    let picture = svg(&ring_and_tail);
    // A line, and the fill and the outline of the arrowhead, for each of two edges; and two in the
    // legend.
    assert_eq!(picture.matches("#d55e00").count(), 8, "{picture}");
    assert_eq!(picture.matches("class=\"cluster\"").count(), 1);
    assert!(picture.contains(">shortest cycle</text>"));
    assert!(picture.contains(">all here reach each other</text>"));

    // A frame around everything would carry no information.
    let ring = svg(&graph(&["a", "b"], &[(0, 1, None), (1, 0, None)]));
    assert_eq!(ring.matches("class=\"cluster\"").count(), 0);
    assert!(!ring.contains("all here reach"));

    let plain = svg(&graph(&["a", "b"], &[(0, 1, None)]));
    assert!(!plain.contains("legend"));
}

#[test]
fn the_dark_theme_is_dark() {
    let mut options = ImageOptions::default();
    options.style.theme = Theme::Dark;
    let dark = String::from_utf8(render(&worker(), &Format::Svg, &options).unwrap()).unwrap();
    assert!(dark.contains("fill=\"#16181d\""));
    assert!(
        !dark.contains("#ffffff") && !dark.contains("#1a1a1a"),
        "{dark}"
    );
}

#[test]
fn the_legend_names_what_occurs() {
    let svg = svg(&worker());
    for kind in ["frame", "function", "other object"] {
        assert!(svg.contains(&format!(">{kind}</text>")), "{kind}");
    }
    for kind in ["module", "class", "list, tuple, dict, set", "value"] {
        assert!(!svg.contains(&format!(">{kind}</text>")), "{kind}");
    }
    let mut options = ImageOptions::default();
    options.style.legend = false;
    let bare = String::from_utf8(render(&worker(), &Format::Svg, &options).unwrap()).unwrap();
    assert!(!bare.contains("legend"));
}

#[cfg(feature = "pdf")]
#[test]
fn a_pdf_has_its_text_as_text() {
    let pdf = render(&worker(), &Format::Pdf, &ImageOptions::default()).unwrap();
    assert!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
    let text = String::from_utf8_lossy(&pdf);
    // The table from glyphs to characters; without it, text cannot be selected.
    assert!(text.contains("/ToUnicode"), "no text in it");
}

#[test]
fn a_label_of_ten_megabytes_is_complete_in_the_title_only() {
    let huge = "x".repeat(10 << 20);
    let svg = svg(&graph(&[&huge], &[]));
    assert!(svg.len() > huge.len() && svg.len() < huge.len() + 10_000);
}

#[test]
fn a_hundred_thousand_parallel_edges_are_one_line() {
    let edges = vec![(0, 1, Some("item")); 100_000];
    let sample = graph(&["a", "b"], &edges);
    assert!(svg(&sample).contains("item × 100000"));
    let mut options = ImageOptions::default();
    options.style.merge_edges = false;
    let apart = String::from_utf8(render(&sample, &Format::Svg, &options).unwrap()).unwrap();
    assert!(apart.contains("Summary of 2 objects and 100,000 references"));
}

/// Compares with a committed file; `UPDATE_SNAPSHOTS=1` writes it.
fn check_snapshot(name: &str, svg: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots");
    let path = format!("{folder}/{name}.svg");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, svg).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert!(svg == expected, "{path} is not what is drawn now");
}

#[test]
fn pictures_equal_the_snapshots() {
    let drawn = |sample: &AnnotatedGraph, style: Style| {
        let options = ImageOptions {
            style,
            ..ImageOptions::default()
        };
        String::from_utf8(render(sample, &Format::Svg, &options).unwrap()).unwrap()
    };
    let target = Style::default().with_target(VertexId::new(0));
    check_snapshot("worker", &drawn(&worker(), target.clone()));
    let mut dark = target.clone();
    dark.theme = Theme::Dark;
    dark.target_end = End::Top;
    check_snapshot("holder-dark", &drawn(&holder(45), dark));
    let mut counted = target;
    counted.summary = Summary::Always;
    check_snapshot("summary", &drawn(&large(), counted));
    check_snapshot("hostile", &drawn(&hostile(), Style::default()));
}

/// A graph that takes seconds to lay out.
fn tangle() -> AnnotatedGraph {
    let edges: Vec<_> = (0..30)
        .flat_map(|tail| (0..tail).map(move |head| (tail, head, Some("a label"))))
        .collect();
    graph(&["x"; 30], &edges)
}

#[test]
fn a_layout_stops_at_the_time_limit() {
    let options = ImageOptions {
        time_limit: Duration::from_millis(50),
        ..ImageOptions::default()
    };
    let error = render(&tangle(), &Format::Svg, &options).unwrap_err();
    assert!(matches!(error, ExportError::TimedOut { .. }), "{error}");
}

#[test]
fn an_interrupted_layout_is_not_waited_for() {
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
    let mut options = ImageOptions::default();
    options.style.summary = Summary::Never;
    let svg = render(&graph(&["x"; 1500], &edges), &Format::Svg, &options).unwrap();
    let svg = String::from_utf8(svg).unwrap();
    assert_eq!(svg.matches("class=\"node\"").count(), 1500);
}

#[test]
fn roots_are_above_their_vertices() {
    let root = |vertex, holder: &str| Root {
        vertex: VertexId::new(vertex),
        holder: holder.to_owned(),
    };
    let mut style = Style::default().with_target(VertexId::new(0));
    style.roots = vec![
        root(3, "running in thread <MainThread>"),
        root(1, "held by C code: 2 references"),
        root(1, "a table of the interpreter"),
        root(9, "not in the graph"),
    ];
    let picture = Picture::new(&worker(), &style);
    assert_eq!((picture.vertex_count(), picture.edge_count()), (4, 3));
    let options = ImageOptions {
        style: style.clone(),
        ..ImageOptions::default()
    };
    let drawn = String::from_utf8(render(&worker(), &Format::Svg, &options).unwrap()).unwrap();
    assert_eq!(drawn.matches("id=\"r").count(), 2);
    assert_eq!(drawn.matches("id=\"v").count(), 4);
    assert_eq!(drawn.matches("id=\"e").count(), 5);
    for text in [
        "held by C code: 2 references\na table of the interpreter</title>",
        "<title>running in thread &lt;MainThread&gt;</title>",
        "running in thread &lt;MainThread&gt; → frame</title>",
        ">holds it from outside</text>",
    ] {
        assert!(drawn.contains(text), "{text} in {drawn}");
    }
    assert!(!drawn.contains("not in the graph"));
    let middle = |id: &str| {
        let at = drawn.find(&format!("id=\"{id}\"")).unwrap();
        let text = &drawn[at..][drawn[at..].find(" y=\"").unwrap() + 4..];
        text[..text.find('"').unwrap()].parse::<f64>().unwrap()
    };
    assert!(middle("r0") < middle("v1") && middle("r1") < middle("v3"));

    style.summary = Summary::Always;
    let options = ImageOptions {
        style,
        ..ImageOptions::default()
    };
    let summary = String::from_utf8(render(&worker(), &Format::Svg, &options).unwrap()).unwrap();
    assert!(!summary.contains("id=\"r"));
}

/// An unassigned character in a block of ideographs, which no font contains.
#[cfg(any(feature = "png", feature = "pdf"))]
const NOWHERE: &str = "\u{3fffd}";

#[cfg(any(feature = "png", feature = "pdf"))]
#[test]
fn characters_without_a_font_are_reported_once() {
    let twice = format!("'{NOWHERE} and {NOWHERE}\u{fe0f}'");
    let sample = graph(&["list[1]", &twice], &[(0, 1, Some("item[0] × 2 → α, я"))]);
    for format in Format::built_in() {
        let told = std::cell::RefCell::new(Vec::new());
        let warn = |text: &str| told.borrow_mut().push(text.to_owned());
        let options = ImageOptions {
            warn: Some(&warn),
            ..ImageOptions::default()
        };
        render(&sample, format, &options).unwrap();
        let told = told.into_inner();
        if matches!(format, Format::Png | Format::Pdf) {
            let [text] = &*told else {
                panic!("{format}: {told:?}");
            };
            let start = format!(
                "there is no font for Chinese, Japanese or Korean (such as '{NOWHERE}', U+3FFFD): the"
            );
            assert!(text.starts_with(&start), "{text}");
            assert!(text.contains("fonts-noto-cjk") && text.contains("SVG"));
        } else {
            assert!(told.is_empty(), "{format}: {told:?}");
        }
    }
}

#[cfg(any(feature = "png", feature = "pdf"))]
#[test]
fn characters_of_the_embedded_font_give_no_warning() {
    let sample = graph(&["dict × 3 … é ß ж Ω →"], &[]);
    let options = ImageOptions {
        warn: Some(&|text| panic!("{text}")),
        ..ImageOptions::default()
    };
    for format in Format::built_in() {
        render(&sample, format, &options).unwrap();
    }
}
