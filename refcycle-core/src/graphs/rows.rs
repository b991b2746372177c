//! [`CsrRows`] as a graph.

use super::neighbours::{Neighbours, VertexRange, vertex_range};
use crate::rows::{CsrRows, EdgeOffset, Rows};
use crate::{DenseVertices, Successors, VertexId, Vertices};

impl<O: EdgeOffset> Vertices for CsrRows<'_, O> {
    #[inline]
    fn vertex_bound(&self) -> usize {
        self.offsets().len() - 1
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

impl<O: EdgeOffset> DenseVertices for CsrRows<'_, O> {}

impl<O: EdgeOffset> Successors for CsrRows<'_, O> {
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
        O::narrow(*self)
    }
}
