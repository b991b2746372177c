//! The order in which the chains to an object are shown.

use refcycle_core::VertexId;
use rustc_hash::FxHashSet;

use super::holder_ranks::HolderRank;

/// A chain: the holder of its first vertex, and the vertices down to the object.
pub(super) struct HolderChain {
    pub(super) holder: String,
    pub(super) rank: HolderRank,
    pub(super) vertices: Vec<VertexId>,
    pub(super) signature: String,
}

/// Sorts chains: those of the program first, and then the shortest.
pub(super) fn sort(chains: &mut [HolderChain]) {
    chains.sort_by(|one, other| {
        let order = |chain: &HolderChain| (chain.rank, chain.vertices.len());
        order(one)
            .cmp(&order(other))
            .then_with(|| one.signature.cmp(&other.signature))
    });
}

/// The places of the chains with the signature of an earlier one, ascending: the calls of a
/// recursion hold an object in the same way.
pub(super) fn repeated(chains: &[HolderChain]) -> Vec<usize> {
    let mut seen = FxHashSet::default();
    let is_repeated = |&place: &usize| !seen.insert(&*chains[place].signature);
    (0..chains.len()).filter(is_repeated).collect()
}

/// Moves the repeated ones of sorted chains behind those of the same rank that show something new.
pub(super) fn put_repeated_behind(chains: &mut Vec<HolderChain>) {
    let places = repeated(chains);
    let mut behind: Vec<_> = places
        .into_iter()
        .rev()
        .map(|place| chains.remove(place))
        .collect();
    behind.reverse();
    for chain in behind {
        let end = chains.partition_point(|other| other.rank <= chain.rank);
        chains.insert(end, chain);
    }
}
