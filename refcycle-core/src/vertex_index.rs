//! Consecutive numbers for a subset of the vertices of a graph.

use crate::hash::FxHashMap;
use alloc::vec;
use alloc::vec::Vec;

use crate::VertexId;
use crate::marks::SPARSE_SHARE;

/// A number for each vertex of a subset that is known beforehand.
pub(crate) enum LocalIndex {
    Sparse(FxHashMap<VertexId, u32>),
    /// For many vertices, in ascending order.
    Ranks(Ranks),
    Table(Vec<u32>),
}

const ABSENT: u32 = u32::MAX;

impl LocalIndex {
    /// Numbers the vertices in their order and removes duplicates from `vertices`.
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

/// Finds the number of a vertex. The second value says whether it has a number; if not, the first
/// value is meaningless. Code that always writes the first and adds up the second has no branch to
/// mispredict.
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

/// Numbers by rank: how many of the vertices are lower. One byte per vertex rather than one bit,
/// as counting bits takes twenty instructions on processors that have no instruction for it.
pub(crate) struct Ranks {
    /// The number of vertices before each block of ids that has a vertex.
    before: Vec<u32>,
    /// Whether the vertex is in the subset, and how many of its block are lower.
    place: Vec<u8>,
}

/// The number of ids in a block, so that their counts fit into a byte with one bit to spare.
const BLOCK: usize = 128;
const THERE: u8 = 128;

impl Ranks {
    /// `vertices` is ascending, without duplicates.
    fn new(bound: usize, vertices: &[VertexId]) -> Self {
        let mut before = vec![0; bound.div_ceil(BLOCK)];
        let mut place = vec![0; bound];
        let mut block = usize::MAX;
        let mut first = 0;
        for (rank, v) in vertices.iter().enumerate() {
            if v.index() / BLOCK != block {
                block = v.index() / BLOCK;
                first = rank;
                before[block] = rank as u32;
            }
            place[v.index()] = THERE | (rank - first) as u8;
        }
        Self { before, place }
    }
}

impl Lookup for Ranks {
    #[inline]
    fn look(&self, v: VertexId) -> (u32, bool) {
        let place = self.place[v.index()];
        let rank = self.before[v.index() / BLOCK] + u32::from(place & !THERE);
        (rank, place & THERE != 0)
    }
}

/// An index that is filled one vertex at a time.
pub(crate) enum GrowingIndex {
    Sparse(FxHashMap<VertexId, u32>),
    Table(Vec<u32>),
}

impl GrowingIndex {
    /// Makes an index of at most `most` vertices below `bound`.
    pub(crate) fn new(bound: usize, most: usize) -> Self {
        if most > bound / SPARSE_SHARE {
            Self::Table(vec![ABSENT; bound])
        } else {
            Self::Sparse(FxHashMap::default())
        }
    }

    pub(crate) fn insert(&mut self, v: VertexId, number: u32) {
        match self {
            Self::Sparse(numbers) => {
                numbers.insert(v, number);
            }
            Self::Table(numbers) => numbers[v.index()] = number,
        }
    }

    #[inline]
    pub(crate) fn get(&self, v: VertexId) -> Option<u32> {
        let (number, there) = match self {
            Self::Sparse(numbers) => numbers.look(v),
            Self::Table(numbers) => numbers.look(v),
        };
        there.then_some(number)
    }
}
