//! Copies as petgraph graphs.

use alloc::vec;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::{EdgeId, IDirectedGraph, VertexId};

/// Copies a graph into petgraph's `Graph`, for algorithms that change a graph. The weights of
/// vertices and edges are their ids in the original: petgraph numbers both without holes,
/// vertices in the order of [`vertices`](crate::Vertices::vertices) and edges in that of
/// [`edges`](crate::Algorithms::edges).
///
/// To convert back, use [`CsrGraph::from_graph`](crate::CsrGraph::from_graph) with a
/// [`FromPetgraph`](super::FromPetgraph), which also returns the ids of the edges.
///
/// # Complexity
/// O(vertices + edges) time; 4 bytes per number below the vertex bound besides the copy.
///
/// # Example
/// ```
/// use refcycle_core::interop::petgraph::to_graph;
/// use refcycle_core::{CsrGraph, EdgeId};
/// let ours = CsrGraph::from_edges(3, [(2, 1), (0, 2)])?;
/// let mut theirs = to_graph(&ours);
/// let edge = theirs.find_edge(2.into(), 1.into()).unwrap();
/// assert_eq!(theirs[edge], EdgeId::new(1));
/// theirs.remove_node(0.into());
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn to_graph<G: IDirectedGraph + ?Sized>(graph: &G) -> DiGraph<VertexId, EdgeId> {
    let mut copy = DiGraph::with_capacity(graph.vertex_count(), 0);
    let mut nodes = vec![NodeIndex::end(); graph.vertex_bound()];
    for v in graph.vertices() {
        nodes[v.index()] = copy.add_node(v);
    }
    for edge in graph.vertices().flat_map(|v| graph.out_edges(v)) {
        copy.add_edge(nodes[edge.tail.index()], nodes[edge.head.index()], edge.id);
    }
    copy
}
