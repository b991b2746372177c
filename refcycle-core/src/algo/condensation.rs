//! The graph of the strongly connected components.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::dedup_rows::RowDedup;
use super::scc::strongly_connected_components_watched;
use super::{Components, Levels, topological_levels, transitive_reduction};
use crate::watch::Meter;
use crate::{CsrGraph, Input, Successors, VertexId, Watch};

/// How to treat several edges between the same two components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParallelEdges {
    /// Keep each as an edge of the condensation.
    Keep,
    /// Merge them into one.
    Merge,
}

/// The strongly connected components of a graph, and the acyclic graph of the edges between them.
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// The vertices of the condensation in topological order: each before all vertices that it
    /// reaches.
    pub fn topological_order(&self) -> impl DoubleEndedIterator<Item = VertexId> {
        self.components.topological_order().map(VertexId::new)
    }

    /// The components by level: each is one level above the highest component that has an edge to
    /// it. These are levels for a graph with cycles; see
    /// [`topological_levels`](super::topological_levels).
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrGraph, VertexId, algo::{self, ParallelEdges}};
    /// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 0), (1, 2), (2, 3), (0, 3)])?;
    /// let condensation = algo::condensation(&graph, ParallelEdges::Merge);
    /// let levels = condensation.levels();
    /// let number = condensation.components().component_of(VertexId::new(3)).unwrap();
    /// assert_eq!(levels.level_of(number.into()), Some(2));
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn levels(&self) -> Levels {
        topological_levels(&self.graph).expect("a condensation has no cycle")
    }

    /// The condensation's graph without redundant edges; see
    /// [`transitive_reduction`](super::transitive_reduction).
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrGraph, IDirectedGraph, algo::{self, ParallelEdges}};
    /// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 0), (1, 2), (2, 3), (0, 3)])?;
    /// let condensation = algo::condensation(&graph, ParallelEdges::Merge);
    /// assert_eq!(condensation.graph().edge_count(), 3);
    /// assert_eq!(condensation.transitive_reduction().edge_count(), 2);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn transitive_reduction(&self) -> CsrGraph {
        transitive_reduction(&self.graph).expect("a condensation has no cycle")
    }

    /// Returns the components and the graph.
    pub fn into_parts(self) -> (Components, CsrGraph) {
        (self.components, self.graph)
    }
}

/// Contracts each strongly connected component of a graph into one vertex. Edges within
/// a component vanish.
///
/// The edges of a component are in the order of its vertices, and those of a vertex keep their
/// order. Of merged edges, the first is kept.
///
/// # Complexity
/// O(vertices + edges) time. Besides the result and the memory for finding the components, it
/// needs no memory, or 4 bytes per component if edges are merged and a component has more than a
/// few edges.
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
pub fn condensation<I: Input<Graph: Successors>>(
    graph: I,
    parallel: ParallelEdges,
) -> I::Flow<Condensation> {
    graph.run(|graph, watch| condensation_watched(graph, parallel, watch))
}

pub(crate) fn condensation_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    parallel: ParallelEdges,
    watch: &mut W,
) -> ControlFlow<W::Stop, Condensation> {
    let components = strongly_connected_components_watched(graph, watch)?;
    let graph = match graph.rows() {
        Some(rows) => contract(&rows, rows.heads().len(), &components, parallel, watch)?,
        None => contract(graph, 0, &components, parallel, watch)?,
    };
    ControlFlow::Continue(Condensation { components, graph })
}

/// `edges` is the number of edges, as far as it is known.
fn contract<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    edges: usize,
    components: &Components,
    parallel: ParallelEdges,
    watch: &mut W,
) -> ControlFlow<W::Stop, CsrGraph> {
    let mut meter = Meter::new(watch);
    let mut offsets = Vec::with_capacity(components.len() + 1);
    // Pages that are never written cost nothing; copying a growing vector would.
    let mut heads = Vec::with_capacity(edges);
    let mut dedup = RowDedup::new(components.len());
    offsets.push(0);
    for (tail, members) in components.iter().enumerate() {
        let tail = tail as u32;
        dedup.start_row(&heads);
        for &v in members {
            meter.step()?;
            for w in graph.successors(v) {
                let head = components.number(w);
                if head == tail {
                    continue;
                }
                match parallel {
                    ParallelEdges::Keep => heads.push(head),
                    ParallelEdges::Merge => dedup.push(&mut heads, head),
                }
            }
        }
        offsets.push(heads.len() as u32);
    }
    // A graph that breaks its contract may list vertices that it did not list before. They have
    // the highest component number, so they are detected only here.
    let count = components.len();
    let stray = heads
        .iter()
        .fold(false, |any, &head| any | (head as usize >= count));
    assert!(!stray, "a graph must list the same vertices each time");
    ControlFlow::Continue(CsrGraph::trusted(offsets, heads))
}
