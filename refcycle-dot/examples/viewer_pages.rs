//! Writes pages for the tests of the viewer: `viewer_pages FOLDER`.

use std::path::Path;
use std::{env, error, fs};

use refcycle_core::VertexId;
use refcycle_dot::{
    AnnotatedGraph, HtmlOptions, PageReport, ReportFinding, ReportNote, ReportNoteKind,
    ReportSection, export_html,
};

type Result<T> = std::result::Result<T, Box<dyn error::Error>>;

fn main() -> Result<()> {
    let folder = env::args().nth(1).ok_or("give a folder")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let page = |name: &str, graph: &AnnotatedGraph, options: &HtmlOptions<'_>| {
        export_html(graph, folder.join(name).with_extension("html"), options)
    };
    let plain = HtmlOptions::default();

    page("empty", &AnnotatedGraph::default(), &plain)?;
    page("one", &graph(&["list[0]"], &[])?, &plain)?;
    page("hostile", &hostile()?, &plain)?;
    page("long", &graph(&[&"long ".repeat(2_000_000)], &[])?, &plain)?;
    page("parallel", &parallel()?, &plain)?;
    page("complete", &complete(60)?, &plain)?;

    let service = service()?;
    let sizes: Vec<_> = (0..service.vertex_ids().len() as u64)
        .map(|v| 56 + 8 * (v % 7))
        .collect();
    let about = HtmlOptions {
        target: Some(VertexId::new(0)),
        sizes: Some(&sizes),
        title: "what holds the session",
        ..plain
    };
    page("service", &service, &about)?;

    for (name, vertices) in [
        ("heap-2k", 2_000),
        ("heap-100k", 100_000),
        ("heap-1m", 1_000_000),
    ] {
        let heap = heap(vertices)?;
        let sizes: Vec<_> = (0..u64::from(vertices))
            .map(|v| 32 + 8 * (v % 19))
            .collect();
        let sized = HtmlOptions {
            sizes: Some(&sizes),
            title: "a heap",
            ..plain
        };
        page(name, &heap, &sized)?;
        if vertices == 2_000 {
            let target = Some(VertexId::new(1234));
            page("heap-target", &heap, &HtmlOptions { target, ..sized })?;
            let report = report();
            let holders = [(VertexId::new(0), "running in thread MainThread".to_owned())];
            let chain_of: Vec<_> = (0..vertices).map(|v| u32::from(v % 3 == 0)).collect();
            let chains = ["module app.registry -> dict[*] -> app.models.Model".to_owned()];
            let reported = HtmlOptions {
                report: Some(&report),
                holders: &holders,
                chains: Some((&chain_of, &chains)),
                ..sized
            };
            page("report", &heap, &reported)?;
            let most_whole = 100;
            let cut = HtmlOptions {
                most_whole,
                ..reported
            };
            page("report-cut", &heap, &cut)?;
            page(
                "heap-cut",
                &heap,
                &HtmlOptions {
                    most_whole,
                    ..sized
                },
            )?;
        }
    }
    Ok(())
}

