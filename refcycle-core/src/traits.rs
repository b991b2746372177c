//! What a graph is: the small capability traits, and [`IDirectedGraph`] over them.
//!
//! An algorithm asks for the least that it needs. [`Successors`] is enough for
//! components, descendants and paths, so that a graph that knows only its outgoing
//! edges can run them. A graph that also knows its edges by id and in both directions
//! is an [`IDirectedGraph`] and gets every algorithm as a method.

use alloc::vec::Vec;
use core::iter::FusedIterator;

use crate::algo::{
    self, BowTie, Components, Condensation, Dominators, FeedbackArcOptions, FeedbackArcSet, Levels,
    NotAcyclic, ParallelEdges, Reached, SimpleCycles, WeakComponents,
};
use crate::views::{Masked, Reversed, Subgraph};
use crate::{CsrGraph, Edge, Error, Rows, VertexId, VertexSet};

/// A set of vertices with dense ids.
///
/// # Contract
/// Every vertex is a number below [`vertex_bound`](Self::vertex_bound). A number below
/// the bound need not be a vertex: ids may have holes (a view that hides vertices, a
/// graph from which vertices were removed), and [`contains_vertex`](Self::contains_vertex)
/// tells. The other methods of a graph may panic, or answer with nothing, when they are
/// given a number that is not a vertex.
pub trait Vertices {
    /// The iterator that [`vertices`](Self::vertices) returns.
    type Vertices<'a>: Iterator<Item = VertexId>
    where
        Self: 'a;

    /// A number above every vertex id, at most [`MAX_VERTICES`](crate::MAX_VERTICES):
    /// the size of a side table. Constant time.
    fn vertex_bound(&self) -> usize;

    /// How many vertices there are.
    fn vertex_count(&self) -> usize;

    /// Whether the number `v` is a vertex of this graph. Constant time.
    fn contains_vertex(&self, v: VertexId) -> bool;

    /// The vertices, each once.
    fn vertices(&self) -> Self::Vertices<'_>;
}

/// Promises that the ids have no holes: the vertices are exactly the numbers below
/// [`vertex_bound`](Vertices::vertex_bound).
pub trait DenseVertices: Vertices {}

/// A graph that can list where the edges of a vertex go.
pub trait Successors: Vertices {
    /// The iterator that [`successors`](Self::successors) returns.
    type Successors<'a>: Iterator<Item = VertexId>
    where
        Self: 'a;

    /// The heads of the edges that leave `v`: a vertex appears once for each parallel
    /// edge to it.
    fn successors(&self, v: VertexId) -> Self::Successors<'_>;

    /// The same edges as bare slices, when that is how the graph keeps them and its ids have
    /// no holes. Constant time. Algorithms are faster with it, their results the same.
    fn rows(&self) -> Option<Rows<'_>> {
        None
    }
}

/// A graph that can list where the edges into a vertex come from.
pub trait Predecessors: Vertices {
    /// The iterator that [`predecessors`](Self::predecessors) returns.
    type Predecessors<'a>: Iterator<Item = VertexId>
    where
        Self: 'a;

    /// The tails of the edges that enter `v`: a vertex appears once for each parallel
    /// edge from it.
    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_>;

    /// The edges turned round, as bare slices: [`Successors::rows`] of the reversed graph.
    /// Makes the backward direction when the graph makes that on demand.
    fn back_rows(&self) -> Option<Rows<'_>> {
        None
    }
}

