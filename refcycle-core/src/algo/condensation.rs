//! The graph of the strongly connected components.

use super::{Components, strongly_connected_components};
use crate::{CsrGraph, Successors, VertexId};

/// What becomes of several edges between the same two components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParallelEdges {
    /// Each is an edge of the condensation.
    Keep,
    /// They become one.
    Merge,
}

/// A graph's strongly connected components and the acyclic graph between them.
#[derive(Debug)]
pub struct Condensation {
    components: Components,
    graph: CsrGraph,
}

impl Condensation {
    /// The components.
    pub fn components(&self) -> &Components {
        &self.components
    }

    /// The graph whose vertex `i` is component `i`. It has no cycle, and its edges go
    /// from higher numbers to lower ones.
    pub fn graph(&self) -> &CsrGraph {
        &self.graph
    }

    /// The vertices of the condensation in topological order: each before all those
    /// that it reaches.
    pub fn topological_order(&self) -> impl DoubleEndedIterator<Item = VertexId> {
        self.components.topological_order().map(VertexId::new)
    }

    /// Takes the two apart.
    pub fn into_parts(self) -> (Components, CsrGraph) {
        (self.components, self.graph)
    }
}

/// Contracts each strongly connected component of a graph into one vertex. Edges within
/// a component vanish.
///
/// # Complexity
/// O(vertices + edges) time; besides the result 4 bytes a component, and what the
/// components cost.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, IDirectedGraph, algo::{self, ParallelEdges}};
/// // A cycle with two edges to one vertex.
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (0, 2), (1, 2)])?;
/// let condensation = algo::condensation(&graph, ParallelEdges::Merge);
/// assert_eq!(condensation.graph().edge_count(), 1);
/// let condensation = algo::condensation(&graph, ParallelEdges::Keep);
/// assert_eq!(condensation.graph().edge_count(), 2);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn condensation<G: Successors + ?Sized>(graph: &G, parallel: ParallelEdges) -> Condensation {
    let components = strongly_connected_components(graph);
    let mut offsets = Vec::with_capacity(components.len() + 1);
    let mut heads = Vec::new();
    offsets.push(0);
    // The last component seen with an edge to each component.
    let mut seen_from = vec![u32::MAX; components.len()];
    for (tail, members) in components.iter().enumerate() {
        let tail = tail as u32;
        for &v in members {
            for w in graph.successors(v) {
                let Some(head) = components.component_of(w) else {
                    continue;
                };
                let new = std::mem::replace(&mut seen_from[head as usize], tail) != tail;
                if head != tail && (new || parallel == ParallelEdges::Keep) {
                    heads.push(head);
                }
            }
        }
        offsets.push(heads.len() as u32);
    }
    let graph = CsrGraph::from_parts(offsets, heads)
        .expect("a condensation has no more vertices and edges than its graph");
    Condensation { components, graph }
}
