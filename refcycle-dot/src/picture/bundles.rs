//! Parallel edges as one line with the labels of all.

use std::fmt::Write;

use refcycle_core::VertexId;
use rustc_hash::FxHashMap;

use super::label::shortened;
use crate::AnnotatedGraph;

/// The different labels that one line shows at most.
const LABELS: usize = 4;

/// The edges from one vertex to another.
pub(super) struct Bundle<'a> {
    pub(super) tail: VertexId,
    pub(super) head: VertexId,
    /// The first different labels, each with how many edges have it.
    labels: Vec<(Option<&'a str>, usize)>,
    /// How many edges have other labels.
    more: usize,
}

/// The bundles of a graph, in the order of their first edges.
pub(super) fn bundles(graph: &AnnotatedGraph) -> Vec<Bundle<'_>> {
    let mut bundles = Vec::<Bundle<'_>>::new();
    let mut known = FxHashMap::default();
    for edge in graph.edges() {
        let index = *known.entry((edge.tail, edge.head)).or_insert_with(|| {
            let (labels, more) = (Vec::new(), 0);
            bundles.push(Bundle {
                tail: edge.tail,
                head: edge.head,
                labels,
                more,
            });
            bundles.len() - 1
        });
        bundles[index].add(graph.edge_annotation(edge.id));
    }
    bundles
}

impl<'a> Bundle<'a> {
    fn add(&mut self, label: Option<&'a str>) {
        if let Some((_, count)) = self.labels.iter_mut().find(|known| known.0 == label) {
            *count += 1;
        } else if self.labels.len() < LABELS {
            self.labels.push((label, 1));
        } else {
            self.more += 1;
        }
    }

    /// What to write beside the line: a line of text a label, "item × 3" for three edges
    /// with one. Empty for a single edge without a label.
    pub(super) fn label(&self, width: usize) -> String {
        let mut text = String::new();
        for &(label, count) in &self.labels {
            let label = label
                .map(|label| shortened(label, width))
                .unwrap_or_default();
            let line = match (&*label, count) {
                ("", 1) if self.labels.len() == 1 => continue,
                ("", 1) => "(no label)".into(),
                ("", _) => format!("× {count}"),
                (_, 1) => label.into_owned(),
                _ => format!("{label} × {count}"),
            };
            if !text.is_empty() {
                text.push('\n');
            }
            text += &line;
        }
        if self.more > 0 {
            let _ = write!(text, "\n… {} more", self.more);
        }
        text
    }

    /// The same with every label whole.
    pub(super) fn title(&self) -> String {
        self.label(usize::MAX)
    }
}
