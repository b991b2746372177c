//! Sets of visited vertices, for searches that may visit few vertices of a large graph.

use crate::hash::FxHashSet;
use fixedbitset::FixedBitSet;

use crate::VertexId;

/// If more than one vertex in this many is marked, a table of all ids is cheaper.
pub(crate) const SPARSE_SHARE: usize = 128;

/// Clearing this many bits is faster than filling a hash table.
const FEW: usize = 1 << 14;

/// A set of vertices: a hash table while it is small, then one bit per vertex.
#[derive(Debug)]
pub(crate) enum Marks {
    Sparse {
        set: FxHashSet<VertexId>,
        bound: usize,
    },
    Dense(FixedBitSet),
}

impl Default for Marks {
    fn default() -> Self {
        Self::Dense(FixedBitSet::new())
    }
}

impl Marks {
    pub(crate) fn new(bound: usize) -> Self {
        if bound <= FEW {
            return Self::dense(bound);
        }
        Self::Sparse {
            set: FxHashSet::default(),
            bound,
        }
    }

    /// An empty set that [`reset`](Self::reset) makes like a [`new`](Self::new) one.
    pub(crate) fn undecided() -> Self {
        Self::Sparse {
            set: FxHashSet::default(),
            bound: 0,
        }
    }

    /// A set that uses bits from the start.
    pub(crate) fn dense(bound: usize) -> Self {
        Self::Dense(FixedBitSet::with_capacity(bound))
    }

    /// Clears the set and makes room for the vertices below `bound`. `marked` must be all
    /// vertices in the set.
    pub(crate) fn reset(&mut self, bound: usize, marked: &[VertexId]) {
        match self {
            Self::Sparse { .. } if bound <= FEW => *self = Self::dense(bound),
            Self::Sparse { set, bound: old } => {
                set.clear();
                *old = bound;
            }
            Self::Dense(bits) => {
                let words = bits.as_mut_slice();
                if marked.len() > words.len() {
                    words.fill(0);
                } else {
                    for v in marked {
                        words[v.index() / usize::BITS as usize] = 0;
                    }
                }
                bits.grow(bound);
            }
        }
    }

    /// Marks `v`; `false` if it is already marked.
    #[inline]
    pub(crate) fn insert(&mut self, v: VertexId) -> bool {
        match self {
            Self::Dense(bits) => !bits.put(v.index()),
            Self::Sparse { set, bound } => {
                let new = set.insert(v);
                if set.len() > *bound / SPARSE_SHARE {
                    *self = Self::Dense(core::mem::take(self).into_bits());
                }
                new
            }
        }
    }

    /// Whether `v` is marked.
    #[inline]
    pub(crate) fn contains(&self, v: VertexId) -> bool {
        match self {
            Self::Dense(bits) => bits.contains(v.index()),
            Self::Sparse { set, .. } => set.contains(&v),
        }
    }

    /// The bytes of the set.
    pub(crate) fn memory(&self) -> usize {
        match self {
            Self::Dense(bits) => bits.len().div_ceil(8),
            Self::Sparse { set, .. } => 5 * set.capacity(),
        }
    }

    /// Converts the marks to bits.
    pub(crate) fn into_bits(self) -> FixedBitSet {
        match self {
            Self::Dense(bits) => bits,
            Self::Sparse { set, bound } => {
                let mut bits = FixedBitSet::with_capacity(bound);
                bits.extend(set.iter().map(|v| v.index()));
                bits
            }
        }
    }

    /// The bitmap form of the marks, after the switch.
    #[inline]
    pub(crate) fn bits(&mut self) -> Option<&mut FixedBitSet> {
        match self {
            Self::Dense(bits) => Some(bits),
            Self::Sparse { .. } => None,
        }
    }
}
