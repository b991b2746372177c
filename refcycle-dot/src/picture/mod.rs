//! A graph made ready to be drawn: folded, with short labels and looks.

mod bundles;
mod distances;
mod folded;
mod groups;
pub(crate) mod kind;
mod label;
mod roots;
mod sketch;
mod steps;
mod style;
mod summary;
pub(crate) mod theme;

#[cfg(any(feature = "png", feature = "pdf"))]
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::ControlFlow;

use refcycle_core::{Unwatched, Vertices, Watch};

use crate::dot::quote::Quoted;
use crate::{AnnotatedGraph, Engine};
use distances::Distances;
use folded::folded;
use kind::Kind;
use sketch::{Line, Node, Sketch};
pub use style::{End, Root, Style, Summary, Theme};
use summary::summary;
use theme::Palette;

/// Beyond so many boxes or lines the layout is told to hurry and draws straight lines.
/// Routing curves is what takes its time: a random graph of 300 vertices and 600 edges
/// takes 1 s with lines and more than a minute with curves.
const HURRY: (usize, usize) = (300, 200);

/// A graph as an [`Engine`](crate::Engine) takes it.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, Picture, Style};
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "tuple[2]");
/// builder.edge(0, 1, 1, Some("item[0]"));
/// builder.edge(1, 1, 1, Some("item[0]"));
/// let picture = Picture::new(&builder.build()?, &Style::default());
/// assert_eq!(picture.edge_count(), 1);
/// assert!(picture.dot().contains("item[0] × 2"));
/// # Ok::<(), refcycle_dot::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Picture {
    dot: String,
    /// The titles, each with the number in its SVG id, ascending.
    vertex_titles: Vec<(usize, String)>,
    root_titles: Vec<String>,
    edge_titles: Vec<String>,
    framed: bool,
    legend: Option<Legend>,
}

/// What a legend has to explain.
#[derive(Clone, Debug)]
pub(crate) struct Legend {
    pub(crate) palette: &'static Palette,
    /// The kinds that occur, if they are told apart.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) target: bool,
    pub(crate) cyclic: bool,
    pub(crate) framed: bool,
}

impl Picture {
    /// Lays down how everything looks; not yet where it goes. A large graph is not
    /// summarised unless the style says [`Summary::Always`].
    ///
    /// # Complexity
    /// O(vertices + edges log vertices + text).
    pub fn new(graph: &AnnotatedGraph, style: &Style) -> Self {
        let ControlFlow::Continue(picture) = Self::watched(graph, style, &mut Unwatched);
        picture
    }

    /// The same, until the watch stops it.
    pub(crate) fn watched<W: Watch>(
        graph: &AnnotatedGraph,
        style: &Style,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        let picture = Self::bounded(graph, style, usize::MAX, |_| usize::MAX, watch)?;
        ControlFlow::Continue(picture.expect("nothing is more than that"))
    }

