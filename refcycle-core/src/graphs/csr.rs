//! Compressed sparse rows: the heads of all edges in one array, sorted by tail.

use crate::once_lock::OnceLock;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use core::slice;

use super::edge_sort::{Transposed, transposed_ids};
use super::neighbours::{Neighbours, VertexRange, vertex_range};
use crate::offsets::{Offset, check_rows, check_sizes};
use crate::rows::{CsrRows, EdgeOffset, FirstRows, Rows};
use crate::{
    DenseVertices, Edge, EdgeId, Error, IDirectedGraph, Predecessors, Successors, VertexId,
    Vertices,
};

/// A graph in compressed sparse rows with edge ids: [`Csr`] with offsets of 32 bits.
///
/// It is an [`IDirectedGraph`] and can run every algorithm: most programs need no other graph.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, Predecessors, Successors, VertexId};
/// // Two parallel edges and a self-loop.
/// let graph = CsrGraph::from_edges(2, [(0, 1), (0, 1), (1, 1)])?;
/// assert_eq!(graph.successors(VertexId::new(0)).count(), 2);
/// assert_eq!(graph.predecessors(VertexId::new(1)).count(), 3);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub type CsrGraph = Csr<u32>;

/// A graph in compressed sparse rows that may have more than 2^32 edges: [`Csr`] with offsets of 64
/// bits.
///
/// The vertices still have ids of 32 bits. An edge is identified by its position in
/// [`heads`](Csr::heads), a number of 64 bits. As an [`EdgeId`] has 32 bits, this is not an
/// [`IDirectedGraph`]: it runs the algorithms that need only [`Successors`] and [`Predecessors`].
/// With fewer edges, a view gives them ids ([`WithEdges`](crate::views::WithEdges)), but a
/// [`CsrGraph`] is better.
///
/// Each offset has 64 bits, rather than 32 bits and a base of 64 bits for each block. The two
/// differ by a few percent in time, but a block may itself have more than 2^32 edges, and files
/// and other libraries have such offsets.
///
/// # Example
/// ```
/// use refcycle_core::{Predecessors, VertexId, WideCsrGraph, algo};
/// let graph = WideCsrGraph::from_edges_twice(3, [(0, 1), (1, 0), (1, 2)])?;
/// assert_eq!(graph.offsets(), [0, 1, 3, 3]);
/// assert!(graph.predecessors(VertexId::new(2)).eq([VertexId::new(1)]));
/// assert_eq!(algo::strongly_connected_components(&graph).len(), 2);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub type WideCsrGraph = Csr<u64>;

/// A graph in compressed sparse rows, with offsets of type `u32` ([`CsrGraph`]) or `u64`
/// ([`WideCsrGraph`]).
///
/// The vertices are `0..n`. The edges are numbered by tail: those of vertex `v` are
/// `offsets[v]..offsets[v + 1]`, and `heads[e]` is the head of edge `e`. The backward direction is
/// computed when it is first needed.
///
/// # Memory
/// 4 bytes per vertex, or 8 with wide offsets, and 4 per edge; as much again once predecessors have
/// been used, and 4 more per edge once the ids of incoming edges have been used. While these are
/// computed, a graph of more than a million vertices in random order also needs a copy of the edges
/// of one block of 2^16 vertices: the one with the most edges.
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, Csr};
/// // A cycle of two vertices, with narrow and with wide offsets.
/// let narrow: Csr<u32> = Csr::from_parts(vec![0, 1, 2], vec![1, 0])?;
/// let wide: Csr<u64> = Csr::from_parts(vec![0, 1, 2], vec![1, 0])?;
/// assert_eq!(narrow.strongly_connected_components(), wide.strongly_connected_components());
/// assert!(wide.memory() > narrow.memory());
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Csr<O> {
    offsets: Box<[O]>,
    heads: Box<[u32]>,
    back: OnceLock<Transposed<O>>,
    back_ids: OnceLock<Vec<EdgeId>>,
}

