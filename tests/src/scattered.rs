//! A graph that a user might write: sparse ids, and no optimizations.

use refcycle_core::{
    Edge, EdgeId, Heads, IDirectedGraph, Predecessors, Successors, Tails, VertexId, Vertices,
};

use crate::EdgeList;

/// A graph whose vertex and edge ids have holes, some of them large, with only the required
/// methods of the trait.
#[derive(Clone, Debug)]
pub struct Scattered(pub EdgeList);

const EDGE_STRIDE: usize = 3;

impl Vertices for Scattered {
    fn vertex_bound(&self) -> usize {
        self.0.bound
    }

    fn vertex_count(&self) -> usize {
        self.0.vertices.len()
    }

    fn contains_vertex(&self, v: VertexId) -> bool {
        self.0.vertices.contains(&v)
    }

    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        // Descending: the order is not specified.
        self.0.vertices.iter().copied().rev()
    }
}

impl Scattered {
    fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        let edges = self.0.edges.iter().enumerate();
        edges.map(|(i, &(tail, head))| Edge {
            id: EdgeId::from_index(EDGE_STRIDE * i + 1),
            tail,
            head,
        })
    }
}

impl IDirectedGraph for Scattered {
    type OutEdges<'a> = Box<dyn Iterator<Item = Edge> + 'a>;
    type InEdges<'a> = Box<dyn Iterator<Item = Edge> + 'a>;

    fn edge_bound(&self) -> usize {
        EDGE_STRIDE * self.0.edges.len()
    }

    fn edge_count(&self) -> usize {
        self.0.edges.len()
    }

    fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_> {
        Box::new(self.edges().filter(move |edge| edge.tail == v))
    }

    fn in_edges(&self, v: VertexId) -> Self::InEdges<'_> {
        Box::new(self.edges().filter(move |edge| edge.head == v))
    }
}

impl Successors for Scattered {
    type Successors<'a> = Heads<<Self as IDirectedGraph>::OutEdges<'a>>;

    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        Heads::new(self.out_edges(v))
    }
}

impl Predecessors for Scattered {
    type Predecessors<'a> = Tails<<Self as IDirectedGraph>::InEdges<'a>>;

    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_> {
        Tails::new(self.in_edges(v))
    }
}
