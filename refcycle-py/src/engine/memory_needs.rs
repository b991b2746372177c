//! How many bytes the core's algorithms need at most.
//!
//! By their documentation. An array that grows counts three times: its capacity is up to twice
//! its length, and while it grows the old one is there too.

use refcycle_core::{CsrGraph, IDirectedGraph, VertexId, Vertices};

const GROWING: usize = 3;

/// A Python object for a graph, with the memory of its arrays and a place in a list.
const GRAPH: usize = 400;

/// A breadth-first search: 4 bytes a vertex in the order of the visit, 8 for where each was
/// found from or for each generation, and a mark.
pub(crate) fn search(graph: &CsrGraph, generations: Option<usize>) -> usize {
    let vertices = graph.vertex_count();
    let depth = generations.unwrap_or(vertices).min(vertices);
    GROWING * (4 * vertices + 8 * depth) + vertices
}

/// The backward direction with the ids of its edges, if it is not there.
pub(crate) fn backward(graph: &CsrGraph) -> usize {
    let whole = 8 * (graph.vertex_count() + 1) + 12 * graph.edge_count();
    // What a counting sort needs besides.
    match whole.saturating_sub(graph.memory()) {
        0 => 0,
        missing => missing + 4 * graph.vertex_count(),
    }
}

/// The subgraph of some vertices, with a table over all, and the graph that it becomes.
pub(crate) fn subgraph(graph: &CsrGraph, vertices: &[VertexId]) -> usize {
    4 * graph.vertex_count() + component(graph, vertices)
}

/// The subgraph of a component, and the graph that it becomes.
pub(crate) fn component(graph: &CsrGraph, vertices: &[VertexId]) -> usize {
    let edges: usize = vertices.iter().map(|&v| graph.out_degree(v)).sum();
    GRAPH + 32 * vertices.len() + (GROWING * 12 + 4) * edges
}

/// The strongly connected components: the result with 4 bytes a component, marks, the longest
/// path, and how to split it.
pub(crate) fn components(graph: &CsrGraph) -> usize {
    (12 + 1 + GROWING * 12 + 4 + GROWING * 4) * graph.vertex_count()
}
