//! Weakly connected components.

mod grouping;
mod trees;
mod union_find;

use core::ops::ControlFlow;

use super::vertex_groups::VertexGroups;
use crate::watch::Meter;
use crate::{Input, Successors, Watch};

/// The weakly connected components of a graph: its connected components if the direction of edges
/// is ignored. They are numbered in the order of their smallest vertices.
///
/// # Complexity
/// O(vertices + edges * log vertices) time in the worst case, linear in practice. Memory besides
/// the result: 4 bytes per component.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(5, [(4, 0), (2, 0), (3, 1)])?;
/// let components = algo::weakly_connected_components(&graph);
/// assert_eq!(components.len(), 2);
/// assert_eq!(components.group(0), [0, 2, 4].map(VertexId::new));
/// assert_eq!(components.group_of(VertexId::new(3)), Some(1));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # Implementation details
/// Union-find over the edges, which needs only successors: Rem's algorithm, which links the larger
/// of two roots to the smaller. So parents are smaller than their children, and one ascending pass
/// numbers the components. If the edges of [`rows`](Successors::rows) lead to distant ids, the
/// parents of the next heads are prefetched.
///
/// If there are rows in both directions with at least three edges per vertex, the first edge of
/// each vertex comes first, as in Afforest, then at most two more, one of which may be backward.
/// After each, a sample of the vertices shows whether one tree has nearly all of them. Then the
/// edges of its vertices are skipped, as others follow those that lead to them.
///
/// # References
/// - R. E. Tarjan, J. van Leeuwen, "Worst-case analysis of set union algorithms", J. ACM 31
///   (1984), doi:10.1145/62.2160.
/// - M. M. A. Patwary, J. Blair, F. Manne, "Experiments on union-find algorithms for the
///   disjoint-set data structure", SEA (2010), doi:10.1007/978-3-642-13193-6_35.
/// - M. Sutton, T. Ben-Nun, A. Barak, "Optimizing parallel graph connectivity computation via
///   subgraph sampling", IPDPS (2018), doi:10.1109/IPDPS.2018.00012.
pub fn weakly_connected_components<I: Input<Graph: Successors>>(graph: I) -> I::Flow<VertexGroups> {
    graph.run(weakly_connected_components_watched)
}

pub(crate) fn weakly_connected_components_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, VertexGroups> {
    let parent = match graph.rows() {
        Some(rows) => trees::join_rows(rows, &mut Meter::new(watch))?,
        None => trees::join(graph, &mut Meter::new(watch))?,
    };
    ControlFlow::Continue(grouping::group(graph, parent))
}
