//! The iterators over the vertices and the rows of a graph in compressed sparse rows.

use core::iter::{FusedIterator, Map};
use core::ops::Range;
use core::slice;

use crate::VertexId;

/// The vertices of a graph without holes in its ids.
pub type VertexRange = Map<Range<u32>, fn(u32) -> VertexId>;

pub(crate) fn vertex_range(bound: usize) -> VertexRange {
    (0..bound as u32).map(VertexId::new as fn(u32) -> VertexId)
}

/// The vertices of a row, in its order.
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
