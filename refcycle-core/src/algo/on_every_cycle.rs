//! The edges and the vertices that all cycles have in common.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::dominators::{dominators_watched, edge_dominators_watched};
use super::feedback::{FeedbackOptions, feedback_vertex_set_watched};
use super::scc::strongly_connected_components_watched;
use crate::watch::Meter;
use crate::{CsrGraph, Edge, Error, IDirectedGraph, Input, VertexId, Watch};

/// What all cycles of a graph have in common: see [`on_every_cycle`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct OnEveryCycle {
    /// The vertices that are on every cycle, ascending.
    pub vertices: Vec<VertexId>,
    /// The edges that are on every cycle, by ascending id.
    pub edges: Vec<Edge>,
}

/// The edges and the vertices that are on every cycle of a graph: without any one of them, it has
/// no cycle. None if the graph has no cycle.
///
/// Each such edge is a feedback arc set of its own, and each such vertex a feedback vertex set; no
/// other single edge or vertex is one. An edge that has a parallel edge is on no such list, as
/// there is a cycle without it. For edges and vertices without which the vertices of a component
/// are no longer all on common cycles, see [`strong_bridges`](super::strong_bridges) and
/// [`strong_articulation_points`](super::strong_articulation_points).
///
/// # Complexity
/// That of the reductions of [`feedback_vertex_set`](super::feedback_vertex_set), without local or
/// exact search, and that of [`dominators`](super::dominators).
///
/// # Implementation details
/// The reductions find a vertex that is on every cycle, if there is one. The others are those that
/// dominate it, and the edges those that dominate it, in the flow graph from this vertex back to
/// itself.
///
/// # Errors
/// As for [`feedback_vertex_set`](super::feedback_vertex_set) without weights.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// // Two cycles that share the edge from 0 to 1.
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 0), (1, 3), (3, 0)])?;
/// let common = algo::on_every_cycle(&graph)?;
/// assert_eq!(common.vertices, [0, 1].map(VertexId::new));
/// let ends: Vec<_> = common.edges.iter().map(|e| (e.tail.number(), e.head.number())).collect();
/// assert_eq!(ends, [(0, 1)]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn on_every_cycle<I: Input<Graph: IDirectedGraph>>(
    graph: I,
) -> Result<I::Flow<OnEveryCycle>, Error> {
    graph.try_run(on_every_cycle_watched)
}

pub(crate) fn on_every_cycle_watched<G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, OnEveryCycle>, Error> {
    let options = FeedbackOptions::default().node_limit(0).rounds(0);
    Ok(match feedback_vertex_set_watched(graph, &options, watch)? {
        ControlFlow::Break(stop) => ControlFlow::Break(stop),
        ControlFlow::Continue(set) => match *set.ids {
            [v] => common_to_cycles_through(graph, v, watch),
            _ => ControlFlow::Continue(OnEveryCycle::default()),
        },
    })
}

/// The vertices and edges on every cycle, all of which go through `v`.
fn common_to_cycles_through<G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    v: VertexId,
    watch: &mut W,
) -> ControlFlow<W::Stop, OnEveryCycle> {
    let components = strongly_connected_components_watched(graph, watch)?;
    let number = components.number(v);
    let members = components.component(number);
    let mut local = vec![0; graph.vertex_bound()];
    for (place, w) in members.iter().enumerate() {
        local[w.index()] = place as u32;
    }
    // The edges to `v` go to a further vertex instead, the end.
    let end = members.len() as u32;
    let mut meter = Meter::new(watch);
    let (mut offsets, mut heads, mut edges) = (vec![0], Vec::new(), Vec::new());
    for &w in members {
        meter.step()?;
        for edge in graph.out_edges(w) {
            if components.number(edge.head) == number {
                let head = local[edge.head.index()];
                heads.push(if edge.head == v { end } else { head });
                edges.push(edge);
            }
        }
        offsets.push(heads.len() as u32);
    }
    offsets.push(heads.len() as u32);
    let flow = CsrGraph::from_parts(offsets, heads).expect("the rows are in order");
    let start = VertexId::new(local[v.index()]);
    let dominators = dominators_watched(&flow, [start], watch);
    let dominators = dominators.expect("the start is a vertex")?;
    let end = VertexId::new(end);
    let above = dominators.dominators_of(end).filter(|&w| w != end);
    let mut vertices: Vec<_> = above.map(|w| members[w.index()]).collect();
    let tree = dominators.into_tree();
    let bridges = edge_dominators_watched(&flow, &tree, watch);
    let bridges = bridges.expect("the tree belongs to the graph")?;
    let mut edges: Vec<_> = bridges.of(end).map(|edge| edges[edge.id.index()]).collect();
    vertices.sort_unstable();
    edges.sort_unstable();
    ControlFlow::Continue(OnEveryCycle { vertices, edges })
}
