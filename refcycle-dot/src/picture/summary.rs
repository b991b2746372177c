//! The sketch of a graph that is too large to be drawn: its summary.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use refcycle_core::algo::strongly_connected_components;
use refcycle_core::{IDirectedGraph, Run, Vertices, Watch};
use rustc_hash::FxHashMap;

use super::folded::{box_name, times};
use super::kind::Kind;
use super::label::{first_line, shortened};
use super::sketch::{DrawnBox, DrawnLine, Sketch};
use super::style::Style;
use super::type_name::type_name;
use crate::annotated::AnnotatedGraph;
use crate::counts::{counted, grouped};
use crate::steps::Steps;
use crate::summary::{Class, Detail, GraphSummary, Input, Place, VertexTypes};

/// Components are framed. A picture with more boxes is hard to read.
const DETAIL: Detail = Detail {
    components: 3,
    types_inside: Some(4),
    types_outside: 9,
};

/// The largest number of lines per box.
const LINES: usize = 2;

/// The summary of a graph.
///
/// O(vertices + edges) time.
pub(super) fn summary<W: Watch>(
    graph: &AnnotatedGraph,
    style: &Style,
    watch: &mut W,
) -> ControlFlow<W::Stop, Sketch> {
    let components = strongly_connected_components(Run::on(graph).watch(watch))?;
    let steps = &mut Steps::new(watch);
    let (types, names) = types(graph, steps)?;
    let input = Input {
        graph: graph.graph(),
        components: &components,
        types: VertexTypes {
            of: &types,
            name: &|ty| names[ty as usize],
        },
        sizes: None,
        target: style.target,
    };
    let summary = GraphSummary::new(input, DETAIL, steps)?;
    let nodes: Vec<_> = summary
        .classes
        .iter()
        .enumerate()
        .map(|(number, class)| node(graph, style, number, class))
        .collect();
    let frames = summary.components.iter().map(|component| {
        let size = grouped(component.len as u64);
        format!("{size} objects that reach each other")
    });
    let target = summary
        .classes
        .iter()
        .position(|class| class.place == Place::Target);
    let (lines, left_out) = lines(&summary, &nodes);
    ControlFlow::Continue(Sketch {
        frames: frames.collect(),
        target: target.map(|target| target as u32),
        note: Some(note(graph, left_out)),
        nodes,
        lines,
    })
}

/// The type number of each vertex, and the name of each type.
fn types<'a, W: Watch>(
    graph: &'a AnnotatedGraph,
    steps: &mut Steps<'_, W>,
) -> ControlFlow<W::Stop, (Vec<u32>, Vec<&'a str>)> {
    let mut numbers = FxHashMap::default();
    let mut names = Vec::new();
    let mut types = Vec::with_capacity(graph.vertex_count());
    for v in graph.vertices() {
        steps.step()?;
        let name = type_name(graph, v);
        types.push(*numbers.entry(name).or_insert_with(|| {
            names.push(name);
            names.len() as u32 - 1
        }));
    }
    ControlFlow::Continue((types, names))
}

fn node(graph: &AnnotatedGraph, style: &Style, number: usize, class: &Class) -> DrawnBox {
    let width = style.label_width;
    let count = grouped(class.count);
    let (label, title) = if class.is_one_type && class.count == 1 {
        let name = box_name(graph, class.example);
        (shortened(&name, width).into_owned(), name)
    } else if class.is_one_type {
        (
            times(&class.name, class.count, width),
            format!("{} × {count}", class.name.replace('\n', " ")),
        )
    } else if class.place == Place::SmallerComponents {
        let objects = counted(class.count, "object", "objects");
        (
            format!("{}\n{objects}", class.name),
            format!("{}, {objects}", class.name),
        )
    } else {
        let label = format!("{} × {count}", class.name);
        (label.clone(), label)
    };
    DrawnBox {
        number,
        kind: match class.is_one_type {
            true => Kind::of(graph.object_name(class.example)),
            false => Kind::Value,
        },
        label,
        title,
        frame: match class.place {
            Place::Component(rank) => Some(rank),
            _ => None,
        },
    }
}

/// The lines for the most edges, and the number of lines left out. Lines from and to the target
/// come first.
fn lines(summary: &GraphSummary, nodes: &[DrawnBox]) -> (Vec<DrawnLine>, usize) {
    let mut edges = summary.edges.clone();
    let is_target = |class: u32| summary.classes[class as usize].place == Place::Target;
    edges.sort_by_key(|&(tail, head, count)| {
        let is_apart = !(is_target(tail) || is_target(head));
        (is_apart, Reverse(count))
    });
    let most = LINES * summary.classes.len();
    let left_out = edges.len().saturating_sub(most);
    edges.truncate(most);
    edges.sort_unstable();
    let lines = edges.into_iter().map(|(tail, head, count)| {
        let [from, to] = [tail, head].map(|class| &nodes[class as usize]);
        DrawnLine {
            tail,
            head,
            label: match count {
                1 => String::new(),
                _ => format!("× {}", grouped(count)),
            },
            title: format!(
                "{}\n{} → {}",
                counted(count, "reference", "references"),
                first_line(&from.title),
                first_line(&to.title)
            ),
            cyclic: false,
            is_inner: false,
            is_cut: false,
        }
    });
    (lines.collect(), left_out)
}

fn note(graph: &AnnotatedGraph, left_out: usize) -> String {
    let arrows = match left_out {
        0 => String::new(),
        left_out => format!(
            "; {} arrows for fewer references are left out",
            grouped(left_out as u64)
        ),
    };
    format!(
        "Summary of {} objects and {} references, counted by type{arrows}.\n\
         To see single objects, draw a part, such as the ancestors of one; \
         all are in the JSON, DOT or HTML export.",
        grouped(graph.vertex_count() as u64),
        grouped(graph.edge_count() as u64),
    )
}
