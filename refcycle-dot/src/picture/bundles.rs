//! Merging parallel edges into one line with the labels of all.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::ControlFlow;

use refcycle_core::Watch;
use rustc_hash::{FxHashMap, FxHashSet};

use super::cycles::Cycles;
use super::label::shortened;
use super::roles::Groups;
use super::style::Style;
use super::units::Units;
use crate::annotated::AnnotatedGraph;
use crate::steps::Steps;

/// The largest number of distinct labels on one line.
const LABELS: usize = 4;

/// The same for a line from or to a box that stands for several vertices.
const LABELS_OF_SEVERAL: usize = 2;

/// Edges from one box to another that are drawn as one line.
pub(super) struct Bundle<'a> {
    pub(super) tail: u32,
    pub(super) head: u32,
    /// Whether the references are to be cut.
    pub(super) is_cut: bool,
    /// Whether one of them is on a shortest cycle.
    pub(super) is_on_shortest: bool,
    /// Whether one of them is on any cycle of two or more units.
    pub(super) is_inner: bool,
    /// The first distinct labels, each with the number of its edges.
    labels: Vec<(Option<Cow<'a, str>>, usize)>,
    most: usize,
    /// The number of edges with other labels.
    more: usize,
}

/// The bundles of a graph in the order of their first edges; `None` if there are more than
/// `most`.
pub(super) fn bundles<'a, W: Watch>(
    graph: &'a AnnotatedGraph,
    (units, groups, cycles): (&Units, &Groups, &Cycles),
    style: &Style,
    most: usize,
    steps: &mut Steps<'_, W>,
) -> ControlFlow<W::Stop, Option<Vec<Bundle<'a>>>> {
    let mut bundles = Vec::<Bundle<'_>>::new();
    let mut known = FxHashMap::default();
    let cut: FxHashSet<_> = style.cut.iter().copied().collect();
    for &edge in &units.edges {
        steps.step()?;
        let [tail, head] = [edge.tail, edge.head].map(|unit| groups.of[unit as usize]);
        let several = groups.is_several(tail) || groups.is_several(head);
        let is_cut = cut.contains(&edge.id);
        let next = bundles.len();
        let index = if style.merge_edges || several {
            *known.entry((tail, head, is_cut)).or_insert(next)
        } else {
            next
        };
        if index == next {
            if next == most {
                return ControlFlow::Continue(None);
            }
            bundles.push(Bundle {
                tail,
                head,
                is_cut,
                is_on_shortest: false,
                is_inner: false,
                labels: Vec::new(),
                most: if several { LABELS_OF_SEVERAL } else { LABELS },
                more: 0,
            });
        }
        let bundle = &mut bundles[index];
        bundle.is_on_shortest |= cycles.is_on_shortest(edge);
        bundle.is_inner |= cycles.is_inner(edge);
        bundle.add(units.text(graph, edge.id));
    }
    ControlFlow::Continue(Some(bundles))
}

impl<'a> Bundle<'a> {
    fn add(&mut self, label: Option<Cow<'a, str>>) {
        if let Some((_, count)) = self.labels.iter_mut().find(|known| known.0 == label) {
            *count += 1;
        } else if self.labels.len() < self.most {
            self.labels.push((label, 1));
        } else {
            self.more += 1;
        }
    }

    /// The text beside the line, one line for each label; "item × 3" for three edges with the
    /// same label. Empty for a single edge without a label.
    pub(super) fn label(&self, width: usize) -> String {
        let mut text = String::new();
        for (label, count) in &self.labels {
            let label = label
                .as_deref()
                .map(|label| shortened(label, width))
                .unwrap_or_default();
            let line = match (&*label, *count) {
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

    /// The same text with full labels.
    pub(super) fn title(&self) -> String {
        self.label(usize::MAX)
    }
}