    /// The same, but `None` when it would be more than the engine draws.
    pub(crate) fn within<W: Watch>(
        graph: &AnnotatedGraph,
        style: &Style,
        engine: &dyn Engine,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Option<Self>> {
        let most_lines = |boxes| engine.most_lines(boxes);
        Self::bounded(graph, style, engine.most_boxes(), most_lines, watch)
    }

    fn bounded<W: Watch>(
        graph: &AnnotatedGraph,
        style: &Style,
        most_boxes: usize,
        most_lines: impl Fn(usize) -> usize,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Option<Self>> {
        let target = style.target.filter(|&v| graph.contains_vertex(v));
        let style = &Style {
            target,
            ..style.clone()
        };
        let sketch = match style.summary {
            Summary::Always => Some(summary(graph, style, watch)?),
            _ => folded(graph, style, most_boxes, most_lines, watch)?,
        };
        ControlFlow::Continue(sketch.map(|sketch| Self::of_sketch(sketch, style)))
    }

    fn of_sketch(mut sketch: Sketch, style: &Style) -> Self {
        let palette = Palette::of(style.theme);
        if !style.frames {
            sketch.frames.clear();
        }
        let dot = written(&sketch, style, palette);
        let legend = style.legend.then(|| legend(&sketch, palette)).flatten();
        let (roots, vertices): (Vec<_>, Vec<_>) = sketch
            .nodes
            .into_iter()
            .partition(|node| node.kind == Kind::Root);
        Self {
            dot,
            legend,
            framed: !sketch.frames.is_empty(),
            vertex_titles: vertices
                .into_iter()
                .map(|node| (node.number, node.title))
                .collect(),
            root_titles: roots.into_iter().map(|node| node.title).collect(),
            edge_titles: sketch.lines.into_iter().map(|line| line.title).collect(),
        }
    }

    /// The picture in Graphviz' language. Vertex `n` has the SVG id `v<n>`, several in
    /// one box that of the first; the ids of the drawn edges are `e0`, `e1` and so on, of
    /// the boxes of [roots](Style::roots) `r0`, `r1` and so on, and the lines from these
    /// are the last of the edges.
    pub fn dot(&self) -> &str {
        &self.dot
    }

    /// How many boxes are drawn: vertices that are folded together are one. Those of
    /// roots do not count.
    pub fn vertex_count(&self) -> usize {
        self.vertex_titles.len()
    }

    /// How many edges are drawn: parallel ones are one, if they are merged. The lines
    /// from roots do not count.
    pub fn edge_count(&self) -> usize {
        self.edge_titles.len() - self.root_titles.len()
    }

    /// Whether there are frames round components.
    pub(crate) fn is_framed(&self) -> bool {
        self.framed
    }

    /// The different characters beyond ASCII that are written in it.
    #[cfg(any(feature = "png", feature = "pdf"))]
    pub(crate) fn foreign(&self) -> impl Iterator<Item = char> {
        let foreign: BTreeSet<_> = self.dot.chars().filter(|c| !c.is_ascii()).collect();
        foreign.into_iter()
    }

    pub(crate) fn legend(&self) -> Option<&Legend> {
        self.legend.as_ref()
    }

    /// The whole text that belongs to an SVG id.
    pub(crate) fn title(&self, id: &str) -> Option<&str> {
        let kind = id.as_bytes().first()?;
        let number: usize = id.get(1..)?.parse().ok()?;
        match kind {
            b'v' => {
                let place = self
                    .vertex_titles
                    .binary_search_by_key(&number, |title| title.0)
                    .ok()?;
                Some(&self.vertex_titles[place].1)
            }
            b'r' => self.root_titles.get(number).map(String::as_str),
            b'e' => self.edge_titles.get(number).map(String::as_str),
            _ => None,
        }
    }
}

/// What needs a word; `None` when nothing does.
fn legend(sketch: &Sketch, palette: &'static Palette) -> Option<Legend> {
    let mut kinds: Vec<_> = Kind::ALL
        .into_iter()
        .filter(|&kind| sketch.nodes.iter().any(|node| node.kind == kind))
        .collect();
    if kinds.len() < 2 {
        kinds.clear();
    }
    let legend = Legend {
        palette,
        target: sketch.target.is_some(),
        cyclic: sketch.lines.iter().any(|line| line.cyclic),
        framed: !sketch.frames.is_empty(),
        kinds,
    };
    (!legend.kinds.is_empty() || legend.target || legend.cyclic).then_some(legend)
}

/// The sketch in Graphviz' language.
fn written(sketch: &Sketch, style: &Style, palette: &Palette) -> String {
    let mut dot = head(palette);
    if sketch.nodes.len() > HURRY.0 || sketch.lines.len() > HURRY.1 {
        dot += "    graph [nslimit=0.3, nslimit1=0.3, mclimit=0.2, splines=line];\n";
    }
    if let Some(note) = &sketch.note {
        // Its lines begin at the left: `\l` ends such a line.
        let lines = Quoted(&format!("{note}\n"))
            .to_string()
            .replace("\\n", "\\l");
        // Writing to a string cannot fail.
        let _ = writeln!(dot, "    label={lines};");
    }
    let distances = sketch
        .target
        .map(|target| Distances::new(&sketch.graph(), target, style.target_end));
    let order = match &distances {
        Some(distances) => distances.downwards(),
        None => (0..sketch.nodes.len() as u32).collect(),
    };
    for &v in &order {
        let node = &sketch.nodes[v as usize];
        write_node(&mut dot, node, sketch.target == Some(v), palette);
    }
    write_frames(&mut dot, sketch, &order, palette);
    for (index, line) in sketch.lines.iter().enumerate() {
        write_line(&mut dot, index, line, sketch, distances.as_ref(), palette);
    }
    dot += "}\n";
    dot
}

/// `newrank` keeps the layout from losing edges, and Arial is the font whose widths the
/// pure engine knows.
fn head(palette: &Palette) -> String {
    let Palette {
        background,
        text,
        outline,
        edge,
        edge_text,
        ..
    } = palette;
    format!(
        r##"digraph G {{
    graph [newrank=true, bgcolor="{background}", pad=0.12, nodesep=0.28, ranksep=0.4, labelloc=t, labeljust=l, fontname=Arial, fontsize=11, fontcolor="{text}"];
    node [shape=box, fontname=Arial, fontsize=11, fontcolor="{text}", color="{outline}", height=0.36, margin="0.13,0.06"];
    edge [fontname=Arial, fontsize=9, fontcolor="{edge_text}", color="{edge}", arrowsize=0.65];
"##
    )
}

fn write_node(dot: &mut String, node: &Node, target: bool, palette: &Palette) {
    let look = node.kind.attributes(palette);
    let outline = if target {
        format!(r##", color="{}", penwidth=3"##, palette.target)
    } else {
        String::new()
    };
    let (id, label) = (node.id(), Quoted(&node.label));
    let _ = writeln!(dot, "    {id} [id={id}, label={label}, {look}{outline}];");
}

/// The frames come after the boxes, which have their order from above.
fn write_frames(dot: &mut String, sketch: &Sketch, order: &[u32], palette: &Palette) {
    let Palette {
        frame: fill,
        frame_line: line,
        ..
    } = palette;
    for (index, label) in sketch.frames.iter().enumerate() {
        let _ = write!(
            dot,
            "    subgraph cluster_{index} {{\n        style=\"rounded,filled\"; \
             fillcolor=\"{fill}\"; color=\"{line}\"; margin=10; fontsize=10; label={};\n       ",
            Quoted(label)
        );
        for &v in order {
            let node = &sketch.nodes[v as usize];
            if node.frame == Some(index as u32) {
                let _ = write!(dot, " {};", node.id());
            }
        }
        *dot += "\n    }\n";
    }
}

fn write_line(
    dot: &mut String,
    index: usize,
    line: &Line,
    sketch: &Sketch,
    distances: Option<&Distances>,
    palette: &Palette,
) {
    let (mut from, mut to) = (line.tail, line.head);
    let mut look = String::new();
    if let Some(distances) = distances {
        if distances.leads_up(from, to) {
            // What is nearer to the target's end of the picture stays there.
            (from, to) = (to, from);
            look += ", dir=back";
        } else if distances.leads_down(from, to) {
            look += ", weight=3";
        }
    }
    if sketch.nodes[line.tail as usize].kind == Kind::Root {
        look += ", style=dashed";
    }
    if line.cyclic {
        let _ = write!(look, ", color=\"{}\", penwidth=2", palette.cycle);
    }
    let [from, to] = [from, to].map(|v| sketch.nodes[v as usize].id());
    let _ = write!(dot, "    {from} -> {to} [id=e{index}{look}");
    if !line.label.is_empty() {
        // Spaces keep the text off the line.
        let padded = format!(" {} ", line.label.replace('\n', " \n "));
        let _ = write!(dot, ", label={}", Quoted(&padded));
    }
    dot.push_str("];\n");
}

#[cfg(test)]
mod tests;
