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
    /// For many vertices in ascending order.
    Ranks(Ranks),
    Table(Vec<u32>),
}

const ABSENT: u32 = u32::MAX;

impl LocalIndex {
    /// Numbers the vertices in their order; those that come again are left out of
    /// `vertices`.
    pub(crate) fn number(bound: usize, vertices: &mut Vec<VertexId>) -> Self {
        if vertices.len() <= bound / SPARSE_SHARE {
            let mut numbers =
                FxHashMap::with_capacity_and_hasher(vertices.len(), Default::default());
            let mut next = 0;
            vertices.retain(|&v| {
                let mut new = false;
                numbers.entry(v).or_insert_with(|| {
                    new = true;
                    next += 1;
                    next - 1
                });
                new
            });
            return Self::Sparse(numbers);
        }
        if vertices.is_sorted() {
            vertices.dedup();
            return Self::Ranks(Ranks::new(bound, vertices));
        }
        let mut numbers = vec![ABSENT; bound];
        let mut next = 0;
        vertices.retain(|v| {
            let number = &mut numbers[v.index()];
            let new = *number == ABSENT;
            if new {
                *number = next;
                next += 1;
            }
            new
        });
        Self::Table(numbers)
    }
}

/// The number of a vertex, if it has one. The second is whether it has; the first means
/// nothing when it has not. Whoever writes the first always, and counts the second, has no
/// branch that is guessed wrong every other time.
pub(crate) trait Lookup {
    fn look(&self, v: VertexId) -> (u32, bool);
}

impl Lookup for FxHashMap<VertexId, u32> {
    #[inline]
    fn look(&self, v: VertexId) -> (u32, bool) {
        self.get(&v).map_or((0, false), |&number| (number, true))
    }
}

impl Lookup for [u32] {
    #[inline]
    fn look(&self, v: VertexId) -> (u32, bool) {
        let number = self[v.index()];
        (number, number != ABSENT)
    }
}

/// Numbers by rank: how many of the vertices come before this one.
pub(crate) struct Ranks {
    /// For 32 ids which of them are there, and how many there are before them, side by
    /// side: one cache line tells both.
    blocks: Vec<(u32, u32)>,
}

impl Ranks {
    /// The vertices ascend, each once.
    fn new(bound: usize, vertices: &[VertexId]) -> Self {
        let mut blocks: Vec<(u32, u32)> = vec![(0, 0); bound.div_ceil(32)];
        for v in vertices {
            blocks[v.index() / 32].0 |= 1 << (v.number() % 32);
        }
        let mut before = 0;
        for (bits, rank) in &mut blocks {
            *rank = before;
            before += bits.count_ones();
        }
        Self { blocks }
    }
}

impl Lookup for Ranks {
    #[inline]
    fn look(&self, v: VertexId) -> (u32, bool) {
        let (bits, rank) = self.blocks[v.index() / 32];
        let bit = 1u32 << (v.number() % 32);
        (rank + (bits & (bit - 1)).count_ones(), bits & bit != 0)
    }
}
