//! Shortest paths and shortest cycles, counted in edges.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::search::{SearchTree, forward_path};
use crate::traits::check_vertex;
use crate::watch::{Meter, finished};
use crate::{Error, Successors, Unwatched, VertexId, Watch};

/// The vertices of a shortest path from `start` to `end`, both included; `None` if there is no
/// path. A path from a vertex to itself is that vertex alone.
///
/// The search goes forward only. If the graph knows its predecessors,
/// [`bidirectional_shortest_path`](super::bidirectional_shortest_path) visits far fewer vertices.
///
/// # Complexity
/// O(vertices + edges nearer to `start` than `end` is) time. Memory: 8 bytes and a mark per vertex
/// seen.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 3), (0, 2)])?;
/// let path = algo::shortest_path(&graph, VertexId::new(0), VertexId::new(3))?;
/// assert_eq!(path.unwrap(), [0, 2, 3].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn shortest_path<G: Successors + ?Sized>(
    graph: &G,
    start: VertexId,
    end: VertexId,
) -> Result<Option<Vec<VertexId>>, Error> {
    shortest_path_watched(graph, start, end, &mut Unwatched).map(finished)
}

/// Like [`shortest_path`], but a [`Watch`] can stop it.
pub fn shortest_path_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Option<Vec<VertexId>>>, Error> {
    check_vertex(graph, end)?;
    if start == end {
        return Ok(ControlFlow::Continue(Some(vec![start])));
    }
    let found = search(graph, start, end, watch)?;
    Ok(found.map_continue(|found| {
        found.map(|mut path| {
            path.push(end);
            path
        })
    }))
}

/// The vertices of a shortest cycle through `v`, each once, `v` first; `None` if it is on no
/// cycle. A self-loop is a cycle of one vertex.
///
/// The search goes forward only; see also
/// [`bidirectional_shortest_cycle`](super::bidirectional_shortest_cycle).
///
/// # Complexity
/// As for [`shortest_path`].
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 0), (1, 0)])?;
/// let cycle = algo::shortest_cycle(&graph, VertexId::new(0))?;
/// assert_eq!(cycle.unwrap(), [0, 1].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn shortest_cycle<G: Successors + ?Sized>(
    graph: &G,
    v: VertexId,
) -> Result<Option<Vec<VertexId>>, Error> {
    shortest_cycle_watched(graph, v, &mut Unwatched).map(finished)
}

/// Like [`shortest_cycle`], but a [`Watch`] can stop it.
pub fn shortest_cycle_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    v: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Option<Vec<VertexId>>>, Error> {
    search(graph, v, v, watch)
}

/// A shortest path of at least one edge from `start` to `end`, without `end` itself.
fn search<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Option<Vec<VertexId>>>, Error> {
    check_vertex(graph, start)?;
    let bound = graph.vertex_bound();
    let mut tree = SearchTree::new(bound);
    tree.begin(bound, start);
    let mut path = Vec::new();
    let meter = &mut Meter::new(watch);
    let found = forward_path(graph, &mut tree, end, &mut path, meter);
    Ok(found.map_continue(|found| found.then_some(path)))
}
