//! Dominators of the reversed graph.

use core::ops::ControlFlow;

use super::{Dominators, dominators_watched};
use crate::algo::scc::strongly_connected_components_watched;
use crate::views::Reversed;
use crate::{Error, Input, Predecessors, Successors, VertexId, Vertices, Watch};

/// The immediate post-dominators of the vertices from which `exits` are reached: the
/// [`dominators`](super::dominators) in the reversed graph.
///
/// A vertex v post-dominates a vertex w if every path from w to an exit goes through v.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) for an exit that is not a vertex,
/// [`ErrorKind::NoStart`](crate::ErrorKind::NoStart) if there are no exits.
///
/// # Panics
/// As for [`dominators`](super::dominators).
///
/// # Complexity
/// As for [`dominators`](super::dominators).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo::{self, Dominator}};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (0, 2), (1, 3), (2, 3)])?;
/// let [first, exit] = [0, 3].map(VertexId::new);
/// let after = algo::post_dominators(&graph, [exit])?;
/// assert_eq!(after.immediate_dominator(first), Some(Dominator::Vertex(exit)));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn post_dominators<I: Input<Graph: Predecessors>>(
    graph: I,
    exits: impl IntoIterator<Item = VertexId>,
) -> Result<I::Flow<Dominators>, Error> {
    graph.try_run(|graph, watch| post_dominators_watched(graph, exits, watch))
}

fn post_dominators_watched<G: Predecessors + ?Sized, W: Watch>(
    graph: &G,
    exits: impl IntoIterator<Item = VertexId>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Dominators>, Error> {
    dominators_watched(&Reversed::new(graph), exits, watch)
}

/// [`post_dominators`] with every vertex that no edge leaves as an exit.
///
/// Vertices that only lead into cycles reach no exit and are not in the result; see
/// [`post_dominators_to_sink_components`] for these.
///
/// # Errors
/// [`ErrorKind::NoStart`](crate::ErrorKind::NoStart) if an edge leaves every vertex.
///
/// # Panics
/// As for [`dominators`](super::dominators).
///
/// # Complexity
/// As for [`dominators`](super::dominators).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo::{self, Dominator}};
/// // A fork with two ends.
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (1, 3)])?;
/// let after = algo::post_dominators_to_sinks(&graph)?;
/// let [first, fork] = [0, 1].map(VertexId::new);
/// assert_eq!(after.immediate_dominator(first), Some(Dominator::Vertex(fork)));
/// assert_eq!(after.immediate_dominator(fork), Some(Dominator::Root));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn post_dominators_to_sinks<I: Input<Graph: Successors + Predecessors>>(
    graph: I,
) -> Result<I::Flow<Dominators>, Error> {
    graph.try_run(|graph, watch| {
        let is_sink = |&v: &VertexId| graph.successors(v).next().is_none();
        post_dominators_watched(graph, graph.vertices().filter(is_sink), watch)
    })
}

/// [`post_dominators`] with every vertex of every sink component as an exit. A sink component is a
/// strongly connected component that no edge leaves: a vertex without edges, or an endless loop.
///
/// Every vertex reaches a sink component, so every vertex is in the result. In an endless loop, no
/// vertex post-dominates another, because each may be the last one that is of interest; a vertex
/// before the loop is post-dominated by what every path to the loop goes through.
///
/// # Errors
/// [`ErrorKind::NoStart`](crate::ErrorKind::NoStart) if the graph has no vertex.
///
/// # Panics
/// As for [`dominators`](super::dominators).
///
/// # Complexity
/// As for [`dominators`](super::dominators), and that of the components.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo::{self, Dominator}};
/// // 0 leads to the server loop 2 -> 3 -> 2 through 1.
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 3), (3, 2)])?;
/// let after = algo::post_dominators_to_sink_components(&graph)?;
/// let [first, second, loop_entry] = [0, 1, 2].map(VertexId::new);
/// assert_eq!(after.immediate_dominator(first), Some(Dominator::Vertex(second)));
/// assert_eq!(after.immediate_dominator(second), Some(Dominator::Vertex(loop_entry)));
/// assert_eq!(after.immediate_dominator(loop_entry), Some(Dominator::Root));
/// assert!(algo::post_dominators_to_sinks(&graph).is_err());
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn post_dominators_to_sink_components<I: Input<Graph: Successors + Predecessors>>(
    graph: I,
) -> Result<I::Flow<Dominators>, Error> {
    graph.try_run(post_dominators_to_sink_components_watched)
}

pub(crate) fn post_dominators_to_sink_components_watched<G, W>(
    graph: &G,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Dominators>, Error>
where
    G: Successors + Predecessors + ?Sized,
    W: Watch,
{
    let components = match strongly_connected_components_watched(graph, watch) {
        ControlFlow::Continue(components) => components,
        ControlFlow::Break(stop) => return Ok(ControlFlow::Break(stop)),
    };
    let sinks = components.without_edges(graph, |tail, _| tail);
    let exits = sinks.iter().flat_map(|&sink| components.component(sink));
    post_dominators_watched(graph, exits.copied(), watch)
}
