//! The sketch of a graph that is too large to be drawn: its types, counted, and its
//! largest strongly connected components.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use refcycle_core::algo::strongly_connected_components_watched;
use refcycle_core::{IDirectedGraph, VertexId, Vertices, Watch};
use rustc_hash::FxHashMap;

use super::folded::counted;
use super::kind::Kind;
use super::label::{first_line, grouped, shortened};
use super::sketch::{Line, Node, Sketch};
use super::steps::Steps;
use super::style::Style;
use super::type_name::type_name;
use crate::annotated::AnnotatedGraph;

/// The components that have frames of their own: the largest.
const COMPONENTS: usize = 3;

/// The types in such a component, and those outside, that have boxes of their own.
const TYPES_INSIDE: usize = 4;
const TYPES_OUTSIDE: usize = 9;

/// Lines for each box, at most.
const LINES: usize = 2;

/// Where a vertex is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Place {
    Target,
    /// In one of the largest components.
    Component(u32),
    /// On no cycle of two vertices or more.
    Outside,
    /// In one of the other components.
    Small,
}

/// The vertices of one type in one place, or of all other types there.
struct Class<'a> {
    place: Place,
    name: Option<&'a str>,
    first: VertexId,
    count: usize,
}

/// The summary of a graph.
///
/// O(vertices + edges) time.
pub(super) fn summary<W: Watch>(
    graph: &AnnotatedGraph,
    style: &Style,
    watch: &mut W,
) -> ControlFlow<W::Stop, Sketch> {
    let components = strongly_connected_components_watched(graph, watch)?;
    let steps = &mut Steps::new(watch);
    let component_of = |v| components.component_of(v).unwrap_or_default();
    let mut cyclic: Vec<_> = (0..components.len() as u32)
        .filter(|&number| components.component(number).len() > 1)
        .collect();
    let first_of = |number: &u32| components.component(*number).iter().min().copied();
    cyclic.sort_by_cached_key(|number| {
        (
            Reverse(components.component(*number).len()),
            first_of(number),
        )
    });
    let ranks: FxHashMap<_, _> = cyclic.iter().copied().zip(0u32..).collect();
    let place_of = |v: VertexId| {
        if style.target == Some(v) {
            return Place::Target;
        }
        match ranks.get(&component_of(v)) {
            None => Place::Outside,
            Some(&rank) if (rank as usize) < COMPONENTS => Place::Component(rank),
            Some(_) => Place::Small,
        }
    };

    let (classes, class_of) = classes(graph, place_of, steps)?;
    let small = cyclic.len().saturating_sub(COMPONENTS);
    let nodes: Vec<_> = classes
        .iter()
        .enumerate()
        .map(|(number, class)| node(graph, style, number, class, small))
        .collect();
    let frames = cyclic.iter().take(COMPONENTS).map(|&number| {
        let size = components.component(number).len();
        format!("{} objects that reach each other", grouped(size))
    });
    let target = classes
        .iter()
        .position(|class| class.place == Place::Target);
    let (lines, left_out) = lines(graph, &classes, &nodes, &class_of, steps)?;
    ControlFlow::Continue(Sketch {
        frames: frames.collect(),
        target: target.map(|target| target as u32),
        note: Some(note(graph, left_out)),
        nodes,
        lines,
    })
}

/// The classes, largest first in each place, and the class of every vertex.
fn classes<'a, W: Watch>(
    graph: &'a AnnotatedGraph,
    place_of: impl Fn(VertexId) -> Place,
    steps: &mut Steps<'_, W>,
) -> ControlFlow<W::Stop, (Vec<Class<'a>>, Vec<u32>)> {
    let mut known = FxHashMap::default();
    let mut all = Vec::<Class<'a>>::new();
    let mut class_of = Vec::<u32>::with_capacity(graph.vertex_count());
    for v in graph.vertices() {
        steps.step()?;
        let place = place_of(v);
        let name = (place != Place::Small).then(|| type_name(graph, v));
        let class = *known.entry((place, name)).or_insert_with(|| {
            all.push(Class {
                place,
                name,
                first: v,
                count: 0,
            });
            all.len() as u32 - 1
        });
        all[class as usize].count += 1;
        class_of.push(class);
    }

    let mut order: Vec<_> = (0..all.len()).collect();
    order.sort_by_key(|&class| {
        let class = &all[class];
        (class.place, Reverse(class.count), class.first)
    });
    let mut kept = Vec::<Class<'a>>::new();
    let mut renamed = vec![0; all.len()];
    let mut in_place = 0;
    for old in order {
        let class = &all[old];
        if kept.last().is_none_or(|last| last.place != class.place) {
            in_place = 0;
        }
        let most = match class.place {
            Place::Component(_) => TYPES_INSIDE,
            _ => TYPES_OUTSIDE,
        };
        if in_place <= most {
            kept.push(Class { ..*class });
            in_place += 1;
        } else if let Some(last) = kept.last_mut() {
            // The last of a place becomes that of all other types.
            last.name = None;
            last.count += class.count;
        }
        renamed[old] = kept.len() as u32 - 1;
    }
    for class in &mut class_of {
        *class = renamed[*class as usize];
    }
    ControlFlow::Continue((kept, class_of))
}

