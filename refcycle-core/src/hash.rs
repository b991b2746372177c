//! Hash maps and sets, with the standard library or without it.

use rustc_hash::FxBuildHasher;

pub(crate) type FxHashMap<K, V> = hashbrown::HashMap<K, V, FxBuildHasher>;
pub(crate) type FxHashSet<T> = hashbrown::HashSet<T, FxBuildHasher>;
