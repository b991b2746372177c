use super::*;

#[test]
fn differences_keep_the_sign_in_the_lowest_bit() {
    let heads = [5, 3, 3, 9].map(VertexId::new);
    let ways: Vec<_> = differences(VertexId::new(4), heads.into_iter()).collect();
    assert_eq!(ways, [2, 3, 0, 12]);
}

#[test]
fn columns_of_another_length_are_rejected() {
    let mut builder = AnnotatedGraph::builder();
    builder.vertex(1, "a");
    let graph = builder.build().unwrap();
    let sizes = HtmlOptions {
        sizes: Some(&[]),
        ..HtmlOptions::default()
    };
    let error = write_html(&graph, Vec::new(), &sizes).unwrap_err();
    assert_eq!(error.to_string(), "0 sizes for 1 vertices");
    let types = HtmlOptions {
        types: Some((&[0, 0], &[])),
        ..HtmlOptions::default()
    };
    let error = write_html(&graph, Vec::new(), &types).unwrap_err();
    assert_eq!(error.to_string(), "2 types for 1 vertices");
}

fn graph(vertices: u64, edges: &[(u64, u64)]) -> AnnotatedGraph {
    let mut builder = AnnotatedGraph::builder();
    for id in 0..vertices {
        builder.vertex(id, "list[1]");
    }
    for (id, &(tail, head)) in (0..).zip(edges) {
        builder.edge(id, tail, head, None);
    }
    builder.build().unwrap()
}

#[test]
fn retained_sizes_start_at_the_roots() {
    // A cycle of 0 and 1, where 0 holds 2; 3 has no edges.
    let graph = graph(4, &[(0, 1), (1, 0), (0, 2)]);
    let starts = |roots: &[VertexId]| {
        let options = HtmlOptions {
            roots,
            ..HtmlOptions::default()
        };
        let mut starts = PageWriter::new(&graph, &options).starts();
        starts.sort_unstable();
        starts.iter().map(|v| v.index()).collect::<Vec<_>>()
    };
    assert_eq!(starts(&[]), [0, 1, 3]);
    assert_eq!(starts(&[VertexId::new(1)]), [1, 3]);
    assert_eq!(starts(&[VertexId::new(2), VertexId::new(77)]), [0, 1, 2, 3]);
}

#[test]
fn kinds_are_data() {
    let mut builder = AnnotatedGraph::builder();
    let labels = [
        "dict[2]",
        "'dict[2]'",
        "function\nrun",
        "object\nbuiltins.generator",
        "object\napp.Pool",
        "type\nPool",
        "module\napp",
        "frame\n...app.py:3",
    ];
    for (id, label) in (0..).zip(labels) {
        builder.vertex(id, label);
    }
    let graph = builder.build().unwrap();
    let kinds = |label: &str| {
        let v = graph.find_vertex(labels.iter().position(|l| *l == label).unwrap() as u64);
        ALL[PageKind::of(graph.object_name(v.unwrap())).number() as usize]
    };
    assert_eq!(
        labels.map(kinds),
        [
            "container",
            "value",
            "function",
            "frame",
            "object",
            "type",
            "module",
            "frame"
        ]
    );
    let mut page = Vec::new();
    write_html(&graph, &mut page, &HtmlOptions::default()).unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains(r#""kinds":["frame", "function", "module", "type", "container", "object", "value", "cycle"]}"#));
    // Each number is a byte.
    assert!(page.contains(r#"id="kinds">BAYBAAUDAgA=<"#));
}

#[test]
fn a_group_has_the_kind_of_its_members() {
    let mut builder = AnnotatedGraph::builder();
    for id in 0..200 {
        builder.vertex(id, "function\nrun");
    }
    for id in 200..400 {
        builder.vertex(id, "object\napp.Pool");
    }
    builder.edge(0, 0, 1, None);
    builder.edge(1, 1, 0, None);
    let graph = builder.build().unwrap();
    let options = HtmlOptions::default();
    let page = PageWriter::new(&graph, &options);
    let kinds: Vec<_> = page
        .summary()
        .classes
        .iter()
        .map(|class| {
            (
                class.count,
                ALL[PageKind::of_class(class, &graph).number() as usize],
            )
        })
        .collect();
    assert_eq!(kinds, [(2, "cycle"), (200, "object"), (198, "function")]);
}
