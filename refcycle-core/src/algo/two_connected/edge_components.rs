//! 2-edge-connected components: the largest subgraphs without strong bridges.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::edge_blocks::Blocks;
use super::parts::{Found, Parts};
use crate::algo::scc::strongly_connected_components_watched;
use crate::algo::vertex_groups::VertexGroups;
use crate::watch::Meter;
use crate::{Input, Successors, Watch};

/// The 2-edge-connected components of a graph: the largest subgraphs that are strongly connected
/// and stay so if any single edge is removed, by their vertices.
///
/// Such a subgraph has no strong bridge: see [`strong_bridges`](crate::algo::strong_bridges). It
/// contains all edges between its vertices. Each vertex is in at most one component. Components of a
/// single vertex are omitted. Parallel edges are different edges. The vertices of a component need
/// no other part of the graph; for vertices that are joined by pairs of paths anywhere in the graph,
/// see [`two_edge_connected_blocks`](super::two_edge_connected_blocks).
///
/// # Panics
/// If there are more than [`MAX_EDGES`](crate::MAX_EDGES) edges within the strongly connected
/// components.
///
/// # Complexity
/// O(rounds × edges × log vertices) time, where only the first round reads all edges. There are
/// two or three rounds in practice, and at most as many as vertices: a chain of triangles in which
/// each holds the next together, by way of two hubs, needs a round for each triangle. Memory as for the blocks.
///
/// # Implementation details
/// Vertices that only one edge enters or leaves are removed repeatedly. Then the edges between
/// different 2-edge-connected blocks are removed, until each strongly connected component is one
/// block.
///
/// # References
/// L. Georgiadis, G. F. Italiano, L. Laura, N. Parotsidis, "2-Edge Connectivity in Directed
/// Graphs", ACM Trans. Algorithms 13 (2016), doi:10.1145/2968448.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, algo};
/// // Three vertices with all edges between them, and a fourth on a cycle with one of them.
/// let edges = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 3), (3, 2)];
/// let graph = CsrGraph::from_edges(4, edges)?;
/// let components = algo::two_edge_connected_components(&graph);
/// assert_eq!(components.group(0), [0, 1, 2].map(Into::into));
/// assert_eq!(components.len(), 1);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn two_edge_connected_components<I: Input<Graph: Successors>>(
    graph: I,
) -> I::Flow<VertexGroups> {
    graph.run(two_edge_connected_components_watched)
}

fn two_edge_connected_components_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, VertexGroups> {
    let mut parts = Parts::of(graph, false, watch)?;
    let mut found = Found::default();
    while parts.len() > 0 {
        (parts, _) = parts.peeled(&mut Meter::new(watch))?;
        let components = strongly_connected_components_watched(&parts.graph, watch)?;
        let blocks = Blocks::of(&parts.graph, &components, watch)?;
        let mut is_open: Vec<bool> = Vec::with_capacity(components.len());
        for members in components.iter() {
            let block_of = |place: usize| blocks.block_of(members[place].number());
            let is_block = (1..members.len()).all(|place| block_of(place) == block_of(0));
            if is_block && members.len() > 1 {
                found.add(members.iter().map(|v| parts.names[v.index()]));
            }
            is_open.push(!is_block);
        }
        // Two vertices of a block are in one component.
        let stays = |&(v, w): &(u32, u32)| {
            blocks.block_of(v) == blocks.block_of(w)
                && components
                    .component_of(v.into())
                    .is_some_and(|c| is_open[c as usize])
        };
        let edges: Vec<_> = parts.edges().filter(stays).collect();
        (parts, _) = parts.with_edges(parts.len(), edges, |v| v);
    }
    ControlFlow::Continue(VertexGroups::sorted(found.vertices, &found.ends))
}
