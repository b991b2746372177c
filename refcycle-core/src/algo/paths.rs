//! Shortest paths and shortest cycles, counted in edges.

use core::ops::ControlFlow;

use crate::search::forward_path;
use crate::traits::check_vertex;
use crate::watch::Meter;
use crate::{Error, Input, Successors, VertexId, Watch, Workspace};

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
pub fn shortest_path<I: Input<Graph: Successors>>(
    graph: I,
    start: VertexId,
    end: VertexId,
) -> Result<I::Flow<Option<I::Path>>, Error> {
    graph.find_path(|graph, memory, watch| {
        check_vertex(graph, end)?;
        if start == end {
            memory.path.clear();
            memory.path.push(start);
            return Ok(ControlFlow::Continue(true));
        }
        let found = search(graph, start, end, memory, watch)?;
        memory.path.push(end);
        Ok(found)
    })
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
pub fn shortest_cycle<I: Input<Graph: Successors>>(
    graph: I,
    v: VertexId,
) -> Result<I::Flow<Option<I::Path>>, Error> {
    graph.find_path(|graph, memory, watch| search(graph, v, v, memory, watch))
}

/// Puts a shortest path of at least one edge from `start` to `end` into the memory, without `end`
/// itself; `false` if there is no path.
fn search<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    memory: &mut Workspace,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, bool>, Error> {
    check_vertex(graph, start)?;
    let Workspace { forward, path, .. } = memory;
    forward.begin(graph.vertex_bound(), start);
    path.clear();
    let meter = &mut Meter::new(watch);
    Ok(forward_path(graph, forward, end, path, meter))
}
