//! Numbers that can be the ends of edges.

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
pub trait VertexNumber: Copy {
    /// The number as a vertex.
    ///
    /// # Errors
    /// The number itself, if it is negative or does not fit into 32 bits; numbers that do not fit
    /// into 128 bits with a sign are cut to the largest that does.
    fn number(self) -> Result<u32, i128>;
}

impl VertexNumber for VertexId {
    #[inline]
    fn number(self) -> Result<u32, i128> {
        Ok(VertexId::number(self))
    }
}

macro_rules! integers {
    ($($name:ident)*) => {$(
        impl VertexNumber for $name {
            #[inline]
            fn number(self) -> Result<u32, i128> {
                // Which of the two never fails depends on the type.
                #[allow(irrefutable_let_patterns, clippy::unnecessary_fallible_conversions)]
                u32::try_from(self).map_err(|_| i128::try_from(self).unwrap_or(i128::MAX))
            }
        }
    )*};
}

integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
