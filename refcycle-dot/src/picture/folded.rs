//! The sketch of a graph, or of a part of it, with all its vertices and edges.

use std::fmt::Write;
use std::ops::ControlFlow;

use refcycle_core::{VertexId, Vertices, Watch};

use super::bundles::{Bundle, bundles};
use super::cycles::Cycles;
use super::kind::Kind;
use super::label::{first_line, shortened};
use super::roles::Groups;
use super::sketch::{DrawnBox, DrawnLine, Sketch};
use super::style::Style;
use super::type_name::type_name;
use super::units::Units;
use super::{roots, stubs};
use crate::annotated::AnnotatedGraph;
use crate::counts::{counted, grouped};
use crate::steps::Steps;

/// The largest number of vertices listed in the title of a folded box.
const LISTED: usize = 40;

/// The longest line in such a list, in characters.
const LISTED_WIDTH: usize = 200;

/// What a picture shows of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything.
    Whole,
    /// Everything, in at most this many boxes, with the roles of near neighbours only.
    Rough(usize),
    /// At most this many objects, nearest to the target.
    Nearest(usize),
}

/// The sizes that a picture may have.
#[derive(Clone, Copy)]
pub(crate) struct Bounds<'a> {
    pub(crate) boxes: usize,
    /// The largest number of lines for a number of boxes.
    pub(crate) lines: &'a dyn Fn(usize) -> usize,
}

/// Sketches a graph, or the part of it that `extent` says, folded according to the style; `None` if
/// it has too many boxes or lines.
pub(super) fn folded<W: Watch>(
    graph: &AnnotatedGraph,
    style: &Style,
    extent: Extent,
    bounds: Bounds<'_>,
    watch: &mut W,
) -> ControlFlow<W::Stop, Option<Sketch>> {
    let steps = &mut Steps::new(watch);
    let whole = Units::new(graph, style, steps)?;
    let (units, nearest) = match (extent, style.target) {
        (Extent::Nearest(most), Some(target)) => {
            let about = (target, style.target_end);
            let (part, left_out) = whole.nearest(graph, about, most, steps)?;
            (part, Some(left_out))
        }
        _ => (whole, None),
    };
    let target = style.target.and_then(|target| units.of(target));
    let groups = match (style.fold, extent) {
        (false, _) => Ok(Groups::single(&units)),
        (true, Extent::Rough(most)) => Groups::roughly(graph, &units, most, steps)?,
        (true, _) => Groups::by_role(graph, &units, target, bounds.boxes, steps)?,
    };
    let Some(groups) = groups.ok().filter(|groups| groups.len() <= bounds.boxes) else {
        return ControlFlow::Continue(None);
    };
    let most_lines = (bounds.lines)(groups.len());
    let cycles = Cycles::new(graph, &units, target, steps.watch())?;
    let parts = (&units, &groups, &cycles);
    let Some(bundles) = bundles(graph, parts, style, most_lines, steps)? else {
        return ControlFlow::Continue(None);
    };
    let nodes = nodes(graph, style, &units, &groups, steps)?;
    let lines = bundles.iter();
    let mut sketch = Sketch {
        lines: lines.map(|bundle| line(bundle, &nodes, style)).collect(),
        nodes,
        frames: Vec::new(),
        target: target.map(|target| groups.of[target as usize]),
        note: style.note.clone(),
    };
    if nearest.is_some() {
        sketch.note = Some(note(graph, style, units.len()));
    }
    sketch.frame_components();
    let box_of = |v| Some(groups.of[units.of(v)? as usize]);
    roots::add(
        &mut sketch,
        &style.roots,
        style.label_width,
        bounds.boxes,
        box_of,
    );
    let counts = nearest.unwrap_or_default();
    let counts = (0..)
        .zip(counts)
        .map(|(unit, count)| (groups.of[unit as usize], count));
    let given = style.left_out.iter();
    let given = given.filter_map(|&(v, count)| Some((box_of(v)?, count)));
    let is_several = |place| groups.is_several(place);
    stubs::add(
        &mut sketch,
        style.target_end,
        counts.chain(given),
        is_several,
    );
    ControlFlow::Continue(Some(sketch))
}

/// Says that a picture shows only what is near the target.
fn note(graph: &AnnotatedGraph, style: &Style, shown: usize) -> String {
    let nearest = counted(shown as u64, "object", "objects");
    let all = grouped(graph.vertex_count() as u64);
    let note = format!("The {nearest} nearest to the red one, of {all} in the graph.");
    match &style.note {
        None => note,
        Some(given) => format!("{given}\n{note}"),
    }
}

fn nodes<W: Watch>(
    graph: &AnnotatedGraph,
    style: &Style,
    units: &Units,
    groups: &Groups,
    steps: &mut Steps<'_, W>,
) -> ControlFlow<W::Stop, Vec<DrawnBox>> {
    let first = |group: usize| units.first[groups.first[group] as usize];
    let nodes = (0..groups.len()).map(|group| DrawnBox {
        number: first(group).index(),
        kind: Kind::of(graph.object_name(first(group))),
        label: String::new(),
        title: String::new(),
        frame: None,
    });
    let mut nodes: Vec<_> = nodes.collect();
    let mut listed = vec![0; nodes.len()];
    for (&v, &group) in units.first.iter().zip(&groups.of) {
        steps.step()?;
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
        let name = type_name(graph, first(group));
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
        cyclic: bundle.is_on_shortest,
        is_inner: bundle.is_inner,
        is_cut: bundle.is_cut,
    }
}
