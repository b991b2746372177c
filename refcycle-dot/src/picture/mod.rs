//! A graph made ready to be drawn: short labels, looks, parallel edges in one line.

mod bundles;
mod distances;
mod kind;
mod label;
mod style;

use std::fmt::Write;

use refcycle_core::{VertexId, Vertices};

use crate::AnnotatedGraph;
use crate::dot::quote::Quoted;
use bundles::{Bundle, bundles};
use distances::Distances;
use kind::Kind;
use label::shortened;
pub use style::Style;

/// Beyond so many vertices or edges the layout is told to hurry and draws straight lines.
/// Routing curves is what takes its time: a random graph of 300 vertices and 600 edges
/// takes 1 s with lines and more than a minute with curves.
const HURRY: (usize, usize) = (300, 280);

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
    vertex_titles: Vec<String>,
    edge_titles: Vec<String>,
}

impl Picture {
    /// Lays down how everything looks; not yet where it goes.
    ///
    /// # Complexity
    /// O(vertices + edges log vertices + text).
    pub fn new(graph: &AnnotatedGraph, style: &Style) -> Self {
        let target = style.target.filter(|&v| graph.contains_vertex(v));
        let bundles = bundles(graph);
        let mut dot = String::from(HEAD);
        if graph.vertex_count() > HURRY.0 || bundles.len() > HURRY.1 {
            dot += "    graph [nslimit=0.3, nslimit1=0.3, mclimit=0.2, splines=line];\n";
        }
        let distances = target.map(|target| Distances::to(graph, target));
        let order = match &distances {
            Some(distances) => distances.farthest_first(graph),
            None => graph.vertices().collect(),
        };
        for v in order {
            write_vertex(&mut dot, graph, v, style, target == Some(v));
        }
        for (index, bundle) in bundles.iter().enumerate() {
            write_bundle(&mut dot, index, bundle, style, distances.as_ref());
        }
        dot += "}\n";
        Self {
            dot,
            vertex_titles: graph
                .vertices()
                .map(|v| graph.vertex_annotation(v).to_owned())
                .collect(),
            edge_titles: bundles
                .iter()
                .map(|bundle| edge_title(graph, bundle))
                .collect(),
        }
    }

    /// The picture in Graphviz' language. Vertex `n` has the SVG id `v<n>`; the ids of
    /// the drawn edges are `e0`, `e1` and so on.
    pub fn dot(&self) -> &str {
        &self.dot
    }

    /// How many vertices are drawn.
    pub fn vertex_count(&self) -> usize {
        self.vertex_titles.len()
    }

    /// How many edges are drawn: parallel ones are one.
    pub fn edge_count(&self) -> usize {
        self.edge_titles.len()
    }

    /// The whole text that belongs to an SVG id.
    pub(crate) fn title(&self, id: &str) -> Option<&str> {
        let titles = match id.as_bytes().first()? {
            b'v' => &self.vertex_titles,
            b'e' => &self.edge_titles,
            _ => return None,
        };
        let index: usize = id[1..].parse().ok()?;
        titles.get(index).map(String::as_str)
    }
}

/// `newrank` keeps the layout from losing edges, and Arial is the font whose widths the
/// pure engine knows.
const HEAD: &str = r##"digraph G {
    graph [newrank=true, bgcolor=white, pad=0.12, nodesep=0.28, ranksep=0.4];
    node [shape=box, fontname=Arial, fontsize=11, fontcolor="#1a1a1a", color="#555555", height=0.36, margin="0.13,0.06"];
    edge [fontname=Arial, fontsize=9, fontcolor="#404040", color="#666666", arrowsize=0.65];
"##;

fn write_vertex(
    dot: &mut String,
    graph: &AnnotatedGraph,
    v: VertexId,
    style: &Style,
    target: bool,
) {
    let annotation = graph.vertex_annotation(v);
    let label = shortened(annotation, style.label_width);
    let look = Kind::of(annotation).attributes();
    let outline = if target {
        r##", color="#d3222a", penwidth=2.5"##
    } else {
        ""
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        dot,
        "    v{v} [id=v{v}, label={}, {look}{outline}];",
        Quoted(&label)
    );
}

fn write_bundle(
    dot: &mut String,
    index: usize,
    bundle: &Bundle<'_>,
    style: &Style,
    distances: Option<&Distances>,
) {
    let (mut from, mut to) = (bundle.tail, bundle.head);
    let mut look = "";
    if let Some(distances) = distances {
        if distances.leads_away(from, to) {
            // What is farther from the target stays above what is nearer.
            (from, to) = (to, from);
            look = ", dir=back";
        } else if distances.leads_on(from, to) {
            look = ", weight=3";
        }
    }
    let _ = write!(dot, "    v{from} -> v{to} [id=e{index}{look}");
    let label = bundle.label(style.label_width);
    if !label.is_empty() {
        // Spaces keep the text off the line.
        let padded = format!(" {} ", label.replace('\n', " \n "));
        let _ = write!(dot, ", label={}", Quoted(&padded));
    }
    dot.push_str("];\n");
}

fn edge_title(graph: &AnnotatedGraph, bundle: &Bundle<'_>) -> String {
    let first_line = |v| {
        graph
            .vertex_annotation(v)
            .lines()
            .next()
            .unwrap_or_default()
    };
    let ends = format!("{} → {}", first_line(bundle.tail), first_line(bundle.head));
    match bundle.title() {
        title if title.is_empty() => ends,
        title => format!("{title}\n{ends}"),
    }
}

#[cfg(test)]
mod tests;
