//! Compressed sparse rows that belong to somebody else.

use core::iter::FusedIterator;
use core::ops::Range;
use core::slice;

use super::csr::{VertexRange, vertex_range};
use super::sort::check_rows;
use crate::{DenseVertices, Error, Successors, VertexId, Vertices};

/// A graph over borrowed slices in compressed sparse rows: the edges of vertex `v` go to
/// `heads[offsets[v]..offsets[v + 1]]`.
///
/// It costs nothing to make but the check of its slices, so that the arrays of another
/// library, or of a mapped file, are a graph where they lie. A graph that is stored in this
/// form shows it through [`Successors::rows`], and algorithms then read the slices.
///
/// # Example
/// ```
/// use refcycle_core::{Rows, algo};
/// let (offsets, heads) = ([0, 1, 2], [1, 0]);
/// let graph = Rows::new(&offsets, &heads)?;
/// assert_eq!(algo::strongly_connected_components(&graph).len(), 1);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    offsets: &'a [u32],
    heads: &'a [u32],
    back: Option<(&'a [u32], &'a [u32])>,
}

impl<'a> Rows<'a> {
    /// The graph of these slices.
    ///
    /// # Errors
    /// As [`CsrGraph::from_parts`](crate::CsrGraph::from_parts).
    ///
    /// # Complexity
    /// O(vertices + edges) time for the check.
    pub fn new(offsets: &'a [u32], heads: &'a [u32]) -> Result<Self, Error> {
        check_rows(offsets, heads)?;
        Ok(Self::trusted(offsets, heads, None))
    }

    /// Slices that have been checked.
    pub(crate) fn trusted(
        offsets: &'a [u32],
        heads: &'a [u32],
        back: Option<(&'a [u32], &'a [u32])>,
    ) -> Self {
        Self {
            offsets,
            heads,
            back,
        }
    }

    /// Where the edges of each vertex start; one more than there are vertices.
    #[inline]
    pub fn offsets(&self) -> &'a [u32] {
        self.offsets
    }

    /// Where each edge goes.
    #[inline]
    pub fn heads(&self) -> &'a [u32] {
        self.heads
    }

    /// The same graph with every edge turned round, where that is known.
    #[inline]
    pub fn reversed(&self) -> Option<Self> {
        let (offsets, heads) = self.back?;
        Some(Self::trusted(
            offsets,
            heads,
            Some((self.offsets, self.heads)),
        ))
    }

    /// The places of a vertex's edges in [`heads`](Self::heads).
    #[inline]
    pub fn range(&self, v: u32) -> Range<usize> {
        let v = v as usize;
        self.offsets[v] as usize..self.offsets[v + 1] as usize
    }

    /// Where the edges of a vertex go.
    #[inline]
    pub fn row(&self, v: u32) -> &'a [u32] {
        &self.heads[self.range(v)]
    }
}

impl Vertices for Rows<'_> {
    type Vertices<'a>
        = VertexRange
    where
        Self: 'a;

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

    fn vertices(&self) -> VertexRange {
        vertex_range(self.vertex_bound())
    }
}

impl DenseVertices for Rows<'_> {}

impl Successors for Rows<'_> {
    type Successors<'a>
        = Neighbours<'a>
    where
        Self: 'a;

    #[inline]
    fn successors(&self, v: VertexId) -> Neighbours<'_> {
        Neighbours::new(self.row(v.number()))
    }

    #[inline]
    fn rows(&self) -> Option<Rows<'_>> {
        Some(*self)
    }
}

/// The vertices that a row holds, in its order.
#[derive(Clone, Debug)]
pub struct Neighbours<'a>(slice::Iter<'a, u32>);

impl<'a> Neighbours<'a> {
    #[inline]
    pub(crate) fn new(row: &'a [u32]) -> Self {
        Self(row.iter())
    }
}

impl Iterator for Neighbours<'_> {
    type Item = VertexId;

    #[inline]
    fn next(&mut self) -> Option<VertexId> {
        self.0.next().copied().map(VertexId::new)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Neighbours<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<VertexId> {
        self.0.next_back().copied().map(VertexId::new)
    }
}

impl ExactSizeIterator for Neighbours<'_> {}
impl FusedIterator for Neighbours<'_> {}
