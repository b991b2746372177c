//! A graph whose edges have ids, over one that knows only its successors.

use crate::graphs::{InEdges, Neighbours, Transposed, row, transposed_ids};
use crate::offsets::{check_rows, check_sizes, check_vertex_count};
use crate::once_lock::OnceLock;
use crate::{
    DenseVertices, Edge, EdgeId, Error, IDirectedGraph, Predecessors, Rows, Successors, VertexId,
    Vertices,
};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

/// A view of a graph that gives its edges ids, so that a graph file, a
/// [`WideCsrGraph`](crate::WideCsrGraph), [`Rows`] or any other graph that knows its successors is
/// an [`IDirectedGraph`] and can run the algorithms on edges: feedback arcs, edge dominators, the
/// edges of a cycle, subgraphs. Vertex ids are the same.
///
/// The edges are numbered from 0 without holes: by ascending tail, and those of a vertex in the
/// order of its successors. So the ids are the same each time, and the same as in the copy that
/// [`CsrGraph::from_successors`](crate::CsrGraph::from_successors) makes; in a graph of rows, the
/// id of an edge is its position in the heads, and in the edge weights of a graph file.
///
/// # Memory
/// 4 bytes per vertex, or nothing if the graph has [rows](Successors::rows). 4 bytes per vertex
/// and 4 per edge more once predecessors have been used, and 4 per edge once incoming edges
/// have been used; while these are computed, a graph without rows needs another 4 per edge. A copy
/// as a [`CsrGraph`](crate::CsrGraph) takes 4 bytes per edge more, and algorithms are faster on it.
///
/// # Panics
/// The methods may panic if the graph lists other edges later.
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, EdgeId, IDirectedGraph, WideCsrGraph};
/// let graph = WideCsrGraph::from_edges_twice(3, [(0, 1), (1, 2), (2, 0), (1, 0)])?;
/// let graph = graph.with_edges()?;
/// // Without the edge from 0 to 1, the graph has no cycle.
/// assert_eq!(graph.on_every_cycle()?.edges, [graph.edge(EdgeId::new(0))]);
/// assert_eq!(graph.edge_count(), 4);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct WithEdges<'g, G: ?Sized> {
    graph: &'g G,
    /// The id of the first edge of each vertex id, and the number of edges.
    firsts: Cow<'g, [u32]>,
    back: OnceLock<Transposed<u32>>,
    back_ids: OnceLock<Vec<EdgeId>>,
}

/// What a graph that changes is told.
const CHANGED: &str = "a graph must list the same edges each time";

impl<'g, G: Successors + ?Sized> WithEdges<'g, G> {
    pub(crate) fn new(graph: &'g G) -> Result<Self, Error> {
        let firsts = match graph.rows() {
            Some(rows) => Cow::Borrowed(rows.offsets()),
            None => Cow::Owned(counted(graph)?),
        };
        Ok(Self {
            graph,
            firsts,
            back: OnceLock::new(),
            back_ids: OnceLock::new(),
        })
    }

    /// The tail of an edge, by binary search.
    ///
    /// # Panics
    /// If `edge` is not below the number of edges.
    pub fn tail(&self, edge: EdgeId) -> VertexId {
        assert!(
            edge.index() < self.edge_bound(),
            "edge {edge} is not in the graph"
        );
        VertexId::from_index(self.firsts.partition_point(|&first| first <= edge.number()) - 1)
    }

    /// Both ends of an edge: a binary search for its tail, whose successors are then visited up to
    /// this edge.
    ///
    /// # Panics
    /// If `edge` is not below the number of edges.
    pub fn edge(&self, edge: EdgeId) -> Edge {
        let tail = self.tail(edge);
        let position = edge.number() - self.firsts[tail.index()];
        let mut heads = self.graph.successors(tail);
        Edge {
            id: edge,
            tail,
            head: heads.nth(position as usize).expect(CHANGED),
        }
    }

    /// The head of each edge: the graph's rows, or a copy that has been checked.
    fn heads(&self) -> Cow<'_, [u32]> {
        if let Some(rows) = self.graph.rows() {
            assert!(rows.offsets() == &*self.firsts, "{CHANGED}");
            return Cow::Borrowed(rows.heads());
        }
        let mut heads = Vec::with_capacity(self.edge_bound());
        for (row, v) in self.firsts.windows(2).zip(0..) {
            // Not asked of a hole.
            if row[0] < row[1] {
                heads.extend(
                    self.graph
                        .successors(VertexId::new(v))
                        .map(VertexId::number),
                );
            }
            assert!(heads.len() == row[1] as usize, "{CHANGED}");
        }
        check_rows(&self.firsts, &heads).expect("the head of an edge is a vertex");
        Cow::Owned(heads)
    }

    fn back(&self) -> &Transposed<u32> {
        self.back
            .get_or_init(|| Transposed::new(&self.firsts, &self.heads()))
    }

    fn back_ids(&self) -> &[EdgeId] {
        self.back_ids
            .get_or_init(|| transposed_ids(&self.back().offsets, &self.heads()))
    }
}