/// A report on the heap with findings of all kinds.
fn report() -> PageReport {
    let note = |kind, text: &str| ReportNote {
        kind,
        text: text.to_owned(),
    };
    let found = |name: &str, vertices: &[u32]| ReportFinding {
        name: name.to_owned(),
        vertices: vertices.iter().copied().map(VertexId::new).collect(),
        ..ReportFinding::default()
    };
    let section = |key: &str, title: &str, about: &str, findings| ReportSection {
        key: key.to_owned(),
        title: title.to_owned(),
        about: vec![about.to_owned()],
        findings,
        more: 0,
    };
    let objects = ReportFinding {
        size: Some(61_000_000),
        share: Some(0.61),
        notes: vec![note(ReportNoteKind::Text, "47,015 dict objects: 13 MB")],
        ..found("Python objects and their buffers", &[])
    };
    let suspect = ReportFinding {
        retained: Some(82_000),
        share: Some(0.42),
        count: Some(1),
        notes: vec![
            note(ReportNoteKind::Text, "accumulated in dict (3 items)"),
            note(
                ReportNoteKind::Chain,
                "it is kept alive by\n└─ running in thread MainThread\n   └─ .models → this object",
            ),
            note(
                ReportNoteKind::Fix,
                "registry: remove each item when it is done",
            ),
        ],
        ..found("object app.models.Model0", &[0, 1])
    };
    let cycle = ReportFinding {
        count: Some(2),
        notes: vec![note(
            ReportNoteKind::Fix,
            "to cut it: make `Model10.parent` a weak reference",
        )],
        cut: vec![(VertexId::new(500), VertexId::new(100))],
        ..found("Model10.parent -> Model10.children -> Model10", &[500, 100])
    };
    let answer = ReportFinding {
        notes: vec![
            note(
                ReportNoteKind::Chain,
                "object app.models.Model10 is garbage",
            ),
            note(
                ReportNoteKind::Fix,
                "make `Model10.parent` a weak reference",
            ),
        ],
        ..found("object app.models.Model10", &[500])
    };
    let types = ReportFinding {
        count: Some(5),
        size: Some(400),
        ..found("Model7", &[])
    };
    PageReport {
        sections: vec![
            section(
                "suspects",
                "Leak suspects",
                "At least 10% of all bytes.",
                vec![suspect],
            ),
            section(
                "garbage",
                "Garbage",
                "2 objects that nothing holds.",
                vec![cycle],
            ),
            section(
                "process",
                "Memory of the process",
                "100 MB in main memory",
                vec![objects],
            ),
            section("types", "Largest types", "By bytes.", vec![types]),
            section("answers", "Why objects are alive", "", vec![answer]),
        ],
    }
}

fn graph(labels: &[&str], edges: &[(u64, u64, Option<&str>)]) -> Result<AnnotatedGraph> {
    let mut builder = AnnotatedGraph::builder();
    for (id, label) in (0..).zip(labels) {
        builder.vertex(id, label);
    }
    for (id, &(tail, head, name)) in (0..).zip(edges) {
        builder.edge(id, tail, head, name);
    }
    Ok(builder.build()?)
}

/// Labels that would do harm if they became markup.
fn hostile() -> Result<AnnotatedGraph> {
    let labels = [
        "</script><script>window.harmed = 1</script>",
        "<img src=x onerror='window.harmed = 1'>",
        "object\njavascript:window.harmed=1",
        "]]>--><!--<script>",
        "\\N \\G \"} evil -> graph; {\"",
        "\u{202e}backwards",
        "\0\x01\x1b[31m\t\x7f",
        "object\nمرحبا 中文 😀 e\u{301}",
    ];
    let edges: Vec<_> = (1..labels.len() as u64)
        .map(|v| (v, 0, Some(labels[v as usize - 1])))
        .collect();
    graph(&labels, &edges)
}

fn parallel() -> Result<AnnotatedGraph> {
    let names: Vec<_> = (0..100_000).map(|n| format!("item[{n}]")).collect();
    let edges: Vec<_> = names.iter().map(|name| (0, 1, Some(&**name))).collect();
    graph(&["list[100000]", "object\n__main__.Shared"], &edges)
}

fn complete(size: u64) -> Result<AnnotatedGraph> {
    let labels = vec!["list[59]"; size as usize];
    let pairs = (0..size).flat_map(|a| (0..size).map(move |b| (a, b)));
    let edges: Vec<_> = pairs
        .filter(|(a, b)| a != b)
        .map(|(a, b)| (a, b, None))
        .collect();
    graph(&labels, &edges)
}

