//! Reachability: descendants and ancestors.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::marks::Marks;
use crate::search::{Reached, flood, levels};
use crate::traits::check_vertex;
use crate::views::Reversed;
use crate::watch::Meter;
use crate::{Error, Input, Predecessors, Successors, VertexId, VertexSet, Watch, Workspace};

/// Finds the vertices that can be reached from `starts` along edges, the starts included, in at
/// most `generations` steps (`None`: any number).
///
/// The starts come first, then the vertices one step away, and so on; within a generation
/// the order is unspecified. Many small queries are answered faster by a
/// [`Workspace`](crate::Workspace); for the set without distances, see [`descendants_set`].
///
/// # Complexity
/// O(vertices + edges reached) time, regardless of the size of the graph. Memory: 4 bytes per
/// vertex of the result, 4 per generation, and a mark per vertex (a hash table while the result is
/// small, then one bit per vertex of the graph).
///
/// If the graph has its edges as slices in both directions ([`Successors::rows`] with
/// [`reversed`](crate::Rows::reversed)), a large generation is found bottom-up: each vertex that
/// has not been reached looks for a predecessor that has, which avoids most edges of a random
/// graph. The backward direction of a [`CsrGraph`](crate::CsrGraph) is used if it has been
/// computed, but is not computed for this.
///
/// # References
/// S. Beamer, K. Asanović, D. Patterson, Direction-optimizing breadth-first search, SC 2012. The
/// condition for a change of direction is a different one, which avoids sweeps on grids.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) for a start that is not a vertex,
/// [`ErrorKind::NoStart`](crate::ErrorKind::NoStart) if there are no starts.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (3, 0)])?;
/// let reached = algo::descendants(&graph, [VertexId::new(0)], None)?;
/// let depths: Vec<_> = reached.with_depths().map(|(v, depth)| (v.number(), depth)).collect();
/// assert_eq!(depths, [(0, 0), (1, 1), (2, 2)]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn descendants<I: Input<Graph: Successors>>(
    graph: I,
    starts: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
) -> Result<I::Flow<I::Reached>, Error> {
    graph.reach(|graph, memory, watch| search(graph, starts, generations, memory, watch))
}

fn search<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
    memory: &mut Workspace,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop>, Error> {
    let Workspace { marks, reached, .. } = memory;
    reached.begin(graph, marks, starts)?;
    let meter = &mut Meter::new(watch);
    Ok(levels(graph, marks, reached, generations, None, meter))
}

/// Finds the vertices that reach `starts`, the starts included, in at most `generations` steps
/// (`None`: any number): [`descendants`] in the reversed graph.
///
/// # Errors
/// As for [`descendants`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (3, 0)])?;
/// let reached = algo::ancestors(&graph, [VertexId::new(2)], Some(2))?;
/// assert_eq!(reached.vertices(), [2, 1, 0].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn ancestors<I: Input<Graph: Predecessors>>(
    graph: I,
    starts: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
) -> Result<I::Flow<I::Reached>, Error> {
    graph.reach(|graph, memory, watch| {
        search(&Reversed::new(graph), starts, generations, memory, watch)
    })
}

/// Whether a path leads from `start` to `end`. A vertex reaches itself, by the path without edges.
///
/// For many pairs of the same graph, use a [`ReachabilityIndex`](super::ReachabilityIndex).
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
///
/// # Complexity
/// O(vertices + edges) time in the worst case; the search ends at `end`. Memory: a mark per vertex
/// that is visited (a hash table while they are few, then one bit per vertex of the graph), and 4
/// bytes for each vertex that waits.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (3, 0)])?;
/// let [first, last, above] = [0, 2, 3].map(VertexId::new);
/// assert!(algo::reaches(&graph, first, last)?);
/// assert!(!algo::reaches(&graph, first, above)?);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn reaches<I: Input<Graph: Successors>>(
    graph: I,
    start: VertexId,
    end: VertexId,
) -> Result<I::Flow<bool>, Error> {
    graph.try_run(|graph, watch| {
        check_vertex(graph, start)?;
        check_vertex(graph, end)?;
        Ok(is_reached(graph, start, end, &mut Meter::new(watch)))
    })
}

fn is_reached<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, bool> {
    let mut marks = Marks::new(graph.vertex_bound());
    let mut waiting: Vec<VertexId> = Vec::new();
    let mut next = Some(start).filter(|&v| v != end);
    if next.is_none() {
        return ControlFlow::Continue(true);
    }
    marks.insert(start);
    while let Some(v) = next {
        for w in graph.successors(v) {
            meter.step()?;
            if w == end {
                return ControlFlow::Continue(true);
            }
            if marks.insert(w) {
                waiting.push(w);
            }
        }
        next = waiting.pop();
    }
    ControlFlow::Continue(false)
}

/// Finds the set of vertices that can be reached from `starts` along edges, the starts included:
/// the vertices of [`descendants`] without order or distance, in less time.
///
/// # Complexity
/// O(vertices + edges reached) time, plus clearing the set. Memory: one bit per vertex id, and 4
/// bytes for each vertex in the queue, which holds at most two generations. Large generations are
/// found bottom-up as in [`descendants`].
///
/// # Errors
/// As for [`descendants`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (3, 0)])?;
/// let set = algo::descendants_set(&graph, [VertexId::new(1)])?;
/// assert!(set.iter().eq([1, 2].map(VertexId::new)));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn descendants_set<I: Input<Graph: Successors>>(
    graph: I,
    starts: impl IntoIterator<Item = VertexId>,
) -> Result<I::Flow<VertexSet>, Error> {
    graph.try_run(|graph, watch| search_set(graph, starts, watch))
}

fn search_set<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, VertexSet>, Error> {
    let mut marks = Marks::dense(graph.vertex_bound());
    let mut reached = Reached::default();
    reached.begin(graph, &mut marks, starts)?;
    let waiting = reached.into_vertices();
    let found = flood(graph, &mut marks, waiting, &mut Meter::new(watch));
    Ok(found.map_continue(|found| VertexSet::from_bits(marks.into_bits(), found)))
}

/// Finds the set of vertices that reach `starts`, the starts included: [`descendants_set`] in the
/// reversed graph.
///
/// # Errors
/// As for [`descendants`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (3, 0)])?;
/// assert_eq!(algo::ancestors_set(&graph, [VertexId::new(1)])?.len(), 3);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn ancestors_set<I: Input<Graph: Predecessors>>(
    graph: I,
    starts: impl IntoIterator<Item = VertexId>,
) -> Result<I::Flow<VertexSet>, Error> {
    graph.try_run(|graph, watch| search_set(&Reversed::new(graph), starts, watch))
}
