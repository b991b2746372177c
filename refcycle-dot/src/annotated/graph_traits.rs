//! Implements the graph traits for an annotated graph, by delegating to its [`CsrGraph`].

use refcycle_core::graphs::VertexRange;
use refcycle_core::{
    CsrGraph, DenseVertices, IDirectedGraph, Predecessors, Successors, VertexId, Vertices,
};

use super::graph::AnnotatedGraph;

impl Vertices for AnnotatedGraph {
    fn vertex_bound(&self) -> usize {
        self.graph.vertex_bound()
    }

    fn vertex_count(&self) -> usize {
        self.graph.vertex_count()
    }

    fn contains_vertex(&self, v: VertexId) -> bool {
        self.graph.contains_vertex(v)
    }

    // Also from both ends, and with its length.
    #[allow(refining_impl_trait)]
    fn vertices(&self) -> VertexRange {
        self.graph.vertices()
    }
}

impl DenseVertices for AnnotatedGraph {}

impl Successors for AnnotatedGraph {
    type Successors<'a> = <CsrGraph as Successors>::Successors<'a>;

    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        self.graph.successors(v)
    }
}

impl Predecessors for AnnotatedGraph {
    type Predecessors<'a> = <CsrGraph as Predecessors>::Predecessors<'a>;

    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_> {
        self.graph.predecessors(v)
    }
}

impl IDirectedGraph for AnnotatedGraph {
    type OutEdges<'a> = <CsrGraph as IDirectedGraph>::OutEdges<'a>;
    type InEdges<'a> = <CsrGraph as IDirectedGraph>::InEdges<'a>;

    fn edge_bound(&self) -> usize {
        self.graph.edge_bound()
    }

    fn edge_count(&self) -> usize {
        self.graph.edge_count()
    }

    fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_> {
        self.graph.out_edges(v)
    }

    fn in_edges(&self, v: VertexId) -> Self::InEdges<'_> {
        self.graph.in_edges(v)
    }
}
