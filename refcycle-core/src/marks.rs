//! Marks on vertices, for searches that may see few vertices of a large graph.

use rustc_hash::FxHashMap;
use rustc_hash::FxHashSet;

use crate::{VertexId, VertexSet};

/// Beyond one vertex in this many, a table over all ids is the cheaper choice.
const SPARSE_SHARE: usize = 128;

/// A set that costs what is put into it, until that is a good part of the graph.
pub(crate) enum Marks {
    Sparse {
        set: FxHashSet<VertexId>,
        bound: usize,
    },
    Dense(VertexSet),
}

impl Marks {
    pub(crate) fn new(bound: usize) -> Self {
        Self::Sparse {
            set: FxHashSet::default(),
            bound,
        }
    }

    /// Marks `v`; `false` when it was marked.
    #[inline]
    pub(crate) fn insert(&mut self, v: VertexId) -> bool {
        match self {
            Self::Dense(set) => set.insert(v),
            Self::Sparse { set, bound } => {
                let new = set.insert(v);
                if set.len() > *bound / SPARSE_SHARE {
                    *self = Self::Dense(VertexSet::from_vertices(*bound, set.iter().copied()));
                }
                new
            }
        }
    }
}

/// A number for each of some vertices.
pub(crate) enum LocalIndex {
    Sparse(FxHashMap<VertexId, u32>),
    Dense(Vec<u32>),
}

const ABSENT: u32 = u32::MAX;

impl LocalIndex {
    /// Numbers the vertices in their order; those that come again are left out of
    /// `vertices`.
    pub(crate) fn number(bound: usize, vertices: &mut Vec<VertexId>) -> Self {
        let mut next = 0;
        if vertices.len() > bound / SPARSE_SHARE {
            let mut numbers = vec![ABSENT; bound];
            vertices.retain(|v| {
                let number = &mut numbers[v.index()];
                let new = *number == ABSENT;
                if new {
                    *number = next;
                    next += 1;
                }
                new
            });
            Self::Dense(numbers)
        } else {
            let mut numbers = FxHashMap::default();
            vertices.retain(|&v| {
                let mut new = false;
                numbers.entry(v).or_insert_with(|| {
                    new = true;
                    next += 1;
                    next - 1
                });
                new
            });
            Self::Sparse(numbers)
        }
    }

    #[inline]
    pub(crate) fn get(&self, v: VertexId) -> Option<u32> {
        match self {
            Self::Sparse(numbers) => numbers.get(&v).copied(),
            Self::Dense(numbers) => Some(numbers[v.index()]).filter(|&n| n != ABSENT),
        }
    }
}
