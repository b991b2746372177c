//! Sets of vertices.

use fixedbitset::FixedBitSet;

use crate::VertexId;

/// A set of vertices: one bit for each id below a bound.
///
/// # Example
/// ```
/// use refcycle_core::{VertexId, VertexSet};
/// let mut set = VertexSet::new(10);
/// assert!(set.insert(VertexId::new(3)));
/// assert!(!set.insert(VertexId::new(3)));
/// assert_eq!(set.iter().map(|v| v.number()).collect::<Vec<_>>(), [3]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct VertexSet {
    bits: FixedBitSet,
    len: usize,
}

impl VertexSet {
    /// The empty set of vertices below `bound`. Takes `bound / 8` bytes.
    pub fn new(bound: usize) -> Self {
        Self {
            bits: FixedBitSet::with_capacity(bound),
            len: 0,
        }
    }

    /// The set of these bits, `len` of which are set.
    pub(crate) fn from_bits(bits: FixedBitSet, len: usize) -> Self {
        Self { bits, len }
    }

    /// The set of these vertices, all below `bound`.
    ///
    /// # Panics
    /// If a vertex is not below `bound`.
    pub fn from_vertices(bound: usize, vertices: impl IntoIterator<Item = VertexId>) -> Self {
        let mut set = Self::new(bound);
        for v in vertices {
            set.insert(v);
        }
        set
    }

    /// The bound: every vertex in the set is below it.
    pub fn bound(&self) -> usize {
        self.bits.len()
    }

    /// The number of vertices in the set. Constant time.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether `v` is in the set; `false` at or above the bound.
    #[inline]
    pub fn contains(&self, v: VertexId) -> bool {
        self.bits.contains(v.index())
    }

    /// Adds `v`; `false` if the set already has it.
    ///
    /// # Panics
    /// If `v` is not below the bound.
    #[inline]
    pub fn insert(&mut self, v: VertexId) -> bool {
        let new = !self.bits.put(v.index());
        self.len += usize::from(new);
        new
    }

    /// Removes `v`; `false` if the set does not have it.
    pub fn remove(&mut self, v: VertexId) -> bool {
        let there = self.contains(v);
        if there {
            self.bits.set(v.index(), false);
            self.len -= 1;
        }
        there
    }

    /// The vertices in ascending order.
    pub fn iter(&self) -> VertexSetIter<'_> {
        VertexSetIter(self.bits.ones())
    }
}

impl core::fmt::Debug for VertexSet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

impl<'a> IntoIterator for &'a VertexSet {
    type Item = VertexId;
    type IntoIter = VertexSetIter<'a>;

    fn into_iter(self) -> VertexSetIter<'a> {
        self.iter()
    }
}

/// The vertices of a [`VertexSet`] in ascending order.
#[derive(Clone)]
pub struct VertexSetIter<'a>(fixedbitset::Ones<'a>);

impl Iterator for VertexSetIter<'_> {
    type Item = VertexId;

    fn next(&mut self) -> Option<VertexId> {
        self.0.next().map(VertexId::from_index)
    }
}

impl core::fmt::Debug for VertexSetIter<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
