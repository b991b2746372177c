//! Numbers that can be the ends of edges.

#[cfg(doc)]
use crate::VertexId;

/// A type whose values can be the ends of edges: every integer type, and [`VertexId`].
///
/// # Example
/// ```
/// use refcycle_core::CsrGraph;
/// let places: [usize; 3] = [4, 0, 2];
/// let graph: CsrGraph = places.iter().map(|&place| (place, 1)).collect();
/// assert_eq!(graph.offsets(), [0, 1, 1, 2, 2, 3]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the end of an edge",
    label = "neither an integer nor a `VertexId`",
    note = "for strings and other keys, see `graphs::KeyedBuilder`"
)]
pub trait VertexNumber: Copy {
    /// The number as a vertex.
    ///
    /// # Errors
    /// The number itself, if it is negative or does not fit into 32 bits; numbers that do not fit
    /// into 128 bits with a sign are cut to the largest that does.
    #[doc(hidden)]
    fn number(self) -> Result<u32, i128>;
}

#[diagnostic::do_not_recommend]
impl<T: Copy + TryInto<u32> + TryInto<i128>> VertexNumber for T {
    #[inline]
    fn number(self) -> Result<u32, i128> {
        let number: Result<u32, _> = self.try_into();
        number.map_err(|_| self.try_into().unwrap_or(i128::MAX))
    }
}
