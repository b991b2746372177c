//! Dominators: what every path from a start to a vertex passes through.

mod branches;
mod deferred_edges;
mod edge_dominators;
mod frontier;
mod lengauer_tarjan;
mod post_dominators;
mod range_minimum;
mod result;
mod search;
mod sentinels;
mod tree;

use core::ops::ControlFlow;

pub use edge_dominators::{EdgeDominators, edge_dominators, edge_dominators_watched};
pub use frontier::{DominanceFrontiers, dominance_frontiers, dominance_frontiers_watched};
pub use post_dominators::{post_dominators, post_dominators_to_sinks, post_dominators_watched};
pub use result::{Dominator, Dominators};
pub use tree::DominatorTree;

use self::lengauer_tarjan::immediate_dominators;
use self::search::Search;
use crate::watch::{Meter, finished};
use crate::{Error, Successors, Unwatched, VertexId, Watch};

/// The immediate dominators of the vertices that `starts` reach.
///
/// A vertex dominates another when every path from a start to the other passes through it. With
/// several starts it is as if a virtual root above them had an edge to each.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) for a start that is not a vertex,
/// [`ErrorKind::NoStart`](crate::ErrorKind::NoStart) when there are no starts.
///
/// # Complexity
/// O(edges log vertices) time; on heaps about three bare depth-first searches. Memory, the result
/// included: 24 bytes per vertex, and 8 for each edge that is left for later (see below): on
/// heaps 26. The search takes 12 bytes for each vertex of the path walked that has more edges, or
/// an iterator for every one where the graph does not show its [`rows`](Successors::rows); after
/// it, path compression and lowest semidominators take up to 12 bytes for each vertex of a path.
///
/// # Implementation details
/// The simple form of Lengauer and Tarjan's algorithm. (Semi-NCA, often the faster one, is
/// quadratic on graphs that look like heaps.) It needs no predecessors: the search settles
/// tree edges and forward edges at once, and edges from a later branch of the tree below what
/// dominates everything, as they can but make that the semidominator. Only the other back
/// edges and cross edges are left for later.
///
/// Most edges of a heap go to a few vertices that everybody knows. A short breadth-first
/// search finds many of them first: what can be reached from the top by two ways that have
/// nothing in common, only the top dominates. The depth-first search then begins a branch at
/// each of them, and follows no other edge to it. That leaves one edge in eight to sixteen for
/// later. Of these the ones are not evaluated that a lower bound shows to be needless: the
/// lowest semidominator of all vertices between the two ends.
///
/// # References
/// - T. Lengauer, R. E. Tarjan, "A fast algorithm for finding dominators in a flowgraph",
///   ACM Trans. Program. Lang. Syst. 1 (1979), doi:10.1145/357062.357071.
/// - L. Georgiadis, R. E. Tarjan, R. F. Werneck, "Finding dominators in practice", J. Graph
///   Algorithms Appl. 10 (2006), doi:10.7155/jgaa.00119.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo::{self, Dominator}};
/// // Two ways from 0 to 3, which leads to 4.
/// let graph = CsrGraph::from_edges(6, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (5, 4)])?;
/// let [start, left, join, end, other] = [0, 1, 3, 4, 5].map(VertexId::new);
///
/// let dominators = algo::dominators(&graph, [start])?;
/// assert_eq!(dominators.immediate_dominator(join), Some(Dominator::Vertex(start)));
/// assert!(dominators.dominators_of(end).eq([end, join, start]));
/// assert_eq!(dominators.immediate_dominator(start), Some(Dominator::Root));
/// assert_eq!(dominators.immediate_dominator(other), None);
///
/// // From two starts, nothing but the virtual root is on every way to 4.
/// let dominators = algo::dominators(&graph, [start, other])?;
/// assert_eq!(dominators.immediate_dominator(end), Some(Dominator::Root));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn dominators<G: Successors + ?Sized>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
) -> Result<Dominators, Error> {
    dominators_watched(graph, starts, &mut Unwatched).map(finished)
}

/// Like [`dominators`], but a [`Watch`] can stop it.
pub fn dominators_watched<G: Successors + ?Sized, W: Watch>(
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
