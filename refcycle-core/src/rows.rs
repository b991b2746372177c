//! Compressed sparse rows as borrowed slices.

use core::fmt;
use core::ops::Range;

use crate::Error;
use crate::offsets::{Offset, check_rows};

/// Offsets of 32 bits, or of 64 bits for more than 2^32 edges: only `u32` and `u64` implement it.
///
/// # Example
/// A function for [`CsrGraph`](crate::CsrGraph) and [`WideCsrGraph`](crate::WideCsrGraph):
/// ```
/// use refcycle_core::{Csr, CsrGraph, EdgeOffset, WideCsrGraph};
///
/// fn edge_count<O: EdgeOffset>(graph: &Csr<O>) -> u64 {
///     graph.offsets().last().map_or(0, |&end| end.into())
/// }
///
/// let narrow = CsrGraph::from_edges(2, [(0, 1)])?;
/// assert_eq!(edge_count(&narrow), 1);
/// assert_eq!(edge_count(&WideCsrGraph::from(narrow)), 1);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the offset of an edge",
    note = "offsets are `u32`, or `u64` for more than 2^32 edges"
)]
pub trait EdgeOffset: Offset + Into<u64> {
    /// The same rows, if their offsets have 32 bits.
    #[doc(hidden)]
    fn narrow(rows: CsrRows<'_, Self>) -> Option<Rows<'_>>;

    /// What the graphs are called.
    #[doc(hidden)]
    const NAMES: [&'static str; 2];
}

impl EdgeOffset for u32 {
    const NAMES: [&'static str; 2] = ["CsrGraph", "Rows"];

    #[inline]
    fn narrow(rows: Rows<'_>) -> Option<Rows<'_>> {
        Some(rows)
    }
}

impl EdgeOffset for u64 {
    const NAMES: [&'static str; 2] = ["WideCsrGraph", "WideRows"];

    #[inline]
    fn narrow(_: WideRows<'_>) -> Option<Rows<'_>> {
        None
    }
}

/// [`CsrRows`] with offsets of 32 bits.
pub type Rows<'a> = CsrRows<'a, u32>;

/// [`CsrRows`] with offsets of 64 bits, for graphs of more than 2^32 edges.
pub type WideRows<'a> = CsrRows<'a, u64>;

/// A graph over borrowed slices in compressed sparse rows: the edges of vertex `v` go to
/// `heads[offsets[v]..offsets[v + 1]]`. The offsets are `u32` ([`Rows`]) or `u64` ([`WideRows`]).
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
pub struct CsrRows<'a, O> {
    offsets: &'a [O],
    heads: &'a [u32],
    back: Option<(&'a [O], &'a [u32])>,
}

impl<'a, O: EdgeOffset> CsrRows<'a, O> {
    /// The graph of these slices.
    ///
    /// # Errors
    /// As for [`CsrGraph::from_parts`](crate::CsrGraph::from_parts).
    ///
    /// # Complexity
    /// O(vertices + edges) time for the check.
    pub fn new(offsets: &'a [O], heads: &'a [u32]) -> Result<Self, Error> {
        check_rows(offsets, heads)?;
        Ok(Self::trusted(offsets, heads, None))
    }

    /// The graph of slices that have been checked.
    pub(crate) fn trusted(
        offsets: &'a [O],
        heads: &'a [u32],
        back: Option<(&'a [O], &'a [u32])>,
    ) -> Self {
        Self {
            offsets,
            heads,
            back,
        }
    }

    /// Where the edges of each vertex start; the length is the number of vertices plus one.
    #[inline]
    pub fn offsets(&self) -> &'a [O] {
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
        self.offsets[v].index()..self.offsets[v + 1].index()
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
pub(crate) struct FirstRows<'a, O>(pub(crate) CsrRows<'a, O>);

impl<O: EdgeOffset> fmt::Debug for FirstRows<'_, O> {
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

impl<O: EdgeOffset> fmt::Debug for CsrRows<'_, O> {
    /// Prints the sizes, and the successors of the first vertices.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(O::NAMES[1])
            .field("vertices", &(self.offsets.len() - 1))
            .field("edges", &self.heads.len())
            .field("successors", &FirstRows(*self))
            .finish()
    }
}