/// A session kept alive by a cache, a callback and a frame, and the objects that it holds.
fn service() -> Result<AnnotatedGraph> {
    let mut labels = vec![
        "object\nservice.Session",
        "dict[2]",
        "object\nservice.Cache",
        "module\nservice",
        "dict[4]",
        "function\non_close",
        "tuple[1]",
        "cell",
        "list[1]",
        "object\nservice.Server",
        "frame\n...service/server.py:57",
        "instancemethod\nServer.serve",
        "type\nSession",
        "dict[3]",
        "'session-17'",
        "list[6]",
    ];
    let mut edges = vec![
        (1, 0, Some("value['session-17']")),
        (2, 1, Some("sessions")),
        (4, 2, Some("value['cache']")),
        (3, 4, Some("__dict__")),
        (7, 0, Some("cell_contents")),
        (6, 7, Some("item[0]")),
        (5, 6, Some("__closure__")),
        (8, 5, Some("item[0]")),
        (9, 8, Some("callbacks")),
        (10, 9, Some("local 'self'")),
        (11, 9, Some("__self__")),
        (10, 0, Some("local 'session'")),
        (0, 12, Some("__class__")),
        (0, 13, Some("__dict__")),
        (1, 14, Some("key")),
        (13, 14, Some("value['name']")),
        (13, 9, Some("value['server']")),
        (13, 15, Some("value['pending']")),
        (4, 12, Some("value['Session']")),
        (0, 9, Some("server")),
    ];
    let names: Vec<_> = (0..6).map(|n| format!("item[{n}]")).collect();
    for name in &names {
        edges.push((15, labels.len() as u64, Some(&**name)));
        labels.push("object\nservice.Request");
    }
    graph(&labels, &edges)
}

/// A graph like that of a heap: modules, their functions, instances with lists of values, and
/// every fiftieth instance on a cycle.
fn heap(vertices: u32) -> Result<AnnotatedGraph> {
    let mut builder = AnnotatedGraph::builder();
    let mut edge = 0;
    let mut link =
        |builder: &mut refcycle_dot::AnnotatedGraphBuilder, a: u32, b: u32, name: &str| {
            builder.edge(edge, id(a), id(b), Some(name));
            edge += 1;
        };
    for v in 0..vertices {
        builder.vertex(id(v), &label_of(v));
    }
    for v in 0..vertices {
        let base = v - v % 10;
        match v % 10 {
            0 => {
                link(&mut builder, v, v + 1, "__dict__");
                link(
                    &mut builder,
                    v,
                    (v / 10 % 300) * 10 % vertices / 10 * 10 + 9,
                    "__class__",
                );
                // A tree of instances.
                link(&mut builder, v / 50 * 10, v, "children");
                if v % 500 == 0 && v > 0 {
                    link(&mut builder, v, v / 50 * 10, "parent");
                }
            }
            1 => {
                link(&mut builder, v, base + 3, "value['items']");
                link(&mut builder, v, base + 4, "value['name']");
                link(&mut builder, v, base + 6, "value['number']");
            }
            2 => link(&mut builder, v, base + 5, "__closure__"),
            3 => {
                link(&mut builder, v, base + 4, "item[0]");
                link(&mut builder, v, base + 6, "item[1]");
            }
            5 => link(&mut builder, v, base + 8, "item[0]"),
            7 => {
                link(&mut builder, v, base + 2, "value['handler']");
                link(&mut builder, v, base, "value['model']");
            }
            8 => link(&mut builder, v, base, "cell_contents"),
            _ => {}
        }
    }
    Ok(builder.build()?)
}

/// The label of a vertex of the heap.
fn label_of(v: u32) -> String {
    match v % 10 {
        0 => format!("object\napp.models.Model{}", v / 10 % 40),
        1 => "dict[3]".to_owned(),
        2 => format!("function\nhandler_{}", v / 10),
        3 => "list[2]".to_owned(),
        4 => format!("'text number {v}'"),
        5 => "tuple[2]".to_owned(),
        6 => format!("{v}"),
        7 => format!("module\npackage.module_{}", v / 10 % 500),
        8 => "cell".to_owned(),
        _ => format!("type\nClass{}", v / 10 % 300),
    }
}

fn id(v: u32) -> u64 {
    0x7f00_0000_0000 + 64 * u64::from(v)
}
