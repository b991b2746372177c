//! Making a [`CsrGraph`] from edges.

use super::CsrGraph;
use super::sort::{check_ends, check_sizes, fill, offsets_by};
use crate::{Error, VertexId, weights};
use alloc::vec;
use alloc::vec::Vec;

/// Collects edges in any order and sorts them by tail, by counting.
///
/// The graph numbers its edges by tail, those of one tail in the order in which they
/// were added. [`build_with_order`](Self::build_with_order) tells which is which, and
/// [`build_with_weights`](Self::build_with_weights) takes weights along.
///
/// # Complexity
/// O(vertices + edges) time. Holds 8 bytes an edge while it collects; `build` needs no more
/// than that and the graph. Where the edges can be had twice, or come sorted,
/// [`CsrGraph::from_edges_twice`] and [`CsrGraph::from_sorted_edges`] need the graph only.
///
/// # Example
/// ```
/// use refcycle_core::{CsrBuilder, IDirectedGraph, VertexId};
///
/// let mut builder = CsrBuilder::new(3);
/// builder.add_edge(VertexId::new(2), VertexId::new(0))?;
/// builder.add_edge(VertexId::new(0), VertexId::new(1))?;
/// let (graph, order) = builder.build_with_order()?;
/// assert_eq!(graph.edge_count(), 2);
/// assert_eq!(order, [1, 0]); // the graph's edge 0 was added second
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CsrBuilder {
    pub(super) vertex_count: usize,
    pub(super) tails: Vec<u32>,
    pub(super) heads: Vec<u32>,
}

impl CsrBuilder {
    /// A builder of a graph with the vertices `0..vertex_count`.
    pub fn new(vertex_count: usize) -> Self {
        Self::with_capacity(vertex_count, 0)
    }

    /// The same, with room for so many edges.
    pub fn with_capacity(vertex_count: usize, edges: usize) -> Self {
        Self {
            vertex_count,
            tails: Vec::with_capacity(edges),
            heads: Vec::with_capacity(edges),
        }
    }

    /// Edges whose ends are known to be vertices.
    #[cfg(feature = "std")]
    pub(crate) fn trusted(vertex_count: usize, tails: Vec<u32>, heads: Vec<u32>) -> Self {
        Self {
            vertex_count,
            tails,
            heads,
        }
    }

    /// Adds an edge.
    ///
    /// # Errors
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange) when an end is not below the number of
    /// vertices; the edge is then not added.
    pub fn add_edge(&mut self, tail: VertexId, head: VertexId) -> Result<(), Error> {
        check_ends(tail.number(), head.number(), self.vertex_count)?;
        self.tails.push(tail.number());
        self.heads.push(head.number());
        Ok(())
    }

    /// How many edges have been added.
    pub fn edge_count(&self) -> usize {
        self.heads.len()
    }

    /// Makes the graph.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices), [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn build(self) -> Result<CsrGraph, Error> {
        let mut offsets = self.offsets()?;
        if self.tails.is_sorted() {
            return Ok(CsrGraph::trusted(offsets, self.heads));
        }
        let mut heads = vec![0; self.heads.len()];
        let edges = self.tails.iter().copied().zip(self.heads.iter().copied());
        fill(&mut offsets, &mut heads, edges);
        Ok(CsrGraph::trusted(offsets, heads))
    }

    /// Makes the graph; `order[e]` is the number of edges added before the edge that
    /// the graph calls `e`.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices), [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn build_with_order(self) -> Result<(CsrGraph, Vec<u32>), Error> {
        let mut offsets = self.offsets()?;
        let mut order = vec![0; self.heads.len()];
        fill(
            &mut offsets,
            &mut order,
            self.tails.iter().copied().zip(0..),
        );
        drop(self.tails);
        let heads = order.iter().map(|&from| self.heads[from as usize]);
        let graph = CsrGraph::trusted(offsets, heads.collect());
        Ok((graph, order))
    }

    /// Makes the graph, and the slice of its edges' weights: `weights` are those of the edges
    /// as they were added, the result is in the order of the graph's edge ids.
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) unless there is one
    /// weight for each edge; [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrBuilder, VertexId};
    /// let mut builder = CsrBuilder::new(2);
    /// builder.add_edge(VertexId::new(1), VertexId::new(0))?;
    /// builder.add_edge(VertexId::new(0), VertexId::new(1))?;
    /// let (graph, weights) = builder.build_with_weights(&[0.5, 2.0])?;
    /// assert_eq!((graph.heads(), &*weights), (&[1, 0][..], &[2.0, 0.5][..]));
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn build_with_weights<W: Copy>(self, weights: &[W]) -> Result<(CsrGraph, Vec<W>), Error> {
        weights::check_length("edge weights", weights.len(), self.heads.len())?;
        let (graph, order) = self.build_with_order()?;
        let weights = order.iter().map(|&from| weights[from as usize]).collect();
        Ok((graph, weights))
    }

    pub(super) fn offsets(&self) -> Result<Vec<u32>, Error> {
        check_sizes::<u32>(self.vertex_count, self.tails.len())?;
        Ok(offsets_by(self.vertex_count, self.tails.iter().copied()))
    }
}

impl Extend<(VertexId, VertexId)> for CsrBuilder {
    /// Adds the edges.
    ///
    /// # Panics
    /// When an end is not below the number of vertices.
    fn extend<T: IntoIterator<Item = (VertexId, VertexId)>>(&mut self, edges: T) {
        for (tail, head) in edges {
            self.add_edge(tail, head)
                .expect("the ends of an edge are vertices");
        }
    }
}
