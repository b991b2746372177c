//! Shortest paths and shortest cycles, searched from both ends.

use core::ops::ControlFlow;

use crate::search::bidirectional_path;
use crate::traits::check_vertex;
use crate::views::Reversed;
use crate::watch::Meter;
use crate::{Error, Input, Predecessors, Successors, VertexId, Watch, Workspace};

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
pub fn bidirectional_shortest_path<I: Input<Graph: Successors + Predecessors>>(
    graph: I,
    start: VertexId,
    end: VertexId,
) -> Result<I::Flow<Option<I::Path>>, Error> {
    graph.find_path(|graph, memory, watch| {
        if start == end {
            check_vertex(graph, start)?;
            memory.path.clear();
            memory.path.push(start);
            return Ok(ControlFlow::Continue(true));
        }
        search(graph, start, end, memory, watch)
    })
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
pub fn bidirectional_shortest_cycle<I: Input<Graph: Successors + Predecessors>>(
    graph: I,
    v: VertexId,
) -> Result<I::Flow<Option<I::Path>>, Error> {
    graph.find_path(|graph, memory, watch| {
        let found = search(graph, v, v, memory, watch)?;
        memory.path.pop();
        Ok(found)
    })
}

/// Puts a shortest path of at least one edge, both ends included, into the memory; `false` if
/// there is no path.
fn search<G: Successors + Predecessors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    memory: &mut Workspace,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, bool>, Error> {
    check_vertex(graph, start)?;
    check_vertex(graph, end)?;
    let Workspace {
        forward,
        backward,
        path,
        ..
    } = memory;
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
