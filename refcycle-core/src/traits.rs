//! The definition of a graph: small traits for capabilities, and [`IDirectedGraph`] over them.
//!
//! An algorithm requires only what it needs. [`Successors`] is enough for components, descendants
//! and paths, so that a graph that knows only its outgoing edges can run them. A graph that also
//! knows its edges by id and in both directions is an [`IDirectedGraph`] and can run every
//! algorithm. [`Algorithms`](crate::Algorithms) has the algorithms as methods.

use core::iter::FusedIterator;

use crate::{Edge, Error, Rows, VertexId};

/// A set of vertices with dense ids.
///
/// A type whose vertices are all numbers below a bound needs only
/// [`vertex_bound`](Self::vertex_bound), and should also have
/// [`vertex_count`](Self::vertex_count), which is otherwise counted.
///
/// # Contract
/// Every vertex is a number below [`vertex_bound`](Self::vertex_bound). A number below the bound
/// need not be a vertex: ids may have holes (a view that hides vertices, a graph from which
/// vertices were removed), see [`contains_vertex`](Self::contains_vertex). The other methods of a
/// graph may panic or return nothing for a number that is not a vertex.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a graph of `refcycle_core`",
    label = "`Vertices` is not implemented",
    note = "implement `Vertices`, and `Successors` for most algorithms, for a graph of your own",
    note = "a graph of petgraph goes in `interop::petgraph::FromPetgraph`, slices of offsets and heads in `Rows`"
)]
pub trait Vertices {
    /// A number above every vertex id, at most [`MAX_VERTICES`](crate::MAX_VERTICES):
    /// the size of a side table. Constant time.
    fn vertex_bound(&self) -> usize;

    /// The number of vertices. Unless it is implemented, they are counted.
    fn vertex_count(&self) -> usize {
        self.vertices().count()
    }

    /// Whether the number `v` is a vertex of this graph: every number below the bound, unless it
    /// is implemented. Constant time.
    fn contains_vertex(&self, v: VertexId) -> bool {
        v.index() < self.vertex_bound()
    }

    /// The vertices, each once: the numbers below the bound that are vertices, unless it is
    /// implemented.
    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        let numbers = (0..self.vertex_bound()).map(VertexId::from_index);
        numbers.filter(|&v| self.contains_vertex(v))
    }
}

/// Promises that the ids have no holes: the vertices are exactly the numbers below
/// [`vertex_bound`](Vertices::vertex_bound).
#[diagnostic::on_unimplemented(
    message = "the ids of `{Self}` may have holes",
    note = "implement `DenseVertices` if the vertices are exactly the numbers below `vertex_bound`",
    note = "`CsrGraph::from_successors` copies any graph into one without holes"
)]
pub trait DenseVertices: Vertices {}

/// A graph that can list the heads of the edges that leave a vertex.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not list its successors",
    label = "this needs the successors of a vertex",
    note = "implement `Successors` for it"
)]
pub trait Successors: Vertices {
    /// The iterator that [`successors`](Self::successors) returns.
    type Successors<'a>: Iterator<Item = VertexId>
    where
        Self: 'a;

    /// The heads of the edges that leave `v`: a vertex appears once for each parallel
    /// edge to it.
    fn successors(&self, v: VertexId) -> Self::Successors<'_>;

    /// The same edges as slices, if the graph stores them in this form and its ids have no holes.
    /// Constant time. Algorithms are faster with it; their results are the same.
    fn rows(&self) -> Option<Rows<'_>> {
        None
    }
}

/// A graph that can list the tails of the edges that enter a vertex.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not list its predecessors",
    label = "this needs the predecessors of a vertex",
    note = "implement `Predecessors` for it, or copy it with `CsrGraph::from_successors`, whose copy knows both directions",
    note = "`shortest_path` and `shortest_cycle` need only successors; those that begin with `bidirectional` need both"
)]
pub trait Predecessors: Vertices {
    /// The iterator that [`predecessors`](Self::predecessors) returns.
    type Predecessors<'a>: Iterator<Item = VertexId>
    where
        Self: 'a;

    /// The tails of the edges that enter `v`: a vertex appears once for each parallel
    /// edge from it.
    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_>;

    /// The reversed edges as slices: [`Successors::rows`] of the reversed graph. A graph that
    /// computes its backward direction on demand computes it now.
    fn back_rows(&self) -> Option<Rows<'_>> {
        None
    }
}

/// A directed graph, which may have parallel edges and self-loops.
///
/// A type that implements this trait and the small ones below it has every algorithm of the crate
/// as a method, through [`Algorithms`](crate::Algorithms). With [`Heads`] and [`Tails`], an
/// implementor that has only edges need not write the iterators of [`Successors`] and
/// [`Predecessors`].
///
/// # Contract
/// [`out_edges`](Self::out_edges) and [`in_edges`](Self::in_edges) list the same edges, each once
/// per direction. Their ids are unique and below [`edge_bound`](Self::edge_bound). [`Successors`]
/// and [`Predecessors`] agree with them.
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
///     fn vertex_bound(&self) -> usize { self.0 as usize + 1 }
///     fn vertex_count(&self) -> usize { self.0 as usize }
///     fn contains_vertex(&self, v: VertexId) -> bool { (1..=self.0).contains(&v.number()) }
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
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know its edges by id",
    label = "this needs the edges of a vertex in both directions",
    note = "its view `Algorithms::with_edges` knows them, as does a copy, `CsrGraph::from_successors`; or implement `IDirectedGraph` for it"
)]
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

    /// The number of edges, counting each parallel edge. A view may have to count them.
    fn edge_count(&self) -> usize;

    /// The edges that leave `v`.
    fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_>;

    /// The edges that enter `v`.
    fn in_edges(&self, v: VertexId) -> Self::InEdges<'_>;
}

/// Every edge of a graph, grouped by its tail.
pub(crate) fn edges<G: IDirectedGraph + ?Sized>(graph: &G) -> impl Iterator<Item = Edge> + '_ {
    graph.vertices().flat_map(|v| graph.out_edges(v))
}

/// Checks that a number given by a caller is a vertex.
pub(crate) fn check_vertex<G: Vertices + ?Sized>(graph: &G, v: VertexId) -> Result<(), Error> {
    if v.index() < graph.vertex_bound() && graph.contains_vertex(v) {
        Ok(())
    } else {
        Err(Error::not_a_vertex(v))
    }
}

/// The heads of edges: derives [`Successors`] from the edges that leave a vertex.
#[derive(Clone, Debug)]
pub struct Heads<I>(I);

/// The tails of edges: derives [`Predecessors`] from the edges that enter a vertex.
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
