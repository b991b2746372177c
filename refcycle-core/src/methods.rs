//! The algorithms as methods of every graph.

use alloc::vec::Vec;

use crate::algo::{
    self, BowTie, Components, Condensation, Dominators, FeedbackOptions, FeedbackSet, Levels,
    NotAcyclic, OnEveryCycle, ParallelEdges, Reached, SimpleCycles, Split, VertexGroups,
};
use crate::traits::edges;
use crate::views::{Masked, Reversed, Subgraph, WithEdges};
use crate::{
    CsrGraph, Edge, EdgeId, Error, IDirectedGraph, Predecessors, Successors, VertexId, VertexSet,
    Vertices,
};

/// The algorithms of [`algo`] as methods.
///
/// Every graph implements this trait: import it to use the methods. Each requires the capability
/// that its algorithm needs, so a graph that knows only its successors has most of them. A method
/// does what the function with the same name does for `&graph`; with a [`Run`](crate::Run), the
/// function can also be stopped, reuse memory, and take options.
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, CsrGraph, VertexId};
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 0)])?;
/// assert_eq!(graph.strongly_connected_components().len(), 1);
/// assert_eq!(graph.shortest_path(VertexId::new(0), VertexId::new(2))?.unwrap().len(), 3);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub trait Algorithms: Vertices {
    /// Finds the vertices that can be reached from `start`, itself included, in at most
    /// `generations` steps; see [`algo::descendants`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn descendants(&self, start: VertexId, generations: Option<usize>) -> Result<Reached, Error>
    where
        Self: Successors,
    {
        algo::descendants(self, [start], generations)
    }

    /// Finds the vertices that reach `start`, itself included, in at most `generations` steps;
    /// see [`algo::ancestors`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn ancestors(&self, start: VertexId, generations: Option<usize>) -> Result<Reached, Error>
    where
        Self: Predecessors,
    {
        algo::ancestors(self, [start], generations)
    }

    /// Whether a path leads from `start` to `end`; see [`algo::reaches`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn reaches(&self, start: VertexId, end: VertexId) -> Result<bool, Error>
    where
        Self: Successors,
    {
        algo::reaches(self, start, end)
    }

    /// Whether the graph has a cycle; see [`algo::is_cyclic`].
    fn is_cyclic(&self) -> bool
    where
        Self: Successors,
    {
        algo::is_cyclic(self)
    }

    /// The vertices of a shortest path from `start` to `end`, both included, by a forward search;
    /// see [`algo::shortest_path`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn shortest_path(&self, start: VertexId, end: VertexId) -> Result<Option<Vec<VertexId>>, Error>
    where
        Self: Successors,
    {
        algo::shortest_path(self, start, end)
    }

    /// The vertices of a shortest cycle through `v`, which comes first, by a forward search; see
    /// [`algo::shortest_cycle`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn shortest_cycle(&self, v: VertexId) -> Result<Option<Vec<VertexId>>, Error>
    where
        Self: Successors,
    {
        algo::shortest_cycle(self, v)
    }

    /// Like [`shortest_path`](Self::shortest_path), but searches from both ends, which visits far
    /// fewer vertices; see [`algo::bidirectional_shortest_path`]. A graph that computes its
    /// backward direction on demand computes it now, once.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn bidirectional_shortest_path(
        &self,
        start: VertexId,
        end: VertexId,
    ) -> Result<Option<Vec<VertexId>>, Error>
    where
        Self: Successors + Predecessors,
    {
        algo::bidirectional_shortest_path(self, start, end)
    }

    /// Like [`shortest_cycle`](Self::shortest_cycle), but searches in both directions; see
    /// [`algo::bidirectional_shortest_cycle`]. A graph that computes its backward direction on
    /// demand computes it now, once.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn bidirectional_shortest_cycle(&self, v: VertexId) -> Result<Option<Vec<VertexId>>, Error>
    where
        Self: Successors + Predecessors,
    {
        algo::bidirectional_shortest_cycle(self, v)
    }

    /// The immediate dominators of the vertices that `start` reaches; see [`algo::dominators`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    ///
    /// # Panics
    /// As for [`algo::dominators`].
    fn dominators(&self, start: VertexId) -> Result<Dominators, Error>
    where
        Self: Successors,
    {
        algo::dominators(self, [start])
    }

    /// The length of a shortest cycle of the graph; see [`algo::girth`].
    fn girth(&self) -> Option<usize>
    where
        Self: Successors,
    {
        algo::girth(self)
    }

    /// The vertices of a shortest cycle of the graph; see [`algo::minimum_cycle`].
    fn minimum_cycle(&self) -> Option<Vec<VertexId>>
    where
        Self: Successors,
    {
        algo::minimum_cycle(self)
    }

    /// An iterator over the simple cycles, shortest first; see [`algo::simple_cycles`].
    fn simple_cycles(&self) -> SimpleCycles
    where
        Self: Successors,
    {
        algo::simple_cycles(self)
    }

    /// An iterator over the simple cycles through `v`, shortest first; see
    /// [`algo::simple_cycles_through`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn simple_cycles_through(&self, v: VertexId) -> Result<SimpleCycles, Error>
    where
        Self: Successors,
    {
        algo::simple_cycles_through(self, v)
    }

    /// A small set of edges without which the graph has no cycle; see [`algo::feedback_arc_set`],
    /// which also takes weights.
    fn feedback_arc_set(&self) -> FeedbackSet<EdgeId>
    where
        Self: IDirectedGraph,
    {
        algo::feedback_arc_set(self, &FeedbackOptions::default())
            .expect("only weights can be wrong")
    }

    /// The strongly connected components in reverse topological order; see
    /// [`algo::strongly_connected_components`].
    fn strongly_connected_components(&self) -> Components
    where
        Self: Successors,
    {
        algo::strongly_connected_components(self)
    }

    /// The acyclic graph of the strongly connected components, with parallel edges merged; see
    /// [`algo::condensation`].
    fn condensation(&self) -> Condensation
    where
        Self: Successors,
    {
        algo::condensation(self, ParallelEdges::Merge)
    }

    /// The graph together with its strongly connected components, to ask which of them are cycles,
    /// sources or sinks, and for their subgraphs; see [`Split`].
    fn split(&self) -> Split<'_, Self>
    where
        Self: Successors,
    {
        Split::of(self, self.strongly_connected_components())
    }

    /// The vertices on the paths from `start` to `end`, of at most `generations` edges; see
    /// [`algo::between`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn between(
        &self,
        start: VertexId,
        end: VertexId,
        generations: Option<usize>,
    ) -> Result<Vec<VertexId>, Error>
    where
        Self: Successors + Predecessors,
    {
        algo::between(self, [start], [end], generations)
    }

    /// The vertices in topological order: each before all vertices that it reaches; see
    /// [`algo::topological_order`].
    ///
    /// # Errors
    /// [`NotAcyclic`], with a cycle.
    fn topological_order(&self) -> Result<Vec<VertexId>, NotAcyclic>
    where
        Self: Successors,
    {
        algo::topological_order(self)
    }

    /// The vertices by the length of the longest path to them; see
    /// [`algo::topological_levels`].
    ///
    /// # Errors
    /// [`NotAcyclic`], with a cycle.
    fn topological_levels(&self) -> Result<Levels, NotAcyclic>
    where
        Self: Successors,
    {
        algo::topological_levels(self)
    }

    /// The graph without its redundant edges; see [`algo::transitive_reduction`].
    ///
    /// # Errors
    /// [`NotAcyclic`], with a cycle.
    fn transitive_reduction(&self) -> Result<CsrGraph, NotAcyclic>
    where
        Self: Successors,
    {
        algo::transitive_reduction(self)
    }

    /// The connected components if the direction of edges is ignored; see
    /// [`algo::weakly_connected_components`].
    fn weakly_connected_components(&self) -> VertexGroups
    where
        Self: Successors,
    {
        algo::weakly_connected_components(self)
    }

    /// The vertices by their position relative to the largest strongly connected component; see
    /// [`algo::bow_tie`].
    fn bow_tie(&self) -> BowTie
    where
        Self: Successors,
    {
        algo::bow_tie(self)
    }

    /// The subgraph of these vertices, in their order and without duplicates, and all edges
    /// between them, in a compact form that remembers this graph's ids; see
    /// [`Subgraph::induced`] for the cost.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    fn full_subgraph(&self, vertices: impl IntoIterator<Item = VertexId>) -> Result<Subgraph, Error>
    where
        Self: IDirectedGraph + Sized,
    {
        Subgraph::checked(self, vertices)
    }

    /// Every edge of the graph, grouped by its tail.
    fn edges(&self) -> impl Iterator<Item = Edge> + '_
    where
        Self: IDirectedGraph,
    {
        edges(self)
    }

    /// A view of the graph with every edge reversed; copies nothing.
    fn reversed(&self) -> Reversed<'_, Self> {
        Reversed::new(self)
    }

    /// A view of the graph whose edges have ids, for the algorithms on edges; see
    /// [`WithEdges`].
    ///
    /// # Errors
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges) for more than
    /// [`MAX_EDGES`](crate::MAX_EDGES) edges;
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices) if the graph breaks its
    /// contract.
    ///
    /// # Complexity
    /// O(vertices + edges) time to count the edges; constant time if the graph has
    /// [rows](Successors::rows).
    fn with_edges(&self) -> Result<WithEdges<'_, Self>, Error>
    where
        Self: Successors,
    {
        WithEdges::new(self)
    }

    /// A view of the graph that shows only the vertices in `mask`; copies nothing. See
    /// [`Masked`].
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) unless the bound of the mask
    /// is that of the graph.
    fn masked<'a>(&'a self, mask: &'a VertexSet) -> Result<Masked<'a, Self>, Error> {
        Masked::checked(self, mask)
    }

    /// The largest groups of vertices that no single edge separates; see
    /// [`algo::two_edge_connected_blocks`].
    fn two_edge_connected_blocks(&self) -> VertexGroups
    where
        Self: Successors,
    {
        algo::two_edge_connected_blocks(self)
    }

    /// The largest subgraphs of several vertices that are strongly connected, and stay so if any
    /// single edge is removed, by their vertices; see
    /// [`algo::two_edge_connected_components`].
    fn two_edge_connected_components(&self) -> VertexGroups
    where
        Self: Successors,
    {
        algo::two_edge_connected_components(self)
    }

    /// The largest subgraphs of at least three vertices that are strongly connected, and stay so if
    /// any single vertex is removed, by their vertices; see
    /// [`algo::two_vertex_connected_components`].
    fn two_vertex_connected_components(&self) -> VertexGroups
    where
        Self: Successors,
    {
        algo::two_vertex_connected_components(self)
    }

    /// Few vertices without which the graph has no cycle, of weight 1 each; see
    /// [`algo::feedback_vertex_set`], which also takes weights and limits.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices) or
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges) if there are more than two billion
    /// vertices on cycles, or these and the edges between them are together more than
    /// [`MAX_EDGES`](crate::MAX_EDGES).
    fn feedback_vertex_set(&self) -> Result<FeedbackSet<VertexId>, Error>
    where
        Self: Successors,
    {
        algo::feedback_vertex_set(self, &FeedbackOptions::default())
    }

    /// The edges and the vertices that are on every cycle; see [`algo::on_every_cycle`].
    ///
    /// # Errors
    /// As for [`feedback_vertex_set`](Self::feedback_vertex_set).
    fn on_every_cycle(&self) -> Result<OnEveryCycle, Error>
    where
        Self: IDirectedGraph,
    {
        algo::on_every_cycle(self)
    }
}

impl<G: Vertices + ?Sized> Algorithms for G {}
