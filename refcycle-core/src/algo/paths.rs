//! Shortest paths and shortest cycles, counted in edges.

use std::ops::ControlFlow;

use crate::marks::Marks;
use crate::traits::check_vertex;
use crate::watch::{Meter, finished};
use crate::{Error, Successors, Unwatched, VertexId, Watch};

/// The vertices of a shortest path from `start` to `end`, both included; `None` when
/// there is no path. A path from a vertex to itself is that vertex alone.
///
/// # Complexity
/// O(vertices + edges nearer to `start` than `end` is) time, 8 bytes and a mark a
/// vertex seen.
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

/// [`shortest_path`] that a [`Watch`] can stop.
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
    let way = shortest_way(graph, start, end, watch)?;
    Ok(way.map_continue(|way| {
        way.map(|mut path| {
            path.push(end);
            path
        })
    }))
}

/// The vertices of a shortest cycle through `v`, each once, `v` first; `None` when no
/// cycle leads through it. A self-loop is a cycle of one vertex.
///
/// # Complexity
/// As [`shortest_path`].
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

/// [`shortest_cycle`] that a [`Watch`] can stop.
pub fn shortest_cycle_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    v: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Option<Vec<VertexId>>>, Error> {
    shortest_way(graph, v, v, watch)
}

/// A shortest way of at least one edge from `start` to `end`, which is left out.
fn shortest_way<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Option<Vec<VertexId>>>, Error> {
    check_vertex(graph, start)?;
    let mut meter = Meter::new(watch);
    let mut marks = Marks::new(graph.vertex_bound());
    marks.insert(start);
    // Each vertex with the position of the one from which it was found.
    let mut order = vec![(start, 0)];
    let mut position = 0;
    while position < order.len() {
        if let ControlFlow::Break(stop) = meter.step() {
            return Ok(ControlFlow::Break(stop));
        }
        for w in graph.successors(order[position].0) {
            if w == end {
                return Ok(ControlFlow::Continue(Some(trace_back(&order, position))));
            }
            if marks.insert(w) {
                order.push((w, position as u32));
            }
        }
        position += 1;
    }
    Ok(ControlFlow::Continue(None))
}

fn trace_back(order: &[(VertexId, u32)], mut position: usize) -> Vec<VertexId> {
    let mut path = vec![order[position].0];
    while position != 0 {
        position = order[position].1 as usize;
        path.push(order[position].0);
    }
    path.reverse();
    path
}
