//! Topological levels.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::NotAcyclic;
use super::topological::postorder;
use crate::watch::Meter;
use crate::{Input, Successors, VertexId, Watch};

/// The vertices of an acyclic graph by level: the number of edges of the longest path that
/// ends at a vertex.
///
/// # Memory
/// 8 bytes per vertex and 4 per level.
#[derive(Clone, PartialEq, Eq)]
pub struct Levels {
    /// The level of each vertex id, [`NONE`] if it is not a vertex.
    level: Box<[u32]>,
    /// The vertices, grouped by level.
    order: Box<[VertexId]>,
    /// Where each level starts in `order`; the last item is the end of the last level.
    starts: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Levels {
    /// The number of levels: one more than the number of edges of the longest path.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether the graph has no vertex.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The level of `v`; `None` if `v` is not a vertex.
    pub fn level_of(&self, v: VertexId) -> Option<u32> {
        let level = self.level.get(v.index()).copied();
        level.filter(|&level| level != NONE)
    }

    /// The vertices of a level; empty beyond the last. Those of level 0, the sources, are in the
    /// order of the graph.
    pub fn level(&self, number: u32) -> &[VertexId] {
        let number = number as usize;
        match self.starts.get(number..number.saturating_add(2)) {
            Some(&[start, end]) => &self.order[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The vertices of each level, the sources first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[VertexId]> + ExactSizeIterator {
        (0..self.len()).map(|number| self.level(number as u32))
    }

    /// All vertices by ascending level, which is a topological order: each comes before all
    /// vertices that it reaches.
    pub fn topological_order(&self) -> &[VertexId] {
        &self.order
    }
}

/// The level of each vertex of an acyclic graph: 0 if no edge enters it, otherwise one more than
/// the highest level of its predecessors.
///
/// For a graph with cycles, see the levels of its components:
/// [`Condensation::levels`](super::Condensation::levels).
///
/// # Complexity
/// O(vertices + edges) time; no memory besides the result.
///
/// # Errors
/// [`NotAcyclic`] with a cycle. A self-loop is a cycle.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (0, 2), (3, 2)])?;
/// let levels = algo::topological_levels(&graph).unwrap();
/// assert_eq!(levels.len(), 3);
/// assert_eq!(levels.level(0), [0, 3].map(VertexId::new));
/// assert_eq!(levels.level_of(VertexId::new(2)), Some(2));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # References
/// A. B. Kahn, "Topological sorting of large networks", Commun. ACM 5 (1962),
/// doi:10.1145/368996.369025, one level at a time.
pub fn topological_levels<I: Input<Graph: Successors>>(
    graph: I,
) -> Result<I::Flow<Levels>, NotAcyclic> {
    graph.try_run(topological_levels_watched)
}

pub(crate) fn topological_levels_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Levels>, NotAcyclic> {
    let levels = match graph.rows() {
        Some(rows) => peel(&rows, watch),
        None => peel(graph, watch),
    };
    match levels {
        ControlFlow::Break(stop) => Ok(ControlFlow::Break(stop)),
        ControlFlow::Continue(Some(levels)) => Ok(ControlFlow::Continue(levels)),
        ControlFlow::Continue(None) => {
            // Some vertices are left, so this finds a cycle.
            let order = postorder(graph, watch)?;
            Ok(order.map_continue(|_| unreachable!("the remaining vertices have a cycle")))
        }
    }
}

/// Removes the vertices without incoming edges repeatedly; `None` if some remain.
fn peel<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, Option<Levels>> {
    let mut meter = Meter::new(watch);
    let count = graph.vertex_count();
    let mut order: Vec<VertexId> = Vec::with_capacity(count);
    let mut starts = vec![0];
    // The number of edges that enter a vertex from the remaining vertices; after its removal, its
    // level. The two are never confused, because no remaining edge enters a removed vertex.
    let mut level = vec![0; graph.vertex_bound()];
    for v in graph.vertices() {
        for w in graph.successors(v) {
            level[w.index()] += 1;
        }
    }
    order.extend(graph.vertices().filter(|v| level[v.index()] == 0));
    let mut start = 0;
    while start < order.len() {
        let end = order.len();
        let number = starts.len() as u32 - 1;
        starts.push(end as u32);
        for position in start..end {
            meter.step()?;
            let v = order[position];
            level[v.index()] = number;
            for w in graph.successors(v) {
                let left = &mut level[w.index()];
                *left -= 1;
                if *left == 0 {
                    order.push(w);
                }
            }
        }
        start = end;
    }
    if order.len() < count {
        return ControlFlow::Continue(None);
    }
    if count < level.len() {
        for (v, level) in level.iter_mut().enumerate() {
            if !graph.contains_vertex(VertexId::from_index(v)) {
                *level = NONE;
            }
        }
    }
    ControlFlow::Continue(Some(Levels {
        level: level.into(),
        order: order.into(),
        starts,
    }))
}
