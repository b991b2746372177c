//! Upper limits for the memory that the core's algorithms need.
//!
//! They follow from the documentation of the algorithms. An array that grows counts three times:
//! its capacity is up to twice its length, and while it grows, the old one still exists.

use refcycle_core::{CsrGraph, IDirectedGraph, VertexId, Vertices};

const GROWING: usize = 3;

/// A Python object for a graph, with the memory of its arrays and an entry in a list.
const GRAPH: usize = 400;

/// A breadth-first search: 4 bytes per vertex for the order of the visit, 8 for its predecessor or
/// for each generation, and a mark.
pub(crate) fn search(graph: &CsrGraph, generations: Option<usize>) -> usize {
    let vertices = graph.vertex_count();
    let depth = generations.unwrap_or(vertices).min(vertices);
    GROWING * (4 * vertices + 8 * depth) + vertices
}

/// The reversed graph with the ids of its edges, unless it exists already.
pub(crate) fn backward(graph: &CsrGraph) -> usize {
    let whole = 8 * (graph.vertex_count() + 1) + 12 * graph.edge_count();
    // Additional memory for a counting sort.
    match whole.saturating_sub(graph.memory()) {
        0 => 0,
        missing => missing + 4 * graph.vertex_count(),
    }
}

/// Whether the vertices of the reversed graph have been computed.
pub(crate) fn has_predecessors(graph: &CsrGraph) -> bool {
    graph.memory() >= 8 * (graph.offsets().len() + graph.heads().len())
}

/// The subgraph of some vertices, with a table for all vertices, and the resulting graph.
pub(crate) fn subgraph(graph: &CsrGraph, vertices: &[VertexId]) -> usize {
    4 * graph.vertex_count() + component(graph, vertices)
}

/// The subgraph of a component, and the resulting graph.
pub(crate) fn component(graph: &CsrGraph, vertices: &[VertexId]) -> usize {
    let edges: usize = vertices.iter().map(|&v| graph.out_degree(v)).sum();
    GRAPH + 32 * vertices.len() + (GROWING * 12 + 4) * edges
}

/// The strongly connected components: the result with 4 bytes per component, marks, the longest
/// path, and the data to split the graph.
pub(crate) fn components(graph: &CsrGraph) -> usize {
    (12 + 1 + GROWING * 12 + 4 + GROWING * 4) * graph.vertex_count()
}
