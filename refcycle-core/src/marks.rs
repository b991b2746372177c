//! Marks on vertices, for searches that may see few vertices of a large graph.

use crate::hash::FxHashSet;
use fixedbitset::FixedBitSet;

use crate::VertexId;

/// Beyond one vertex in this many, a table over all ids is the cheaper choice.
pub(crate) const SPARSE_SHARE: usize = 128;

/// So few bits are cleared sooner than a hash table is filled.
const FEW: usize = 1 << 14;

/// A set that costs what is put into it, until that is a good part of the graph.
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

    /// Bits from the beginning.
    pub(crate) fn dense(bound: usize) -> Self {
        Self::Dense(FixedBitSet::with_capacity(bound))
    }

    /// Makes room for the vertices below `bound` and takes out `marked`, which are all that
    /// are in it.
    pub(crate) fn reset(&mut self, bound: usize, marked: &[VertexId]) {
        match self {
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

    /// Marks `v`; `false` when it was marked.
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

    /// Bytes held.
    pub(crate) fn memory(&self) -> usize {
        match self {
            Self::Dense(bits) => bits.len().div_ceil(8),
            Self::Sparse { set, .. } => 5 * set.capacity(),
        }
    }

    /// The marks as bits, whatever they were.
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

    /// The marks as bits, once they are.
    #[inline]
    pub(crate) fn bits(&mut self) -> Option<&mut FixedBitSet> {
        match self {
            Self::Dense(bits) => Some(bits),
            Self::Sparse { .. } => None,
        }
    }
}
