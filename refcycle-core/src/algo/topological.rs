//! Topological order.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow;

use crate::watch::Meter;
use crate::{Input, Successors, VertexId, Watch};

/// Why a graph has no topological order: one of its cycles.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 1)])?;
/// let cyclic = algo::topological_order(&graph).unwrap_err();
/// assert_eq!(cyclic.cycle, [1, 2].map(VertexId::new));
/// assert_eq!(
///     cyclic.to_string(),
///     "the graph has a cycle of 2 vertices through vertex 1",
/// );
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotAcyclic {
    /// The vertices of the cycle, each once: an edge leads from each to the next, and from the
    /// last to the first. It need not be a shortest cycle.
    pub cycle: Vec<VertexId>,
}

impl fmt::Display for NotAcyclic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self.cycle {
            [] => f.write_str("the graph has a cycle"),
            [v] => write!(f, "the graph has a cycle of 1 vertex through vertex {v}"),
            [v, ..] => {
                let count = self.cycle.len();
                write!(
                    f,
                    "the graph has a cycle of {count} vertices through vertex {v}"
                )
            }
        }
    }
}

impl core::error::Error for NotAcyclic {}

/// The vertices in topological order: each comes before all vertices that it reaches.
///
/// A graph with cycles has no such order, but its components do: see
/// [`Components::topological_order`](super::Components::topological_order).
///
/// # Complexity
/// O(vertices + edges) time. Memory besides the result: one byte per vertex, and an iterator for
/// each vertex of the longest path walked.
///
/// # Errors
/// [`NotAcyclic`] with a cycle. A self-loop is a cycle.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(2, 1), (1, 0), (2, 0), (3, 2)])?;
/// assert_eq!(algo::topological_order(&graph).unwrap(), [3, 2, 1, 0].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # References
/// R. Tarjan, "Edge-disjoint spanning trees and depth-first search", Acta Informatica 6
/// (1976), doi:10.1007/BF00268499: the reverse of the order in which a depth-first search
/// leaves the vertices.
pub fn topological_order<I: Input<Graph: Successors>>(
    graph: I,
) -> Result<I::Flow<Vec<VertexId>>, NotAcyclic> {
    graph.try_run(topological_order_watched)
}

pub(crate) fn topological_order_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Vec<VertexId>>, NotAcyclic> {
    Ok(postorder(graph, watch)?.map_continue(|mut order| {
        order.reverse();
        order
    }))
}

/// Whether the graph has a cycle. A self-loop is a cycle.
///
/// # Complexity
/// O(vertices + edges) time; the search ends at the first cycle. Memory: 5 bytes per vertex, and
/// an iterator for each vertex of the longest path walked.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, algo};
/// assert!(algo::is_cyclic(&CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 1)])?));
/// assert!(!algo::is_cyclic(&CsrGraph::from_edges(3, [(0, 1), (0, 1), (1, 2)])?));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn is_cyclic<I: Input<Graph: Successors>>(graph: I) -> I::Flow<bool> {
    graph.run(|graph, watch| match postorder(graph, watch) {
        Ok(order) => order.map_continue(|_| false),
        Err(_) => ControlFlow::Continue(true),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    Open,
    Done,
}

/// The reverse of a topological order: each vertex after all vertices that it reaches.
pub(super) fn postorder<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Vec<VertexId>>, NotAcyclic> {
    let mut meter = Meter::new(watch);
    let mut state = vec![State::Unseen; graph.vertex_bound()];
    let mut order = Vec::with_capacity(graph.vertex_count());
    let mut frames: Vec<(VertexId, G::Successors<'_>)> = Vec::new();
    for root in graph.vertices() {
        if state[root.index()] != State::Unseen {
            continue;
        }
        if let ControlFlow::Break(stop) = meter.step() {
            return Ok(ControlFlow::Break(stop));
        }
        state[root.index()] = State::Open;
        frames.push((root, graph.successors(root)));
        while let Some((v, successors)) = frames.last_mut() {
            let Some(w) = successors.find(|w| state[w.index()] != State::Done) else {
                state[v.index()] = State::Done;
                order.push(*v);
                frames.pop();
                continue;
            };
            if state[w.index()] == State::Open {
                return Err(cycle_to(w, &frames));
            }
            if let ControlFlow::Break(stop) = meter.step() {
                return Ok(ControlFlow::Break(stop));
            }
            let successors = graph.successors(w);
            if successors.size_hint().1 == Some(0) {
                state[w.index()] = State::Done;
                order.push(w);
            } else {
                state[w.index()] = State::Open;
                frames.push((w, successors));
            }
        }
    }
    Ok(ControlFlow::Continue(order))
}

/// The cycle that is closed by an edge from the last of the open vertices to another of them.
fn cycle_to<I>(first: VertexId, frames: &[(VertexId, I)]) -> NotAcyclic {
    let mut cycle: Vec<_> = (frames.iter().rev())
        .map(|&(v, _)| v)
        .take_while(|&v| v != first)
        .collect();
    cycle.push(first);
    cycle.reverse();
    NotAcyclic { cycle }
}
