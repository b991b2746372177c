//! Control dependence.

use core::ops::ControlFlow;

use super::frontier::dominance_frontiers_watched;
use super::post_dominators::post_dominators_to_sink_components_watched;
use crate::views::Reversed;
use crate::{
    CsrBuilder, CsrGraph, Error, Input, Predecessors, Successors, VertexId, VertexSet, Watch,
};

/// The control dependence graph: an edge from each branch to each vertex that depends on it.
///
/// A vertex with at least two different successors is a branch. A vertex w depends on a branch v if
/// v decides whether w comes next to be certain: some successor of v leads to w whatever comes after
/// it, and another may avoid w. In other words, w post-dominates a successor of v, but does not
/// strictly post-dominate v. The exits are those of
/// [`post_dominators_to_sink_components`](super::post_dominators_to_sink_components), so that
/// vertices in endless loops have dependences too.
///
/// The vertices have the ids of the graph; holes become vertices without edges. The edges of a
/// branch are in ascending order of their heads, without parallel edges.
///
/// # Errors
/// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges): the number of dependences can be
/// quadratic in the number of vertices.
///
/// # Panics
/// As for [`dominators`](super::dominators).
///
/// # Complexity
/// That of [`dominators`](super::dominators) and [`dominance_frontiers`](super::dominance_frontiers)
/// of the reversed graph, and 8 bytes for each dependence.
///
/// # References
/// - J. Ferrante, K. J. Ottenstein, J. D. Warren, "The program dependence graph and its use in
///   optimization", ACM Trans. Program. Lang. Syst. 9 (1987), doi:10.1145/24039.24041.
/// - R. Cytron et al. (1991), as for [`dominance_frontiers`](super::dominance_frontiers).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, Successors, VertexId, algo};
/// // if 0 { 1 } else { 2 }; then 3, which repeats everything or ends at 4.
/// let graph = CsrGraph::from_edges(5, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 0), (3, 4)])?;
/// let dependences = algo::control_dependence_graph(&graph)?;
/// let on = |v| dependences.successors(VertexId::new(v)).map(|w| w.number()).collect::<Vec<_>>();
/// assert_eq!(on(0), [1, 2]);
/// assert_eq!(on(3), [0, 3]);
/// assert_eq!(on(1), []);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn control_dependence_graph<I: Input<Graph: Successors + Predecessors>>(
    graph: I,
) -> Result<I::Flow<CsrGraph>, Error> {
    graph.try_run(control_dependence_graph_watched)
}

fn control_dependence_graph_watched<G: Successors + Predecessors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, CsrGraph>, Error> {
    let mut builder = CsrBuilder::new(graph.vertex_bound());
    if graph.vertices().next().is_none() {
        return builder.build().map(ControlFlow::Continue);
    }
    let tree = match post_dominators_to_sink_components_watched(graph, watch)? {
        ControlFlow::Continue(dominators) => dominators.into_tree(),
        ControlFlow::Break(stop) => return Ok(ControlFlow::Break(stop)),
    };
    let back = Reversed::new(graph);
    let frontiers = match dominance_frontiers_watched(&back, &tree, watch)? {
        ControlFlow::Continue(frontiers) => frontiers,
        ControlFlow::Break(stop) => return Ok(ControlFlow::Break(stop)),
    };
    let branches = graph.vertices().filter(|&v| is_branch(graph, v));
    let branches = VertexSet::from_vertices(graph.vertex_bound(), branches);
    for w in (0..graph.vertex_bound()).map(VertexId::from_index) {
        for &v in frontiers.of(w) {
            if branches.contains(v) {
                builder.add_edge(v, w)?;
            }
        }
    }
    builder.build().map(ControlFlow::Continue)
}

/// Whether the vertex has two different successors.
fn is_branch<G: Successors + ?Sized>(graph: &G, v: VertexId) -> bool {
    let mut successors = graph.successors(v);
    let first = successors.next();
    first.is_some_and(|first| successors.any(|w| w != first))
}