/// A directed graph. Parallel edges and self-loops are kept.
///
/// Whoever implements this trait and the small ones under it has every algorithm of
/// the crate as a method. [`Heads`] and [`Tails`] save an implementor who only has
/// edges from writing the iterators of [`Successors`] and [`Predecessors`].
///
/// # Contract
/// [`out_edges`](Self::out_edges) and [`in_edges`](Self::in_edges) list the same edges,
/// each once in either direction, with the ids below [`edge_bound`](Self::edge_bound)
/// and different for different edges. [`Successors`] and [`Predecessors`] agree with them.
///
/// # Example
/// A graph that is computed: the divisors of a number point to its multiples.
///
/// ```
/// use refcycle_core::*;
///
/// struct Multiples(u32);
///
/// impl Vertices for Multiples {
///     type Vertices<'a> = Box<dyn Iterator<Item = VertexId>>;
///     fn vertex_bound(&self) -> usize { self.0 as usize + 1 }
///     fn vertex_count(&self) -> usize { self.0 as usize }
///     fn contains_vertex(&self, v: VertexId) -> bool { (1..=self.0).contains(&v.number()) }
///     fn vertices(&self) -> Self::Vertices<'_> { Box::new((1..=self.0).map(VertexId::new)) }
/// }
/// impl Multiples {
///     fn edge(&self, tail: u32, head: u32) -> Edge {
///         Edge { id: EdgeId::new(tail * self.0 + head), tail: tail.into(), head: head.into() }
///     }
/// }
/// impl IDirectedGraph for Multiples {
///     type OutEdges<'a> = Box<dyn Iterator<Item = Edge> + 'a>;
///     type InEdges<'a> = Box<dyn Iterator<Item = Edge> + 'a>;
///     fn edge_bound(&self) -> usize { (self.0 * (self.0 + 1)) as usize + 1 }
///     fn edge_count(&self) -> usize { self.vertices().map(|v| self.out_edges(v).count()).sum() }
///     fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_> {
///         let n = v.number();
///         Box::new((2 * n..=self.0).step_by(n as usize).map(move |m| self.edge(n, m)))
///     }
///     fn in_edges(&self, v: VertexId) -> Self::InEdges<'_> {
///         let n = v.number();
///         Box::new((1..n).filter(move |d| n % d == 0).map(move |d| self.edge(d, n)))
///     }
/// }
/// impl Successors for Multiples {
///     type Successors<'a> = Heads<<Self as IDirectedGraph>::OutEdges<'a>>;
///     fn successors(&self, v: VertexId) -> Self::Successors<'_> { Heads::new(self.out_edges(v)) }
/// }
/// impl Predecessors for Multiples {
///     type Predecessors<'a> = Tails<<Self as IDirectedGraph>::InEdges<'a>>;
///     fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_> { Tails::new(self.in_edges(v)) }
/// }
///
/// let graph = Multiples(12);
/// let mut divisors: Vec<_> = graph.ancestors(12.into(), None)?.vertices().iter().map(|v| v.number()).collect();
/// divisors.sort();
/// assert_eq!(divisors, [1, 2, 3, 4, 6, 12]);
/// assert_eq!(graph.strongly_connected_components().len(), 12);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub trait IDirectedGraph: Successors + Predecessors {
    /// The iterator that [`out_edges`](Self::out_edges) returns.
    type OutEdges<'a>: Iterator<Item = Edge>
    where
        Self: 'a;
    /// The iterator that [`in_edges`](Self::in_edges) returns.
    type InEdges<'a>: Iterator<Item = Edge>
    where
        Self: 'a;

    /// A number above every edge id, at most [`MAX_EDGES`](crate::MAX_EDGES). Constant
    /// time.
    fn edge_bound(&self) -> usize;

    /// How many edges there are, each parallel edge counted. A view may have to count
    /// them.
    fn edge_count(&self) -> usize;

    /// The edges that leave `v`.
    fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_>;

    /// The edges that enter `v`.
    fn in_edges(&self, v: VertexId) -> Self::InEdges<'_>;

    /// Where the edges of `v` go, once for each parallel edge.
    fn children(&self, v: VertexId) -> Self::Successors<'_> {
        self.successors(v)
    }

    /// Where the edges into `v` come from, once for each parallel edge.
    fn parents(&self, v: VertexId) -> Self::Predecessors<'_> {
        self.predecessors(v)
    }

    /// Every edge of the graph, grouped by its tail.
    fn references(&self) -> impl Iterator<Item = Edge> + '_ {
        self.vertices().flat_map(|v| self.out_edges(v))
    }

    /// What can be reached from `start`, itself included, in at most `generations`
    /// steps; see [`algo::descendants`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn descendants(&self, start: VertexId, generations: Option<usize>) -> Result<Reached, Error> {
        algo::descendants(self, [start], generations)
    }

    /// What `start` can be reached from, itself included, in at most `generations`
    /// steps; see [`algo::ancestors`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn ancestors(&self, start: VertexId, generations: Option<usize>) -> Result<Reached, Error> {
        algo::ancestors(self, [start], generations)
    }

    /// The vertices of a shortest path, both ends included, searched from both; see
    /// [`algo::bidirectional_shortest_path`]. A graph that makes its backward direction on
    /// demand makes it now, as for [`ancestors`](Self::ancestors); [`algo::shortest_path`]
    /// does without.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn shortest_path(
        &self,
        start: VertexId,
        end: VertexId,
    ) -> Result<Option<Vec<VertexId>>, Error> {
        algo::bidirectional_shortest_path(self, start, end)
    }

    /// The vertices of a shortest cycle through `v`, which comes first, searched both ways;
    /// see [`algo::bidirectional_shortest_cycle`]. A graph that makes its backward direction
    /// on demand makes it now; [`algo::shortest_cycle`] does without.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn shortest_cycle(&self, v: VertexId) -> Result<Option<Vec<VertexId>>, Error> {
        algo::bidirectional_shortest_cycle(self, v)
    }

    /// The immediate dominators of what `start` reaches; see [`algo::dominators`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn dominators(&self, start: VertexId) -> Result<Dominators, Error> {
        algo::dominators(self, [start])
    }

    /// The length of a shortest cycle of the graph; see [`algo::girth`].
    fn girth(&self) -> Option<usize> {
        algo::girth(self)
    }

    /// The vertices of a shortest cycle of the graph; see [`algo::minimum_cycle`].
    fn minimum_cycle(&self) -> Option<Vec<VertexId>> {
        algo::minimum_cycle(self)
    }

    /// The simple cycles, shortest first, found one by one; see [`algo::simple_cycles`].
    fn simple_cycles(&self) -> SimpleCycles {
        algo::simple_cycles(self)
    }

    /// The simple cycles through `v`, shortest first, found one by one; see
    /// [`algo::simple_cycles_through`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn simple_cycles_through(&self, v: VertexId) -> Result<SimpleCycles, Error> {
        algo::simple_cycles_through(self, v)
    }

    /// Few edges without which the graph has no cycle; see [`algo::feedback_arc_set`],
    /// which also takes weights.
    fn feedback_arc_set(&self) -> FeedbackArcSet {
        algo::feedback_arc_set(self, &FeedbackArcOptions::new()).expect("only weights can be wrong")
    }

    /// The strongly connected components in reverse topological order; see
    /// [`algo::strongly_connected_components`].
    fn strongly_connected_components(&self) -> Components {
        algo::strongly_connected_components(self)
    }

    /// The strongly connected components with one edge between two of them that are
    /// joined by an edge; see [`algo::condensation`].
    fn condensation(&self) -> Condensation {
        algo::condensation(self, ParallelEdges::Merge)
    }

    /// The numbers of the components that no other component reaches; see
    /// [`Components::sources`].
    fn source_components(&self) -> (Components, Vec<u32>) {
        let components = self.strongly_connected_components();
        let sources = components.sources(self);
        (components, sources)
    }

    /// The numbers of the components that reach no other component; see
    /// [`Components::sinks`].
    fn sink_components(&self) -> (Components, Vec<u32>) {
        let components = self.strongly_connected_components();
        let sinks = components.sinks(self);
        (components, sinks)
    }

    /// The vertices on the ways from `start` to `end`, of at most `generations` edges; see
    /// [`algo::between`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn between(
        &self,
        start: VertexId,
        end: VertexId,
        generations: Option<usize>,
    ) -> Result<Vec<VertexId>, Error> {
        algo::between(self, [start], [end], generations)
    }

    /// The vertices, each before all those that it reaches; see
    /// [`algo::topological_order`].
    ///
    /// # Errors
    /// [`NotAcyclic`], with a cycle.
    fn topological_order(&self) -> Result<Vec<VertexId>, NotAcyclic> {
        algo::topological_order(self)
    }

    /// The vertices by the length of the longest path to them; see
    /// [`algo::topological_levels`].
    ///
    /// # Errors
    /// [`NotAcyclic`], with a cycle.
    fn topological_levels(&self) -> Result<Levels, NotAcyclic> {
        algo::topological_levels(self)
    }

    /// The graph without the edges that others imply; see [`algo::transitive_reduction`].
    ///
    /// # Errors
    /// [`NotAcyclic`], with a cycle.
    fn transitive_reduction(&self) -> Result<CsrGraph, NotAcyclic> {
        algo::transitive_reduction(self)
    }

    /// The pieces into which the graph falls when the direction of edges does not count;
    /// see [`algo::weakly_connected_components`].
    fn weakly_connected_components(&self) -> WeakComponents {
        algo::weakly_connected_components(self)
    }

    /// What reaches the largest strongly connected component, what is reached from it, and
    /// the rest; see [`algo::bow_tie`].
    fn bow_tie(&self) -> BowTie {
        algo::bow_tie(self)
    }

    /// The subgraph of these vertices and all edges between them, in a compact form
    /// that remembers this graph's ids; see [`Subgraph::induced`].
    fn full_subgraph(&self, vertices: impl IntoIterator<Item = VertexId>) -> Subgraph
    where
        Self: Sized,
    {
        Subgraph::induced(self, vertices)
    }

    /// The same graph with every edge turned round; copies nothing.
    fn reversed(&self) -> Reversed<'_, Self> {
        Reversed::new(self)
    }

    /// The same graph without the vertices that are not in `mask`; copies nothing.
    fn masked<'a>(&'a self, mask: &'a VertexSet) -> Masked<'a, Self> {
        Masked::new(self, mask)
    }
}

