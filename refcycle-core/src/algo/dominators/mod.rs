//! Dominators: the vertices that every path from a start to a vertex passes through.

mod branches;
mod control_dependence;
mod deferred_edges;
mod edge_dominators;
mod frontier;
mod jumps;
mod post_dominators;
mod range_minimum;
mod result;
mod search;
mod semi_nca;
mod sentinels;
mod tree;

use core::ops::ControlFlow;

pub use control_dependence::control_dependence_graph;
pub(crate) use edge_dominators::edge_dominators_watched;
pub use edge_dominators::{EdgeDominators, edge_dominators};
pub use frontier::{DominanceFrontiers, dominance_frontiers};
pub use post_dominators::{
    post_dominators, post_dominators_to_sink_components, post_dominators_to_sinks,
};
pub use result::{Dominator, Dominators};
pub use tree::DominatorTree;

use self::search::Search;
use self::semi_nca::immediate_dominators;
use crate::watch::Meter;
use crate::{Error, Input, Successors, VertexId, Watch};

/// The immediate dominators of the vertices that `starts` reach.
///
/// A vertex v dominates a vertex w if every path from a start to w goes through v. Several starts
/// are treated as if a virtual root had an edge to each.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) for a start that is not a vertex,
/// [`ErrorKind::NoStart`](crate::ErrorKind::NoStart) if there are no starts.
///
/// # Panics
/// If 2^32 or more deferred edges (see below) end in one block of 8,192 vertices, by their numbers in
/// the search. Only a graph with more edges than that can have them, such as a
/// [`WideCsrGraph`](crate::WideCsrGraph); they take 32 GiB of memory.
///
/// # Complexity
/// O(edges log vertices) time; on heaps about as much as three plain depth-first searches.
/// Memory, including the result: 24 bytes per vertex, and 8 to 16 for each deferred edge (see
/// below); 27 per vertex on heaps. The search takes 12 bytes for each vertex on the current path that has
/// edges left to follow, or an iterator for every vertex on the path if the graph does not have
/// [`rows`](Successors::rows). After the search, path compression and lowest semidominators take
/// up to 12 bytes for each vertex of a path.
///
/// # Implementation details
/// Semi-NCA: the semidominators of Lengauer and Tarjan's simple algorithm, then walks up the
/// dominator tree. These walks are quadratic on some graphs, which look like heaps; after four
/// steps per vertex, jumps replace them, so that each takes logarithmic time. The algorithm needs
/// no predecessors: the search settles tree edges and forward edges immediately. It also settles
/// edges from a later branch of the tree below the vertex that dominates everything, as their
/// semidominator can only be that vertex. Only the other back edges and cross edges are deferred,
/// and sorted by their heads in blocks that fit into the cache.
///
/// Most edges of a heap go to a few vertices that many others refer to. A short breadth-first
/// search finds many of these first: a vertex that can be reached from the top by two disjoint
/// paths is dominated only by the top. The depth-first search then begins a branch at each of
/// them, and ignores all other edges to it. One edge in eight to sixteen is then deferred. A
/// lower bound, the lowest semidominator of all vertices between the two ends, shows that many of
/// these need not be evaluated.
///
/// # References
/// - T. Lengauer, R. E. Tarjan, "A fast algorithm for finding dominators in a flowgraph",
///   ACM Trans. Program. Lang. Syst. 1 (1979), doi:10.1145/357062.357071.
/// - L. Georgiadis, R. E. Tarjan, R. F. Werneck, "Finding dominators in practice", J. Graph
///   Algorithms Appl. 10 (2006), doi:10.7155/jgaa.00119.
/// - E. W. Myers, "An applicative random-access stack", Inf. Process. Lett. 17 (1983),
///   doi:10.1016/0020-0190(83)90106-0. (The jumps.)
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo::{self, Dominator}};
/// // Two paths from 0 to 3, which leads to 4.
/// let graph = CsrGraph::from_edges(6, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (5, 4)])?;
/// let [start, left, join, end, other] = [0, 1, 3, 4, 5].map(VertexId::new);
///
/// let dominators = algo::dominators(&graph, [start])?;
/// assert_eq!(dominators.immediate_dominator(join), Some(Dominator::Vertex(start)));
/// assert!(dominators.dominators_of(end).eq([end, join, start]));
/// assert_eq!(dominators.immediate_dominator(start), Some(Dominator::Root));
/// assert_eq!(dominators.immediate_dominator(other), None);
///
/// // From two starts, only the virtual root is on every path to 4.
/// let dominators = algo::dominators(&graph, [start, other])?;
/// assert_eq!(dominators.immediate_dominator(end), Some(Dominator::Root));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn dominators<I: Input<Graph: Successors>>(
    graph: I,
    starts: impl IntoIterator<Item = VertexId>,
) -> Result<I::Flow<Dominators>, Error> {
    graph.try_run(|graph, watch| dominators_watched(graph, starts, watch))
}

pub(crate) fn dominators_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Dominators>, Error> {
    let mut meter = Meter::new(watch);
    let mut search = match Search::run(graph, starts, &mut meter)? {
        ControlFlow::Continue(search) => search,
        ControlFlow::Break(stop) => return Ok(ControlFlow::Break(stop)),
    };
    Ok(match immediate_dominators(&mut search, &mut meter) {
        ControlFlow::Continue(()) => ControlFlow::Continue(Dominators::of(search)),
        ControlFlow::Break(stop) => ControlFlow::Break(stop),
    })
}
