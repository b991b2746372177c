//! Compressed sparse rows as borrowed slices.

use core::fmt;
use core::ops::Range;

use crate::Error;
use crate::offsets::check_rows;

/// A graph over borrowed slices in compressed sparse rows: the edges of vertex `v` go to
/// `heads[offsets[v]..offsets[v + 1]]`.
///
/// Creating one costs only the check of its slices, so the arrays of another library, or of a
/// mapped file, can be used as a graph in place. A graph that is stored in this form provides it
/// through [`Successors::rows`](crate::Successors::rows), and algorithms then read the slices.
///
/// # Example
/// ```
/// use refcycle_core::{Rows, algo};
/// let (offsets, heads) = ([0, 1, 2], [1, 0]);
/// let graph = Rows::new(&offsets, &heads)?;
/// assert_eq!(algo::strongly_connected_components(&graph).len(), 1);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    offsets: &'a [u32],
    heads: &'a [u32],
    back: Option<(&'a [u32], &'a [u32])>,
}

impl<'a> Rows<'a> {
    /// The graph of these slices.
    ///
    /// # Errors
    /// As for [`CsrGraph::from_parts`](crate::CsrGraph::from_parts).
    ///
    /// # Complexity
    /// O(vertices + edges) time for the check.
    pub fn new(offsets: &'a [u32], heads: &'a [u32]) -> Result<Self, Error> {
        check_rows(offsets, heads)?;
        Ok(Self::trusted(offsets, heads, None))
    }

    /// The graph of slices that have been checked.
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

    /// Where the edges of each vertex start; the length is the number of vertices plus one.
    #[inline]
    pub fn offsets(&self) -> &'a [u32] {
        self.offsets
    }

    /// The head of each edge.
    #[inline]
    pub fn heads(&self) -> &'a [u32] {
        self.heads
    }

    /// The reversed graph, if the backward direction is known.
    #[inline]
    pub fn reversed(&self) -> Option<Self> {
        let (offsets, heads) = self.back?;
        Some(Self::trusted(
            offsets,
            heads,
            Some((self.offsets, self.heads)),
        ))
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

/// At most this many rows are printed.
const PRINTED: usize = 16;

/// The first rows of a graph, as a map from tails to heads, for [`Debug`](fmt::Debug).
pub(crate) struct FirstRows<'a>(pub(crate) Rows<'a>);

impl fmt::Debug for FirstRows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.offsets.len() - 1;
        let mut map = f.debug_map();
        map.entries((0..count.min(PRINTED) as u32).map(|v| (v, self.0.row(v))));
        match count > PRINTED {
            true => map.finish_non_exhaustive(),
            false => map.finish(),
        }
    }
}

impl fmt::Debug for Rows<'_> {
    /// Prints the sizes, and the successors of the first vertices.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("vertices", &(self.offsets.len() - 1))
            .field("edges", &self.heads.len())
            .field("successors", &FirstRows(*self))
            .finish()
    }
}
