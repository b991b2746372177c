//! Hash maps and sets: those of the standard library, or of `hashbrown` without it.

#[cfg(not(feature = "std"))]
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;
// Small searches take 3 to 8 % fewer instructions with the standard library's.
#[cfg(feature = "std")]
use std::collections::{HashMap, HashSet};

pub(crate) type FxHashMap<K, V> = HashMap<K, V, FxBuildHasher>;
pub(crate) type FxHashSet<T> = HashSet<T, FxBuildHasher>;
