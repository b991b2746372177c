//! Strongly connected components: the strategies, and the choice between them.

mod components;
mod dfs;
mod giant;
#[cfg(feature = "std")]
mod semi_external;
mod single_pass;
mod starts;
mod state;
mod sweeps;
mod walks;

use core::ops::ControlFlow;

pub use components::Components;
use dfs::ResumableDfs;
#[cfg(feature = "std")]
pub use semi_external::{SemiExternalProgress, semi_external_components};

use crate::run::SccStrategy;
use crate::watch::Meter;
use crate::{Input, Successors, Watch};

/// The strongly connected components, in reverse topological order: a component comes after all
/// components that it reaches.
///
/// # Complexity
/// O(vertices + edges) time. The result takes 8 bytes and some bits per vertex. Besides it, the
/// search takes 16 bytes for each vertex of the longest path walked (very little on most heaps),
/// and twice that while the path grows. If it looks for a giant component, it takes at most half
/// a byte per vertex, and 4 bytes for each vertex far from it. On a graph without
/// [`rows`](Successors::rows) it takes an iterator and 8 bytes for each vertex of the path.
///
/// # Implementation details
/// A single depth-first search, in Pearce's form of Tarjan's algorithm, that reads the edges of a
/// vertex before it pushes its parent: a vertex that leads to no new vertex, like two in five
/// vertices of a heap, is never on the path. If the graph has [`rows`](Successors::rows) with at
/// least two edges per vertex, the search is interrupted after a small part of the vertices. If a
/// part of its path is in one component, and random walks from most vertices soon meet that part,
/// forward and backward searches by sweeps over all rows find most of the component, in the manner
/// of Fleischer, Hendrickson and Pinar, and the depth-first search continues with it as one vertex.
/// Otherwise, the part of the search that is still open starts again, and the walks were in vain:
/// at most one step for each 128 edges. If the part of the path reaches too little, so was the
/// search for that: one edge in 32, or a few sweeps if it reaches more. Both sweeps need only the
/// forward rows; if the backward rows exist, the forward sweep is faster with them. On
/// graphs of rows with edges between distant ids, the depth-first search prefetches what it will
/// read next.
///
/// # References
/// - R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1
///   (1972), doi:10.1137/0201010.
/// - D. J. Pearce, "A space-efficient algorithm for finding strongly connected
///   components", Inf. Process. Lett. 116 (2016), doi:10.1016/j.ipl.2015.08.010.
/// - L. Fleischer, B. Hendrickson, A. Pinar, "On identifying strongly connected components in
///   parallel", IPDPS Workshops (2000), doi:10.1007/3-540-45591-4_68.
/// - G. M. Slota, S. Rajamanickam, K. Madduri, "BFS and coloring-based parallel algorithms
///   for strongly connected components", IPDPS (2014), doi:10.1109/IPDPS.2014.64.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// // A cycle that leads to a vertex.
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)])?;
/// let components = algo::strongly_connected_components(&graph);
/// assert_eq!(components.len(), 2);
/// assert_eq!(components.component(0), [VertexId::new(2)]);
/// assert_eq!(components.component(1).len(), 2);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn strongly_connected_components<I: Input<Graph: Successors>>(graph: I) -> I::Flow<Components> {
    let strategy = graph.scc_strategy();
    graph.run(|graph, watch| components_with(graph, strategy, watch))
}

pub(crate) fn strongly_connected_components_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, Components> {
    components_with(graph, SccStrategy::default(), watch)
}

fn components_with<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    strategy: SccStrategy,
    watch: &mut W,
) -> ControlFlow<W::Stop, Components> {
    let mut meter = Meter::new(watch);
    let Some(rows) = graph.rows() else {
        return single_pass::components(graph, &mut meter);
    };
    let mut walk = ResumableDfs::new(rows);
    let sure = strategy == SccStrategy::GiantFirst;
    if sure || strategy == SccStrategy::Auto && giant::is_possible(rows) {
        giant::search(&mut walk, sure, &mut meter)?;
    }
    walk.search_all(&mut meter)?;
    ControlFlow::Continue(walk.search.into_components())
}
