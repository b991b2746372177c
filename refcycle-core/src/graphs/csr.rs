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
use crate::offsets::{check_rows, check_sizes};
use crate::rows::FirstRows;
use crate::{
    DenseVertices, Edge, EdgeId, Error, IDirectedGraph, Predecessors, Rows, Successors, VertexId,
    Vertices,
};

/// A graph in compressed sparse rows.
///
/// The vertices are `0..n`. The edges are numbered by tail: those of vertex `v` are
/// `offsets[v]..offsets[v + 1]`, and `heads[e]` is the head of edge `e`. The backward direction is
/// computed when it is first needed.
///
/// # Memory
/// 4 bytes per vertex and 4 per edge; as much again once predecessors have been used, and 4 more
/// per edge once the ids of incoming edges have been used. While these are computed, a graph of
/// more than a million vertices in random order also needs a copy of the edges of one block of
/// 2^16 vertices: the one with the most edges.
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
#[derive(Clone)]
pub struct CsrGraph {
    offsets: Box<[u32]>,
    heads: Box<[u32]>,
    back: OnceLock<Transposed<u32>>,
    back_ids: OnceLock<Vec<EdgeId>>,
}

impl CsrGraph {
    /// The graph whose vertex `v` has the edges `offsets[v]..offsets[v + 1]`, where edge `e` goes
    /// to `heads[e]`. Copies nothing if the vectors have no spare capacity.
    ///
    /// # Errors
    /// [`ErrorKind::MalformedOffsets`](crate::ErrorKind::MalformedOffsets) unless the offsets
    /// start at 0, never decrease and end at `heads.len()`;
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange) if a head is not a
    /// vertex; [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn from_parts(offsets: Vec<u32>, heads: Vec<u32>) -> Result<Self, Error> {
        check_rows(&offsets, &heads)?;
        Ok(Self::trusted(offsets, heads))
    }

    /// The same, for parts that are known to be valid.
    pub(crate) fn trusted(offsets: Vec<u32>, heads: Vec<u32>) -> Self {
        debug_assert_eq!(check_rows(&offsets, &heads), Ok(()));
        // A graph may list more edges than there are ids; then the offsets would have overflowed.
        let sizes = check_sizes::<u32>(offsets.len() - 1, heads.len());
        sizes.expect("a graph has no more vertices and edges than there are ids");
        Self {
            offsets: offsets.into(),
            heads: heads.into(),
            back: OnceLock::new(),
            back_ids: OnceLock::new(),
        }
    }

    /// Where the edges of each vertex start; the length is the number of vertices plus one.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// The head of each edge, as the number of a vertex.
    pub fn heads(&self) -> &[u32] {
        &self.heads
    }

    /// The offsets and the heads. Copies nothing.
    pub fn into_parts(self) -> (Vec<u32>, Vec<u32>) {
        (self.offsets.into(), self.heads.into())
    }

    /// The same graph as borrowed slices, with the backward direction if it has been computed.
    pub fn as_rows(&self) -> Rows<'_> {
        let back = self.back.get();
        Rows::trusted(
            &self.offsets,
            &self.heads,
            back.map(|back| (&*back.offsets, &*back.tails)),
        )
    }

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
        let arrays =
            |transposed: &Transposed<u32>| transposed.offsets.len() + transposed.tails.len();
        4 * (self.offsets.len()
            + self.heads.len()
            + self.back.get().map_or(0, arrays)
            + self.back_ids.get().map_or(0, Vec::len))
    }

    fn back(&self) -> &Transposed<u32> {
        self.back_or(|| Transposed::new(&self.offsets, &self.heads))
    }

    /// The backward direction, computed by `make` if necessary.
    pub(super) fn back_or(&self, make: impl FnOnce() -> Transposed<u32>) -> &Transposed<u32> {
        self.back.get_or_init(make)
    }

    fn back_ids(&self) -> &[EdgeId] {
        self.back_ids
            .get_or_init(|| transposed_ids(&self.back().offsets, &self.heads))
    }

    fn out_range(&self, v: VertexId) -> Range<usize> {
        row(&self.offsets, v)
    }

    fn in_range(&self, v: VertexId) -> Range<usize> {
        row(&self.back().offsets, v)
    }
}

/// The positions of a vertex's edges.
#[inline]
pub(crate) fn row(offsets: &[u32], v: VertexId) -> Range<usize> {
    offsets[v.index()] as usize..offsets[v.index() + 1] as usize
}

impl Default for CsrGraph {
    /// The graph without vertices.
    fn default() -> Self {
        Self::trusted(vec![0], Vec::new())
    }
}

impl PartialEq for CsrGraph {
    /// Whether the vertices and the edges are the same, with the same ids.
    fn eq(&self, other: &Self) -> bool {
        self.offsets == other.offsets && self.heads == other.heads
    }
}

impl Eq for CsrGraph {}

impl fmt::Debug for CsrGraph {
    /// Prints the sizes, and the successors of the first vertices.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrGraph")
            .field("vertices", &self.vertex_count())
            .field("edges", &self.heads.len())
            .field("successors", &FirstRows(self.as_rows()))
            .finish()
    }
}

impl Vertices for CsrGraph {
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

impl DenseVertices for CsrGraph {}

impl Successors for CsrGraph {
    type Successors<'a> = Neighbours<'a>;

    #[inline]
    fn successors(&self, v: VertexId) -> Neighbours<'_> {
        Neighbours::new(&self.heads[self.out_range(v)])
    }

    #[inline]
    fn rows(&self) -> Option<Rows<'_>> {
        Some(self.as_rows())
    }
}

impl Predecessors for CsrGraph {
    type Predecessors<'a> = Neighbours<'a>;

    #[inline]
    fn predecessors(&self, v: VertexId) -> Neighbours<'_> {
        Neighbours::new(&self.back().tails[self.in_range(v)])
    }

    fn back_rows(&self) -> Option<Rows<'_>> {
        let back = self.back();
        Some(Rows::trusted(
            &back.offsets,
            &back.tails,
            Some((&self.offsets, &self.heads)),
        ))
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
