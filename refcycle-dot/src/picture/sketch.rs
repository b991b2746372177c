//! The boxes and lines of a picture, before they are written as DOT.

use refcycle_core::algo::{Components, strongly_connected_components};
use refcycle_core::{CsrGraph, VertexId};

use super::kind::Kind;

/// A box.
pub(super) struct DrawnBox {
    /// The number in its SVG id, among vertices, roots or stubs.
    pub(super) number: usize,
    pub(super) kind: Kind,
    pub(super) label: String,
    /// The full text.
    pub(super) title: String,
    /// The frame that contains the box.
    pub(super) frame: Option<u32>,
}

impl DrawnBox {
    /// The id in DOT and SVG.
    pub(super) fn id(&self) -> String {
        let letter = match self.kind {
            Kind::Root => 'r',
            Kind::Stub => 's',
            _ => 'v',
        };
        format!("{letter}{}", self.number)
    }
}

/// An arrow between two boxes.
pub(super) struct DrawnLine {
    pub(super) tail: u32,
    pub(super) head: u32,
    pub(super) label: String,
    pub(super) title: String,
    /// Whether it is on a shortest cycle.
    pub(super) cyclic: bool,
    /// Whether it is on any cycle of two or more units.
    pub(super) is_inner: bool,
    /// Whether its references are to be cut.
    pub(super) is_cut: bool,
}

impl DrawnLine {
    /// A line that no reference of the graph stands for: from a root, or at a stub.
    pub(super) fn outer(tail: u32, head: u32, title: String) -> Self {
        Self {
            tail,
            head,
            label: String::new(),
            title,
            cyclic: false,
            is_inner: false,
            is_cut: false,
        }
    }
}

/// Boxes and the arrows between them.
pub(super) struct Sketch {
    pub(super) nodes: Vec<DrawnBox>,
    pub(super) lines: Vec<DrawnLine>,
    /// The labels of the frames; they may be empty.
    pub(super) frames: Vec<String>,
    pub(super) target: Option<u32>,
    /// A note above the picture.
    pub(super) note: Option<String>,
}

/// A component with more than this share of the boxes has no frame: such a frame would carry no
/// information.
const NEARLY_ALL: f64 = 0.8;

impl Sketch {
    /// The boxes and lines as a graph.
    pub(super) fn graph(&self) -> CsrGraph {
        let ends = self.lines.iter().map(|line| (line.tail, line.head));
        CsrGraph::from_edges(self.nodes.len(), ends).expect("every line is between two boxes")
    }

    /// Frames the components of two or more boxes.
    pub(super) fn frame_components(&mut self) {
        let inner = self.lines.iter().filter(|line| line.is_inner);
        let inner = inner.map(|line| (line.tail, line.head));
        let graph = CsrGraph::from_edges(self.nodes.len(), inner);
        let graph = graph.expect("every line is between two boxes");
        let components = strongly_connected_components(&graph);
        let most = self.nodes.len() as f64 * NEARLY_ALL;
        let mut frame_of = vec![None; components.len()];
        for v in 0..self.nodes.len() {
            let number = component(&components, v as u32);
            let size = components.component(number).len();
            if size < 2 || size as f64 > most {
                continue;
            }
            let frame = *frame_of[number as usize].get_or_insert_with(|| {
                self.frames.push(String::new());
                self.frames.len() as u32 - 1
            });
            self.nodes[v].frame = Some(frame);
        }
    }
}

fn component(components: &Components, v: u32) -> u32 {
    components
        .component_of(VertexId::new(v))
        .expect("every box is in a component")
}