/// The number of edges of the vertex ids below each.
fn counted<G: Successors + ?Sized>(graph: &G) -> Result<Vec<u32>, Error> {
    let bound = graph.vertex_bound();
    check_vertex_count(bound)?;
    let mut firsts = Vec::with_capacity(bound + 1);
    let mut count = 0_usize;
    firsts.push(0);
    for v in (0..bound).map(VertexId::from_index) {
        if graph.contains_vertex(v) {
            count = count.saturating_add(graph.successors(v).count());
        }
        check_sizes::<u32>(bound, count)?;
        firsts.push(count as u32);
    }
    Ok(firsts)
}

impl<G: Successors + ?Sized> fmt::Debug for WithEdges<'_, G> {
    /// Prints the sizes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithEdges")
            .field("vertices", &self.vertex_count())
            .field("edges", &self.edge_count())
            .finish_non_exhaustive()
    }
}

impl<G: Vertices + ?Sized> Vertices for WithEdges<'_, G> {
    #[inline]
    fn vertex_bound(&self) -> usize {
        self.firsts.len() - 1
    }

    fn vertex_count(&self) -> usize {
        self.graph.vertex_count()
    }

    #[inline]
    fn contains_vertex(&self, v: VertexId) -> bool {
        v.index() < self.vertex_bound() && self.graph.contains_vertex(v)
    }

    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.graph.vertices()
    }
}

impl<G: DenseVertices + ?Sized> DenseVertices for WithEdges<'_, G> {}

impl<G: Successors + ?Sized> Successors for WithEdges<'_, G> {
    type Successors<'a>
        = G::Successors<'a>
    where
        Self: 'a;

    #[inline]
    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        self.graph.successors(v)
    }

    fn rows(&self) -> Option<Rows<'_>> {
        self.graph.rows()
    }
}

impl<G: Successors + ?Sized> Predecessors for WithEdges<'_, G> {
    type Predecessors<'a>
        = Neighbours<'a>
    where
        Self: 'a;

    #[inline]
    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_> {
        let back = self.back();
        Neighbours::new(&back.tails[row(&back.offsets, v)])
    }

    fn back_rows(&self) -> Option<Rows<'_>> {
        // Only a graph without holes has rows.
        self.graph.rows()?;
        let back = self.back();
        Some(Rows::trusted(&back.offsets, &back.tails, None))
    }
}

impl<G: Successors + ?Sized> IDirectedGraph for WithEdges<'_, G> {
    type OutEdges<'a>
        = NumberedEdges<G::Successors<'a>>
    where
        Self: 'a;
    type InEdges<'a>
        = InEdges<'a>
    where
        Self: 'a;

    #[inline]
    fn edge_bound(&self) -> usize {
        self.firsts[self.firsts.len() - 1] as usize
    }

    #[inline]
    fn edge_count(&self) -> usize {
        self.edge_bound()
    }

    #[inline]
    fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_> {
        NumberedEdges {
            tail: v,
            ids: self.firsts[v.index()]..self.firsts[v.index() + 1],
            heads: self.graph.successors(v),
        }
    }

    fn in_edges(&self, v: VertexId) -> Self::InEdges<'_> {
        let back = self.back();
        let range = row(&back.offsets, v);
        InEdges::new(v, &self.back_ids()[range.clone()], &back.tails[range])
    }
}

/// The successors of a vertex of a [`WithEdges`] as edges, by ascending id.
#[derive(Clone, Debug)]
pub struct NumberedEdges<I> {
    tail: VertexId,
    /// A graph that changes has no more edges than were counted.
    ids: Range<u32>,
    heads: I,
}

impl<I: Iterator<Item = VertexId>> Iterator for NumberedEdges<I> {
    type Item = Edge;

    #[inline]
    fn next(&mut self) -> Option<Edge> {
        let id = self.ids.next()?;
        Some(Edge {
            id: id.into(),
            tail: self.tail,
            head: self.heads.next()?,
        })
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let most = self.ids.len();
        (self.heads.size_hint().0.min(most), Some(most))
    }
}