/// Whether a number that a caller gives is a vertex.
pub(crate) fn check_vertex<G: Vertices + ?Sized>(graph: &G, v: VertexId) -> Result<(), Error> {
    if v.index() < graph.vertex_bound() && graph.contains_vertex(v) {
        Ok(())
    } else {
        Err(Error::not_a_vertex(v))
    }
}

/// The heads of edges: makes [`Successors`] of the edges that leave a vertex.
#[derive(Clone, Debug)]
pub struct Heads<I>(I);

/// The tails of edges: makes [`Predecessors`] of the edges that enter a vertex.
#[derive(Clone, Debug)]
pub struct Tails<I>(I);

macro_rules! edge_ends {
    ($name:ident, $end:ident) => {
        impl<I: Iterator<Item = Edge>> $name<I> {
            /// Wraps an iterator of edges.
            #[inline]
            pub fn new(edges: I) -> Self {
                Self(edges)
            }
        }

        impl<I: Iterator<Item = Edge>> Iterator for $name<I> {
            type Item = VertexId;

            #[inline]
            fn next(&mut self) -> Option<VertexId> {
                self.0.next().map(|edge| edge.$end)
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl<I: ExactSizeIterator<Item = Edge>> ExactSizeIterator for $name<I> {}
        impl<I: FusedIterator<Item = Edge>> FusedIterator for $name<I> {}
    };
}

edge_ends!(Heads, head);
edge_ends!(Tails, tail);
