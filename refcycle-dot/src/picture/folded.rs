//! The sketch of a graph with all its vertices and edges.

use std::fmt::Write;
use std::ops::ControlFlow;

use refcycle_core::{VertexId, Vertices, Watch};

use super::bundles::{Bundle, bundles};
use super::groups::Groups;
use super::kind::Kind;
use super::label::{first_line, shortened};
use super::roots;
use super::sketch::{DrawnBox, DrawnLine, Sketch};
use super::style::Style;
use super::type_name::type_name;
use crate::annotated::AnnotatedGraph;
use crate::steps::Steps;

/// The largest number of vertices listed in the title of a folded box.
const LISTED: usize = 40;

/// The longest line in such a list, in characters.
const LISTED_WIDTH: usize = 200;

/// Sketches the whole graph, folded according to the style; `None` if it has too many boxes or
/// lines.
pub(super) fn folded<W: Watch>(
    graph: &AnnotatedGraph,
    style: &Style,
    most_boxes: usize,
    most_lines: impl Fn(usize) -> usize,
    watch: &mut W,
) -> ControlFlow<W::Stop, Option<Sketch>> {
    let steps = &mut Steps::new(watch);
    let groups = if style.fold {
        Groups::equivalent(graph, style.target, steps)?
    } else {
        Groups::single(graph)
    };
    if groups.len() > most_boxes {
        return ControlFlow::Continue(None);
    }
    let most_lines = most_lines(groups.len());
    let bundles = bundles(graph, &groups, style.merge_edges, most_lines, steps)?;
    let Some(bundles) = bundles else {
        return ControlFlow::Continue(None);
    };
    let nodes = nodes(graph, style, &groups, steps)?;
    let lines = bundles
        .iter()
        .map(|bundle| line(bundle, &nodes, style))
        .collect();
    let mut sketch = Sketch {
        nodes,
        lines,
        frames: Vec::new(),
        target: style.target.map(|target| groups.of[target.index()]),
        note: None,
    };
    sketch.mark_cycles();
    let box_of = |v| {
        graph
            .contains_vertex(v)
            .then(|| groups.of[VertexId::index(v)])
    };
    roots::add(
        &mut sketch,
        &style.roots,
        style.label_width,
        most_boxes,
        box_of,
    );
    ControlFlow::Continue(Some(sketch))
}

fn nodes<W: Watch>(
    graph: &AnnotatedGraph,
    style: &Style,
    groups: &Groups,
    steps: &mut Steps<'_, W>,
) -> ControlFlow<W::Stop, Vec<DrawnBox>> {
    let mut nodes: Vec<_> = groups
        .first
        .iter()
        .map(|&v| DrawnBox {
            number: v.index(),
            kind: Kind::of(graph.object_name(v)),
            label: String::new(),
            title: String::new(),
            frame: None,
        })
        .collect();
    let mut listed = vec![0; nodes.len()];
    for (v, &group) in groups.of.iter().enumerate() {
        steps.step()?;
        let v = VertexId::from_index(v);
        let node = &mut nodes[group as usize];
        if !groups.is_several(group) {
            let name = box_name(graph, v);
            node.label = shortened(&name, style.label_width).into_owned();
            node.title = name;
            continue;
        }
        if listed[group as usize] < LISTED {
            let line = graph.object_name(v).long();
            node.title.push('\n');
            node.title += &shortened(&line, LISTED_WIDTH);
        }
        listed[group as usize] += 1;
    }
    for (group, node) in nodes.iter_mut().enumerate() {
        let count = groups.count[group];
        if count == 1 {
            continue;
        }
        let name = type_name(graph, groups.first[group]);
        node.label = times(name, count.into(), style.label_width);
        if count as usize > LISTED {
            // Writing to a string cannot fail.
            let _ = write!(node.title, "\n… {} more", count as usize - LISTED);
        }
        node.title = format!("{} × {count}{}", name.replace('\n', " "), node.title);
    }
    ControlFlow::Continue(nodes)
}

/// The name of a vertex in the lines of a box. For a container, a second line names its owner.
pub(super) fn box_name(graph: &AnnotatedGraph, v: VertexId) -> String {
    let lines = graph.object_name(v).lines();
    match graph.owner(v) {
        None => lines.into_owned(),
        Some(owner) => format!("{lines}\n{owner}"),
    }
}

/// "function × 44"; further lines of the name follow below.
pub(super) fn times(name: &str, count: u64, width: usize) -> String {
    let (first, more) = name.split_once('\n').unwrap_or((name, ""));
    let first = shortened(first, width);
    match more {
        "" => format!("{first} × {count}"),
        more => format!("{first} × {count}\n{}", shortened(more, width)),
    }
}

fn line(bundle: &Bundle<'_>, nodes: &[DrawnBox], style: &Style) -> DrawnLine {
    let name = |node: u32| first_line(&nodes[node as usize].title);
    let ends = format!("{} → {}", name(bundle.tail), name(bundle.head));
    DrawnLine {
        tail: bundle.tail,
        head: bundle.head,
        label: bundle.label(style.label_width),
        title: match bundle.title() {
            title if title.is_empty() => ends,
            title => format!("{title}\n{ends}"),
        },
        cyclic: false,
    }
}
