//! Identifiers of vertices and edges.

use core::fmt;
use core::num::TryFromIntError;

macro_rules! dense_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
        #[cfg_attr(feature = "serde", serde(transparent))]
        #[repr(transparent)]
        pub struct $name(u32);

        impl $name {
            /// The id with this number.
            #[inline]
            pub const fn new(number: u32) -> Self {
                Self(number)
            }

            /// The id at this index of a side table.
            ///
            /// # Panics
            /// If `index` does not fit into 32 bits. The ids of a graph always do.
            #[inline]
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("ids have 32 bits"))
            }

            /// The id as an index into a side table.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id as a number.
            #[inline]
            pub const fn number(self) -> u32 {
                self.0
            }
        }

        impl From<u32> for $name {
            #[inline]
            fn from(number: u32) -> Self {
                Self(number)
            }
        }

        impl TryFrom<usize> for $name {
            type Error = TryFromIntError;

            /// The id at this index of a side table, if it fits into 32 bits.
            #[inline]
            fn try_from(index: usize) -> Result<Self, TryFromIntError> {
                u32::try_from(index).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

dense_id! {
    /// A vertex of a graph: a number below the graph's
    /// [`vertex_bound`](crate::Vertices::vertex_bound).
    ///
    /// ```
    /// use refcycle_core::VertexId;
    /// let v = VertexId::new(7);
    /// assert_eq!((v.index(), v.number()), (7, 7));
    /// assert_eq!(VertexId::try_from(7_usize)?, v);
    /// # Ok::<(), std::num::TryFromIntError>(())
    /// ```
    VertexId
}

impl From<VertexId> for u32 {
    #[inline]
    fn from(v: VertexId) -> Self {
        v.number()
    }
}

impl From<VertexId> for i128 {
    #[inline]
    fn from(v: VertexId) -> Self {
        v.number().into()
    }
}

dense_id! {
    /// An edge of a graph: a number below the graph's
    /// [`edge_bound`](crate::IDirectedGraph::edge_bound).
    ///
    /// ```
    /// use refcycle_core::EdgeId;
    /// assert_eq!(EdgeId::from_index(3), EdgeId::new(3));
    /// ```
    EdgeId
}

/// An edge with its id and both ends. It goes from `tail` to `head`.
///
/// ```
/// use refcycle_core::{CsrGraph, IDirectedGraph, VertexId};
/// let graph = CsrGraph::from_edges(2, [(0, 1)])?;
/// let edge = graph.out_edges(VertexId::new(0)).next().unwrap();
/// assert_eq!((edge.tail.number(), edge.head.number()), (0, 1));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct Edge {
    /// The id of the edge.
    pub id: EdgeId,
    /// Where the edge starts.
    pub tail: VertexId,
    /// Where the edge ends.
    pub head: VertexId,
}

impl Edge {
    /// The same edge in the reversed graph.
    #[inline]
    pub const fn reversed(self) -> Self {
        Self {
            id: self.id,
            tail: self.head,
            head: self.tail,
        }
    }
}