fn node(
    graph: &AnnotatedGraph,
    style: &Style,
    number: usize,
    class: &Class<'_>,
    small: usize,
) -> Node {
    let annotation = graph.vertex_annotation(class.first);
    let width = style.label_width;
    let label = match (class.place, class.name) {
        (Place::Target, _) => shortened(annotation, width).into_owned(),
        (Place::Small, _) => format!(
            "{} objects\nin {} more cycles",
            grouped(class.count),
            grouped(small)
        ),
        (_, Some(name)) if class.count > 1 => counted(name, class.count, width),
        (_, Some(_)) => shortened(annotation, width).into_owned(),
        (_, None) => format!("other types × {}", class.count),
    };
    Node {
        number,
        kind: match (class.place, class.name) {
            (Place::Target, _) | (_, Some(_)) => Kind::of(annotation),
            _ => Kind::Value,
        },
        title: match (class.place, class.name, class.count) {
            (Place::Target, ..) | (_, Some(_), 1) => annotation.to_owned(),
            (_, Some(name), count) => format!("{} × {count}", name.replace('\n', " ")),
            _ => label.replace('\n', " "),
        },
        label,
        frame: match class.place {
            Place::Component(rank) => Some(rank),
            _ => None,
        },
    }
}

/// The lines between the classes with the most edges, and how many lines are left out.
fn lines<W: Watch>(
    graph: &AnnotatedGraph,
    classes: &[Class<'_>],
    nodes: &[Node],
    class_of: &[u32],
    steps: &mut Steps<'_, W>,
) -> ControlFlow<W::Stop, (Vec<Line>, usize)> {
    let mut counts = FxHashMap::<_, usize>::default();
    for edge in graph.graph().references() {
        steps.step()?;
        let ends = (class_of[edge.tail.index()], class_of[edge.head.index()]);
        if ends.0 != ends.1 {
            *counts.entry(ends).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    let is_target = |class: u32| classes[class as usize].place == Place::Target;
    counts.sort_unstable_by_key(|&((tail, head), count)| {
        let apart = !(is_target(tail) || is_target(head));
        (apart, Reverse(count), tail, head)
    });
    let left_out = counts.len().saturating_sub(LINES * classes.len());
    counts.truncate(LINES * classes.len());
    counts.sort_unstable();
    let lines = counts.into_iter().map(|((tail, head), count)| {
        let [from, to] = [tail, head].map(|class| first_line(&nodes[class as usize].title));
        Line {
            tail,
            head,
            label: match count {
                1 => String::new(),
                _ => format!("× {}", grouped(count)),
            },
            title: format!("{} references\n{from} → {to}", grouped(count)),
            cyclic: {
                let [from, to] = [tail, head].map(|class| nodes[class as usize].frame);
                from.is_some() && from == to
            },
        }
    });
    ControlFlow::Continue((lines.collect(), left_out))
}

fn note(graph: &AnnotatedGraph, left_out: usize) -> String {
    let arrows = match left_out {
        0 => String::new(),
        left_out => format!(
            "; {} arrows for fewer references are left out",
            grouped(left_out)
        ),
    };
    format!(
        "Summary of {} objects and {} references, counted by type{arrows}.\n\
         To see single objects, draw a part, such as the ancestors of one; \
         all are in the JSON, DOT or HTML export.",
        grouped(graph.vertex_count()),
        grouped(graph.edge_count()),
    )
}
