//! 2-edge-connected blocks: vertices that no single edge separates.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::parts::{Found, Parts};
use crate::algo::dominators::edge_dominators_watched;
use crate::algo::loops::loop_forest_watched;
use crate::algo::scc::strongly_connected_components_watched;
use crate::algo::strong_cuts::Within;
use crate::algo::vertex_groups::VertexGroups;
use crate::algo::{Components, Dominators};
use crate::views::Reversed;
use crate::watch::Meter;
use crate::{CsrGraph, IDirectedGraph, Input, Successors, VertexId, Vertices, Watch};

/// The 2-edge-connected blocks of a graph: the largest groups of vertices of which any two are on
/// a common closed walk whichever single edge is removed.
///
/// Equivalently, any two vertices of a block are joined by two paths without a common edge in each
/// direction. These paths can leave the block: it need not be connected in itself. For the largest
/// *subgraphs* without strong bridges, see
/// [`two_edge_connected_components`](super::two_edge_connected_components), each of which lies in a
/// block. Each vertex is in at most one block. Blocks of a single vertex are omitted. Parallel
/// edges are different edges.
///
/// # Panics
/// If there are more than [`MAX_EDGES`](crate::MAX_EDGES) edges within the strongly connected
/// components.
///
/// # Complexity
/// That of the components, four times that of [`dominators`](crate::algo::dominators) and twice
/// that of [`loop_forest`](crate::algo::loop_forest): O(edges log vertices) time. Memory: about 100
/// bytes per vertex and 30 per edge of the strongly connected components of more than one vertex.
///
/// # Implementation details
/// Without a bridge of the flow graph from a vertex of a component, the vertices that its head
/// dominates are strongly connected within the outermost loops among them. Two vertices are in one
/// block if the same bridges are above them and they are in the same of these loops, in both
/// directions.
///
/// # References
/// - L. Georgiadis, G. F. Italiano, L. Laura, N. Parotsidis, "2-Edge Connectivity in Directed
///   Graphs", ACM Trans. Algorithms 13 (2016), doi:10.1145/2968448.
/// - L. Georgiadis, G. F. Italiano, N. Parotsidis, "Strong connectivity in directed graphs under
///   failures, with applications", SIAM J. Comput. 49 (2020), doi:10.1137/19M1258530.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, algo};
/// // Two paths from 0 to 1 and two back, through 2 and 3, and through 4 and 5.
/// let edges = [(0, 2), (2, 1), (0, 3), (3, 1), (1, 4), (4, 0), (1, 5), (5, 0)];
/// let graph = CsrGraph::from_edges(6, edges)?;
/// let blocks = algo::two_edge_connected_blocks(&graph);
/// assert_eq!(blocks.group(0), [0, 1].map(Into::into));
/// assert_eq!(blocks.len(), 1);
/// // No subgraph of more than one vertex is without strong bridges.
/// assert!(algo::two_edge_connected_components(&graph).is_empty());
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn two_edge_connected_blocks<I: Input<Graph: Successors>>(graph: I) -> I::Flow<VertexGroups> {
    graph.run(two_edge_connected_blocks_watched)
}

fn two_edge_connected_blocks_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, VertexGroups> {
    let parts = Parts::of(graph, false, watch)?;
    let components = strongly_connected_components_watched(&parts.graph, watch)?;
    let blocks = Blocks::of(&parts.graph, &components, watch)?;
    let mut vertices: Vec<_> = (0..parts.len() as u32).collect();
    vertices.sort_unstable_by_key(|&v| blocks.block_of(v));
    let mut found = Found::default();
    for block in vertices.chunk_by(|&v, &w| blocks.block_of(v) == blocks.block_of(w)) {
        if block.len() > 1 {
            found.add(block.iter().map(|&v| parts.names[v as usize]));
        }
    }
    ControlFlow::Continue(VertexGroups::sorted(found.vertices, &found.ends))
}

/// The block of each vertex, as a pair of loops.
pub(super) struct Blocks {
    forward: Vec<u32>,
    backward: Vec<u32>,
}

impl Blocks {
    pub(super) fn of<W: Watch>(
        graph: &CsrGraph,
        components: &Components,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Self> {
        let within = Within::new(graph, components);
        let each: Vec<_> = (0..graph.vertex_bound() as u32).collect();
        let (mut forward, mut backward) = (each.clone(), each);
        if let Some(dominators) = within.dominators(watch)? {
            forward = outermost_loops(&within, dominators, &within.roots, watch)?;
        }
        let back = Reversed::new(&within);
        if let Some(dominators) = within.post_dominators(watch)? {
            backward = outermost_loops(&back, dominators, &within.roots, watch)?;
        }
        ControlFlow::Continue(Self { forward, backward })
    }

    pub(super) fn block_of(&self, v: u32) -> (u32, u32) {
        (self.forward[v as usize], self.backward[v as usize])
    }
}

/// The header of the outermost loop around each vertex among those below the last bridge on every
/// path to it; the vertex itself if there is none.
fn outermost_loops<G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    dominators: Dominators,
    roots: &[VertexId],
    watch: &mut W,
) -> ControlFlow<W::Stop, Vec<u32>> {
    let tree = dominators.into_tree();
    let bridges = edge_dominators_watched(graph, &tree, watch);
    let bridges = bridges.expect("the tree belongs to the graph")?;
    let forest = loop_forest_watched(graph, roots.iter().copied(), watch);
    let forest = forest.expect("the roots are vertices")?;
    let mut outermost: Vec<_> = (0..graph.vertex_bound() as u32).collect();
    let mut meter = Meter::new(watch);
    // A header comes before the vertices of its loop.
    for &v in forest.vertices() {
        meter.step()?;
        if let Some(header) = forest.around(v)
            && bridges.immediate(header) == bridges.immediate(v)
        {
            outermost[v.index()] = outermost[header.index()];
        }
    }
    ControlFlow::Continue(outermost)
}
