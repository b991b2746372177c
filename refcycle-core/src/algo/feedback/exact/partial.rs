//! The decisions about an order during the search.

use alloc::vec;
use alloc::vec::Vec;

use crate::CsrGraph;
use crate::algo::{topological_order, weakly_connected_components};

/// The decisions about an order. Pieces share vertices, so a piece cannot determine the positions
/// of its vertices in the order.
#[derive(Clone, Default)]
pub(super) struct Partial {
    /// The cost so far.
    pub(super) cost: f64,
    /// Pairs of vertices; the first comes before the second.
    pub(super) before: Vec<(u32, u32)>,
    /// Pairs of vertices; the first comes before the second, with no vertex of their piece between
    /// them.
    pub(super) joined: Vec<(u32, u32)>,
}

impl Partial {
    pub(super) fn append(&mut self, mut other: Self) {
        self.cost += other.cost;
        self.before.append(&mut other.before);
        self.joined.append(&mut other.joined);
    }

    /// An order of the vertices from `first` to `end` that agrees with the decisions.
    pub(super) fn order(&self, first: u32, end: u32) -> Vec<u32> {
        let joined = self.joined.iter().map(|&(v, w)| (v - first, w - first));
        let joined = graph_of((end - first) as usize, joined);
        let groups = weakly_connected_components(&joined);
        let group = |v: u32| groups.group_of((v - first).into()).unwrap_or_default();
        let before = self.before.iter().map(|&(v, w)| (group(v), group(w)));
        let mut places = vec![0; groups.len()];
        for (place, group) in sorted(&graph_of(groups.len(), before)).enumerate() {
            places[group as usize] = place;
        }
        let mut order: Vec<_> = sorted(&joined).map(|v| first + v).collect();
        order.sort_by_key(|&v| places[group(v) as usize]);
        order
    }
}

fn graph_of(vertices: usize, arcs: impl IntoIterator<Item = (u32, u32)>) -> CsrGraph {
    CsrGraph::from_edges(vertices, arcs).expect("all ids are vertices of the component")
}

fn sorted(graph: &CsrGraph) -> impl Iterator<Item = u32> {
    let order = topological_order(graph).expect("the decisions have no cycle");
    order.into_iter().map(|v| v.number())
}
