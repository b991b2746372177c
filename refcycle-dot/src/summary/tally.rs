//! Vertices counted by type.

use std::cmp::{Ordering, Reverse};
use std::hash::Hash;

use refcycle_core::VertexId;
use rustc_hash::FxHashMap;

use crate::counts::counted;

/// Counts vertices by a key that identifies their type.
///
/// # Example
/// ```
/// use refcycle_dot::summary::Tally;
/// let mut tally = Tally::default();
/// for (v, type_name) in (0u32..).zip(["dict", "list", "str", "list"]) {
///     tally.add(type_name, v.into(), 0);
/// }
/// let ranking = tally.ranked(1, Ord::cmp);
/// assert_eq!((ranking.types[0].key, ranking.types[0].count), ("list", 2));
/// assert_eq!(ranking.others_name().as_deref(), Some("2 other types"));
/// ```
#[derive(Clone, Debug)]
pub struct Tally<K> {
    counts: FxHashMap<K, Counted>,
}

/// The data about the vertices of a type.
#[derive(Clone, Copy, Debug)]
struct Counted {
    count: u64,
    size: u64,
    first: VertexId,
}

/// A type and its vertices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeCount<K> {
    /// Identifies the type.
    pub key: K,
    /// The number of vertices.
    pub count: u64,
    /// The sum of their sizes.
    pub size: u64,
    /// The vertex that was added first.
    pub first: VertexId,
}

/// Types in the order in which a summary lists them: by size, if sizes are known, then by
/// count, then by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking<K> {
    /// The types that are listed.
    pub types: Vec<TypeCount<K>>,
    /// The types that are not listed.
    pub others: Vec<TypeCount<K>>,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self {
            counts: FxHashMap::default(),
        }
    }
}

impl<K: Eq + Hash> Tally<K> {
    /// Counts a vertex. The size is 0 where sizes are unknown.
    pub fn add(&mut self, key: K, vertex: VertexId, size: u64) {
        let counted = self.counts.entry(key).or_insert(Counted {
            count: 0,
            size: 0,
            first: vertex,
        });
        counted.count += 1;
        counted.size += size;
    }

    /// Lists at most `most` types, and one more if it would be the only type left out.
    pub fn ranked(self, most: usize, by_name: impl Fn(&K, &K) -> Ordering) -> Ranking<K> {
        let mut types: Vec<_> = self
            .counts
            .into_iter()
            .map(|(key, counted)| TypeCount {
                key,
                count: counted.count,
                size: counted.size,
                first: counted.first,
            })
            .collect();
        types.sort_by(|a, b| {
            let by_number = Reverse((a.size, a.count)).cmp(&Reverse((b.size, b.count)));
            by_number.then_with(|| by_name(&a.key, &b.key))
        });
        let listed = match types.len() {
            count if count <= most + 1 => count,
            _ => most,
        };
        let others = types.split_off(listed);
        Ranking { types, others }
    }
}

impl<K> Ranking<K> {
    /// All types, those that are listed first.
    pub fn all(&self) -> impl Iterator<Item = &TypeCount<K>> {
        self.types.iter().chain(&self.others)
    }

    /// The number of vertices whose types are not listed.
    pub fn others_count(&self) -> u64 {
        self.others.iter().map(|ty| ty.count).sum()
    }

    /// A name for the types that are not listed, such as "10 other types"; `None` if all are
    /// listed.
    pub fn others_name(&self) -> Option<String> {
        let count = self.others.len() as u64;
        (count > 0).then(|| counted(count, "other type", "other types"))
    }
}
