//! Writing a sketch as DOT.

use std::fmt::Write;

use super::distances::Distances;
use super::kind::Kind;
use super::sketch::{DrawnBox, DrawnLine, Sketch};
use super::style::Style;
use super::text_width::{padded, unmeasured};
use super::theme::Palette;
use crate::dot::quote::Quoted;

/// With more boxes or lines than this, the layout is limited in effort and draws straight
/// lines. Routing curves takes most of the time: a random graph of 300 vertices and 600 edges
/// takes 1 s with straight lines and more than a minute with curves.
pub(super) const HURRY: (usize, usize) = (300, 200);

/// The sketch as DOT.
pub(super) fn written(sketch: &Sketch, style: &Style, palette: &Palette) -> String {
    let mut dot = head(palette);
    if sketch.nodes.len() > HURRY.0 || sketch.lines.len() > HURRY.1 {
        dot += "    graph [nslimit=0.3, nslimit1=0.3, mclimit=0.2, splines=line];\n";
    }
    if let Some(note) = &sketch.note {
        // `\l` ends a left-aligned line.
        let lines = Quoted(&format!("{note}\n"))
            .to_string()
            .replace("\\n", "\\l");
        // Writing to a string cannot fail.
        let _ = writeln!(dot, "    label={lines};");
    }
    if sketch.nodes.is_empty() {
        dot += "    empty [id=empty, label=\"no objects\", shape=plaintext];\n";
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

/// Without `newrank`, the layout loses edges. The built-in engine has the metrics of Arial only.
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

fn write_node(dot: &mut String, node: &DrawnBox, target: bool, palette: &Palette) {
    let look = attributes(node.kind, palette);
    let outline = if target {
        format!(r##", color="{}", penwidth=3"##, palette.target)
    } else {
        String::new()
    };
    let (id, label) = (node.id(), Quoted(&node.label));
    let margin = margin(node);
    let _ = writeln!(
        dot,
        "    {id} [id={id}, label={label}, {look}{outline}{margin}];"
    );
}

/// A wider margin, for characters that are wider than the layout measures them.
fn margin(node: &DrawnBox) -> String {
    /// Points, and points in an inch.
    const SIZES: (f64, f64) = (11.0, 72.0);
    let missing = unmeasured(&node.label) * SIZES.0 / SIZES.1 / 2.0;
    if missing < 0.02 {
        return String::new();
    }
    let (x, y) = match node.kind {
        Kind::Function => (0.2, 0.08),
        _ => (0.13, 0.06),
    };
    format!(r#", margin="{:.2},{y}""#, x + missing)
}

/// Frames are written after the boxes, whose order is already fixed.
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
    line: &DrawnLine,
    sketch: &Sketch,
    distances: Option<&Distances>,
    palette: &Palette,
) {
    let (mut from, mut to) = (line.tail, line.head);
    let mut look = String::new();
    if let Some(distances) = distances {
        if distances.leads_up(from, to) {
            // Reversed for the layout, so that distance from the target decides the rank.
            (from, to) = (to, from);
            look += ", dir=back";
        } else if distances.leads_down(from, to) {
            look += ", weight=3";
        }
    }
    let kinds = [line.tail, line.head].map(|v| sketch.nodes[v as usize].kind);
    if kinds.contains(&Kind::Stub) {
        look += ", style=dotted";
    } else if kinds[0] == Kind::Root {
        look += ", style=dashed";
    }
    if line.is_cut {
        let _ = write!(
            look,
            ", style=dashed, color=\"{0}\", fontcolor=\"{0}\", penwidth=2",
            palette.target
        );
    } else if line.cyclic {
        let _ = write!(look, ", color=\"{}\", penwidth=2", palette.cycle);
    }
    let [from, to] = [from, to].map(|v| sketch.nodes[v as usize].id());
    let _ = write!(dot, "    {from} -> {to} [id=e{index}{look}");
    if !line.label.is_empty() {
        let _ = write!(dot, ", label={}", Quoted(&padded(&line.label)));
    }
    dot.push_str("];\n");
}

/// The attributes of a box of this kind: kinds differ in shape as well as in colour.
fn attributes(kind: Kind, palette: &Palette) -> String {
    let fill = palette.fill(kind);
    let shape = match kind {
        Kind::Frame => "shape=note, style=filled",
        Kind::Function => "style=\"diagonals,filled\", margin=\"0.2,0.08\"",
        Kind::Module => "shape=tab, style=filled",
        Kind::Type => "peripheries=2, style=filled",
        Kind::Container => "style=filled",
        Kind::Object => "style=\"rounded,filled\"",
        Kind::Root => "style=\"rounded,dashed,filled\"",
        Kind::Stub => return "shape=plaintext, fontsize=9, height=0.2".to_owned(),
        Kind::Value => return format!("style=filled, color=\"{fill}\", fillcolor=\"{fill}\""),
    };
    format!("{shape}, fillcolor=\"{fill}\"")
}
