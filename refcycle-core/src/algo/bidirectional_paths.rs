//! Shortest paths and shortest cycles, searched from both ends.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::search::{SearchTree, bidirectional_path};
use crate::traits::check_vertex;
use crate::views::Reversed;
use crate::watch::{Meter, finished};
use crate::{Error, Predecessors, Successors, Unwatched, VertexId, Watch};

/// The vertices of a shortest path from `start` to `end`, both included; `None` if there is no
/// path. A path from a vertex to itself is that vertex alone.
///
/// Two breadth-first searches, forward from `start` and backward from `end`, run until they meet.
/// Each step extends the one with the smaller frontier. If there are several shortest paths, the
/// result may differ from that of [`shortest_path`](super::shortest_path).
///
/// A [`CsrGraph`](crate::CsrGraph) computes its backward direction for this, once. That costs as
/// much as several full searches, and pays off from the second query on.
///
/// # Complexity
/// Usually O(vertices + edges nearer to the ends than half the path) time; in the worst case,
/// both searches visit everything that they can reach. Memory: 8 bytes and a mark per vertex seen.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 3), (0, 2)])?;
/// let path = algo::bidirectional_shortest_path(&graph, VertexId::new(0), VertexId::new(3))?;
/// assert_eq!(path.unwrap(), [0, 2, 3].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # References
/// I. Pohl, Bi-directional search, Machine Intelligence 6, 1971.
pub fn bidirectional_shortest_path<G: Successors + Predecessors + ?Sized>(
    graph: &G,
    start: VertexId,
    end: VertexId,
) -> Result<Option<Vec<VertexId>>, Error> {
    bidirectional_shortest_path_watched(graph, start, end, &mut Unwatched).map(finished)
}

/// Like [`bidirectional_shortest_path`], but a [`Watch`] can stop it.
pub fn bidirectional_shortest_path_watched<G: Successors + Predecessors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Option<Vec<VertexId>>>, Error> {
    check_vertex(graph, start)?;
    if start == end {
        return Ok(ControlFlow::Continue(Some(vec![start])));
    }
    search(graph, start, end, watch)
}

/// The vertices of a shortest cycle through `v`, each once, `v` first; `None` if it is on no
/// cycle. A self-loop is a cycle of one vertex.
///
/// The search is that of [`bidirectional_shortest_path`] from `v` to itself, with the same cost.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 0), (1, 0)])?;
/// let cycle = algo::bidirectional_shortest_cycle(&graph, VertexId::new(0))?;
/// assert_eq!(cycle.unwrap(), [0, 1].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn bidirectional_shortest_cycle<G: Successors + Predecessors + ?Sized>(
    graph: &G,
    v: VertexId,
) -> Result<Option<Vec<VertexId>>, Error> {
    bidirectional_shortest_cycle_watched(graph, v, &mut Unwatched).map(finished)
}

/// Like [`bidirectional_shortest_cycle`], but a [`Watch`] can stop it.
pub fn bidirectional_shortest_cycle_watched<G: Successors + Predecessors + ?Sized, W: Watch>(
    graph: &G,
    v: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Option<Vec<VertexId>>>, Error> {
    let found = search(graph, v, v, watch)?;
    Ok(found.map_continue(|found| {
        found.map(|mut cycle| {
            cycle.pop();
            cycle
        })
    }))
}

/// A shortest path of at least one edge, both ends included.
fn search<G: Successors + Predecessors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Option<Vec<VertexId>>>, Error> {
    let bound = graph.vertex_bound();
    let (mut forward, mut backward) = (SearchTree::new(bound), SearchTree::new(bound));
    let mut path = Vec::new();
    let found = path_between(
        graph,
        start,
        end,
        &mut forward,
        &mut backward,
        &mut path,
        watch,
    )?;
    Ok(found.map_continue(|found| found.then_some(path)))
}

/// Puts a shortest path of at least one edge into `path`; `false` if there is no path.
pub(crate) fn path_between<G: Successors + Predecessors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    forward: &mut SearchTree,
    backward: &mut SearchTree,
    path: &mut Vec<VertexId>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, bool>, Error> {
    check_vertex(graph, start)?;
    check_vertex(graph, end)?;
    let bound = graph.vertex_bound();
    forward.begin(bound, start);
    backward.begin(bound, end);
    path.clear();
    let reversed = Reversed::new(graph);
    let meter = &mut Meter::new(watch);
    Ok(bidirectional_path(
        graph, &reversed, forward, backward, path, meter,
    ))
}
