//! Compressed sparse rows of more than 2^32 edges.

use crate::once_lock::OnceLock;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::edge_sort::Transposed;
use super::neighbours::{Neighbours, VertexRange, vertex_range};
use super::{CsrGraph, from_edges};
use crate::offsets::check_rows;
use crate::{DenseVertices, Error, Predecessors, Successors, VertexId, Vertices};

/// A graph over borrowed slices in compressed sparse rows with offsets of 64 bits: the edges
/// of vertex `v` go to `heads[offsets[v]..offsets[v + 1]]`.
///
/// It is [`Rows`](crate::Rows) for graphs of more than 2^32 edges. Creating one costs only the
/// check of its slices.
///
/// # Example
/// ```
/// use refcycle_core::{WideRows, algo};
/// let (offsets, heads) = ([0, 1, 2], [1, 0]);
/// let graph = WideRows::new(&offsets, &heads)?;
/// assert_eq!(algo::strongly_connected_components(&graph).len(), 1);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct WideRows<'a> {
    offsets: &'a [u64],
    heads: &'a [u32],
}

impl<'a> WideRows<'a> {
    /// The graph of these slices.
    ///
    /// # Errors
    /// As for [`WideCsrGraph::from_parts`].
    ///
    /// # Complexity
    /// O(vertices + edges) time for the check.
    pub fn new(offsets: &'a [u64], heads: &'a [u32]) -> Result<Self, Error> {
        check_rows(offsets, heads)?;
        Ok(Self::trusted(offsets, heads))
    }

    pub(crate) fn trusted(offsets: &'a [u64], heads: &'a [u32]) -> Self {
        Self { offsets, heads }
    }

    /// Where the edges of each vertex start; the length is the number of vertices plus one.
    #[inline]
    pub fn offsets(&self) -> &'a [u64] {
        self.offsets
    }

    /// The head of each edge.
    #[inline]
    pub fn heads(&self) -> &'a [u32] {
        self.heads
    }

    /// The positions of a vertex's edges in [`heads`](Self::heads).
    #[inline]
    pub fn range(&self, v: u32) -> Range<usize> {
        let v = v as usize;
        self.offsets[v] as usize..self.offsets[v + 1] as usize
    }

    /// The heads of a vertex's edges.
    #[inline]
    pub fn row(&self, v: u32) -> &'a [u32] {
        &self.heads[self.range(v)]
    }
}

/// A graph in compressed sparse rows that may have more than 2^32 edges.
///
/// The vertices are `0..n`, still with 32-bit ids. An edge is identified by its position in
/// [`heads`](Self::heads), a number of 64 bits. As an [`EdgeId`](crate::EdgeId) has 32 bits, this
/// is not an [`IDirectedGraph`](crate::IDirectedGraph): it runs the algorithms that need only
/// [`Successors`] and [`Predecessors`]. With fewer edges, a view gives them ids
/// ([`WithEdges`](crate::views::WithEdges)), but a [`CsrGraph`] is better. The backward direction
/// is computed when it is first needed.
///
/// Each offset has 64 bits, rather than 32 bits and a base of 64 bits for each block. The two
/// differ by a few percent in time, but a block may itself have more than 2^32 edges, and files
/// and other libraries have such offsets.
///
/// # Memory
/// 8 bytes per vertex and 4 per edge; as much again once predecessors have been used.
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
#[derive(Clone)]
pub struct WideCsrGraph {
    offsets: Vec<u64>,
    heads: Vec<u32>,
    back: OnceLock<Transposed<u64>>,
}