impl<O: EdgeOffset> Csr<O> {
    /// The graph whose vertex `v` has the edges `offsets[v]..offsets[v + 1]`, where edge `e` goes
    /// to `heads[e]`. Copies nothing if the vectors have no spare capacity.
    ///
    /// # Errors
    /// [`ErrorKind::MalformedOffsets`](crate::ErrorKind::MalformedOffsets) unless the offsets
    /// start at 0, never decrease and end at `heads.len()`;
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange) if a head is not a
    /// vertex; [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn from_parts(offsets: Vec<O>, heads: Vec<u32>) -> Result<Self, Error> {
        check_rows(&offsets, &heads)?;
        Ok(Self::trusted(offsets, heads))
    }

    /// The same, for parts that are known to be valid.
    pub(crate) fn trusted(offsets: Vec<O>, heads: Vec<u32>) -> Self {
        debug_assert_eq!(check_rows(&offsets, &heads), Ok(()));
        // A graph may list more edges than there are ids; then the offsets would have overflowed.
        let sizes = check_sizes::<O>(offsets.len() - 1, heads.len());
        sizes.expect("a graph has no more vertices and edges than there are ids");
        Self {
            offsets: offsets.into(),
            heads: heads.into(),
            back: OnceLock::new(),
            back_ids: OnceLock::new(),
        }
    }

    /// Where the edges of each vertex start; the length is the number of vertices plus one.
    pub fn offsets(&self) -> &[O] {
        &self.offsets
    }

    /// The head of each edge, as the number of a vertex.
    pub fn heads(&self) -> &[u32] {
        &self.heads
    }

    /// The offsets and the heads. Copies nothing.
    pub fn into_parts(self) -> (Vec<O>, Vec<u32>) {
        (self.offsets.into(), self.heads.into())
    }

    /// The same graph as borrowed slices, with the backward direction if it has been computed.
    pub fn as_rows(&self) -> CsrRows<'_, O> {
        let back = self.back.get();
        CsrRows::trusted(
            &self.offsets,
            &self.heads,
            back.map(|back| (&*back.offsets, &*back.tails)),
        )
    }

    /// The reversed graph as borrowed slices. Computes the backward direction if necessary.
    pub fn as_back_rows(&self) -> CsrRows<'_, O> {
        let back = self.back();
        let forward = Some((&*self.offsets, &*self.heads));
        CsrRows::trusted(&back.offsets, &back.tails, forward)
    }

    /// The number of edges that leave `v`.
    pub fn out_degree(&self, v: VertexId) -> usize {
        self.out_range(v).len()
    }

    /// The number of edges that enter `v`. Computes the backward direction if necessary.
    pub fn in_degree(&self, v: VertexId) -> usize {
        self.in_range(v).len()
    }

    /// The bytes of this graph's arrays.
    pub fn memory(&self) -> usize {
        let bytes = |offsets: &[O], ends: &[u32]| size_of_val(offsets) + size_of_val(ends);
        let back = self.back.get();
        bytes(&self.offsets, &self.heads)
            + back.map_or(0, |back| bytes(&back.offsets, &back.tails))
            + 4 * self.back_ids.get().map_or(0, Vec::len)
    }

    fn back(&self) -> &Transposed<O> {
        self.back
            .get_or_init(|| Transposed::new(&self.offsets, &self.heads))
    }

    fn out_range(&self, v: VertexId) -> Range<usize> {
        row(&self.offsets, v)
    }

    fn in_range(&self, v: VertexId) -> Range<usize> {
        row(&self.back().offsets, v)
    }
}

impl CsrGraph {
    /// The tail of an edge, by binary search.
    ///
    /// # Panics
    /// If `edge` is not below the number of edges.
    pub fn tail(&self, edge: EdgeId) -> VertexId {
        assert!(
            edge.index() < self.heads.len(),
            "edge {edge} is not in the graph"
        );
        VertexId::from_index(self.offsets.partition_point(|&o| o <= edge.number()) - 1)
    }

    /// Both ends of an edge.
    ///
    /// # Panics
    /// If `edge` is not below the number of edges.
    pub fn edge(&self, edge: EdgeId) -> Edge {
        Edge {
            id: edge,
            tail: self.tail(edge),
            head: self.heads[edge.index()].into(),
        }
    }

    fn back_ids(&self) -> &[EdgeId] {
        self.back_ids
            .get_or_init(|| transposed_ids(&self.back().offsets, &self.heads))
    }
}

/// The positions of a vertex's edges.
#[inline]
pub(crate) fn row(offsets: &[impl Offset], v: VertexId) -> Range<usize> {
    offsets[v.index()].index()..offsets[v.index() + 1].index()
}

impl From<CsrGraph> for WideCsrGraph {
    /// The same graph with wide offsets. The heads are not copied.
    fn from(graph: CsrGraph) -> Self {
        let (offsets, heads) = graph.into_parts();
        Self::trusted(offsets.into_iter().map(u64::from).collect(), heads)
    }
}

impl<O: EdgeOffset> Default for Csr<O> {
    /// The graph without vertices.
    fn default() -> Self {
        Self::trusted(vec![O::default()], Vec::new())
    }
}

impl<O: EdgeOffset> PartialEq for Csr<O> {
    /// Whether the vertices and the edges are the same, with the same ids.
    fn eq(&self, other: &Self) -> bool {
        self.offsets == other.offsets && self.heads == other.heads
    }
}

impl<O: EdgeOffset> Eq for Csr<O> {}

impl<O: EdgeOffset> fmt::Debug for Csr<O> {
    /// Prints the sizes, and the successors of the first vertices.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(O::NAMES[0])
            .field("vertices", &self.vertex_count())
            .field("edges", &self.heads.len())
            .field("successors", &FirstRows(self.as_rows()))
            .finish()
    }
}

impl<O: EdgeOffset> Vertices for Csr<O> {
    #[inline]
    fn vertex_bound(&self) -> usize {
        self.offsets.len() - 1
    }

    #[inline]
    fn vertex_count(&self) -> usize {
        self.vertex_bound()
    }

    #[inline]
    fn contains_vertex(&self, v: VertexId) -> bool {
        v.index() < self.vertex_bound()
    }

    // Also from both ends, and with its length.
    #[allow(refining_impl_trait)]
    fn vertices(&self) -> VertexRange {
        vertex_range(self.vertex_bound())
    }
}

impl<O: EdgeOffset> DenseVertices for Csr<O> {}

impl<O: EdgeOffset> Successors for Csr<O> {
    type Successors<'a>
        = Neighbours<'a>
    where
        Self: 'a;

    #[inline]
    fn successors(&self, v: VertexId) -> Neighbours<'_> {
        Neighbours::new(&self.heads[self.out_range(v)])
    }

    #[inline]
    fn rows(&self) -> Option<Rows<'_>> {
        O::narrow(self.as_rows())
    }
}

impl<O: EdgeOffset> Predecessors for Csr<O> {
    type Predecessors<'a>
        = Neighbours<'a>
    where
        Self: 'a;

    #[inline]
    fn predecessors(&self, v: VertexId) -> Neighbours<'_> {
        Neighbours::new(&self.back().tails[self.in_range(v)])
    }

    fn back_rows(&self) -> Option<Rows<'_>> {
        O::narrow(self.as_back_rows())
    }
}

impl IDirectedGraph for CsrGraph {
    type OutEdges<'a> = OutEdges<'a>;
    type InEdges<'a> = InEdges<'a>;

    #[inline]
    fn edge_bound(&self) -> usize {
        self.heads.len()
    }

    #[inline]
    fn edge_count(&self) -> usize {
        self.heads.len()
    }

    #[inline]
    fn out_edges(&self, v: VertexId) -> OutEdges<'_> {
        let range = self.out_range(v);
        OutEdges {
            tail: v,
            first: range.start as u32,
            heads: self.heads[range].iter().enumerate(),
        }
    }

    #[inline]
    fn in_edges(&self, v: VertexId) -> InEdges<'_> {
        let range = self.in_range(v);
        InEdges::new(
            v,
            &self.back_ids()[range.clone()],
            &self.back().tails[range],
        )
    }
}

/// The edges that leave a vertex of a [`CsrGraph`], by ascending id.
#[derive(Clone, Debug)]
pub struct OutEdges<'a> {
    tail: VertexId,
    first: u32,
    heads: core::iter::Enumerate<slice::Iter<'a, u32>>,
}

impl Iterator for OutEdges<'_> {
    type Item = Edge;

    #[inline]
    fn next(&mut self) -> Option<Edge> {
        let (position, &head) = self.heads.next()?;
        Some(Edge {
            id: EdgeId::new(self.first + position as u32),
            tail: self.tail,
            head: head.into(),
        })
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.heads.size_hint()
    }
}

impl ExactSizeIterator for OutEdges<'_> {}
impl core::iter::FusedIterator for OutEdges<'_> {}

/// The edges that enter a vertex of a [`CsrGraph`], by ascending id.
#[derive(Clone, Debug)]
pub struct InEdges<'a> {
    head: VertexId,
    edges: core::iter::Zip<slice::Iter<'a, EdgeId>, slice::Iter<'a, u32>>,
}

impl<'a> InEdges<'a> {
    #[inline]
    pub(crate) fn new(head: VertexId, ids: &'a [EdgeId], tails: &'a [u32]) -> Self {
        let edges = ids.iter().zip(tails);
        Self { head, edges }
    }
}

impl Iterator for InEdges<'_> {
    type Item = Edge;

    #[inline]
    fn next(&mut self) -> Option<Edge> {
        let (&id, &tail) = self.edges.next()?;
        Some(Edge {
            id,
            tail: tail.into(),
            head: self.head,
        })
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.edges.size_hint()
    }
}

impl ExactSizeIterator for InEdges<'_> {}
impl core::iter::FusedIterator for InEdges<'_> {}