impl WideCsrGraph {
    /// The graph whose vertex `v` has the edges `offsets[v]..offsets[v + 1]`, where edge
    /// `e` goes to `heads[e]`. Copies nothing.
    ///
    /// # Errors
    /// [`ErrorKind::MalformedOffsets`](crate::ErrorKind::MalformedOffsets) unless the offsets
    /// start at 0, never decrease and end at `heads.len()`;
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange) if a head is not a
    /// vertex; [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices).
    pub fn from_parts(offsets: Vec<u64>, heads: Vec<u32>) -> Result<Self, Error> {
        check_rows(&offsets, &heads)?;
        Ok(Self::trusted(offsets, heads))
    }

    fn trusted(offsets: Vec<u64>, heads: Vec<u32>) -> Self {
        Self {
            offsets,
            heads,
            back: OnceLock::new(),
        }
    }

    /// Builds a graph with the vertices `0..vertex_count` from edges in any order that can be
    /// iterated twice, without memory besides the graph: see [`CsrGraph::from_edges_twice`].
    ///
    /// # Errors
    /// As for [`CsrGraph::from_edges_twice`].
    pub fn from_edges_twice<I>(vertex_count: usize, edges: I) -> Result<Self, Error>
    where
        I: IntoIterator<Item = (u32, u32)>,
        I::IntoIter: Clone,
    {
        let (offsets, heads) = from_edges::twice(vertex_count, edges.into_iter())?;
        Ok(Self::trusted(offsets, heads))
    }

    /// Builds a graph from edges that are sorted by tail, without sorting: see
    /// [`CsrGraph::from_sorted_edges`].
    ///
    /// # Errors
    /// As for [`CsrGraph::from_sorted_edges`].
    pub fn from_sorted_edges(
        vertex_count: usize,
        edges: impl IntoIterator<Item = (u32, u32)>,
    ) -> Result<Self, Error> {
        let (offsets, heads) = from_edges::sorted(vertex_count, edges.into_iter())?;
        Ok(Self::trusted(offsets, heads))
    }

    /// A compact copy of any graph that knows its successors. Holes in its ids become
    /// vertices without edges, so that the ids stay the same.
    ///
    /// # Errors
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange) if the graph breaks
    /// its contract.
    pub fn from_successors<G: Successors + ?Sized>(graph: &G) -> Result<Self, Error> {
        let (offsets, heads) = from_edges::copied(graph)?;
        Self::from_parts(offsets, heads)
    }

    /// Where the edges of each vertex start; the length is the number of vertices plus one.
    pub fn offsets(&self) -> &[u64] {
        &self.offsets
    }

    /// The head of each edge, as the number of a vertex.
    pub fn heads(&self) -> &[u32] {
        &self.heads
    }

    /// The offsets and the heads. Copies nothing.
    pub fn into_parts(self) -> (Vec<u64>, Vec<u32>) {
        (self.offsets, self.heads)
    }

    /// The same graph as borrowed slices.
    pub fn as_rows(&self) -> WideRows<'_> {
        WideRows::trusted(&self.offsets, &self.heads)
    }

    /// The reversed graph as borrowed slices. Computes the backward direction if necessary.
    pub fn as_back_rows(&self) -> WideRows<'_> {
        let back = self.back();
        WideRows::trusted(&back.offsets, &back.tails)
    }

    /// The number of edges.
    pub fn edge_count(&self) -> usize {
        self.heads.len()
    }

    /// The bytes of this graph's arrays.
    pub fn memory(&self) -> usize {
        let one = 8 * self.offsets.len() + 4 * self.heads.len();
        one * if self.back.get().is_some() { 2 } else { 1 }
    }

    fn back(&self) -> &Transposed<u64> {
        self.back
            .get_or_init(|| Transposed::new(&self.offsets, &self.heads))
    }
}

impl From<CsrGraph> for WideCsrGraph {
    /// The same graph with wide offsets. The heads are not copied.
    fn from(graph: CsrGraph) -> Self {
        let (offsets, heads) = graph.into_parts();
        Self::trusted(offsets.into_iter().map(u64::from).collect(), heads)
    }
}

impl Default for WideCsrGraph {
    /// The graph without vertices.
    fn default() -> Self {
        Self::trusted(vec![0], Vec::new())
    }
}

impl fmt::Debug for WideCsrGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WideCsrGraph")
            .field("vertices", &self.vertex_count())
            .field("edges", &self.heads.len())
            .finish_non_exhaustive()
    }
}

macro_rules! forward {
    ($name:ty) => {
        impl Vertices for $name {
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

        impl DenseVertices for $name {}

        impl Successors for $name {
            type Successors<'a>
                = Neighbours<'a>
            where
                Self: 'a;

            #[inline]
            fn successors(&self, v: VertexId) -> Neighbours<'_> {
                let row = self.offsets[v.index()] as usize..self.offsets[v.index() + 1] as usize;
                Neighbours::new(&self.heads[row])
            }
        }
    };
}

forward!(WideRows<'_>);
forward!(WideCsrGraph);

impl Predecessors for WideCsrGraph {
    type Predecessors<'a> = Neighbours<'a>;

    #[inline]
    fn predecessors(&self, v: VertexId) -> Neighbours<'_> {
        Neighbours::new(self.as_back_rows().row(v.number()))
    }
}
