//! Algorithms, one file a problem. All are iterative, and linear in what they visit.
//!
//! Each works on the smallest trait that it needs, so that a graph that only knows its
//! successors can run most of them. The `*_watched` forms can be stopped: see
//! [`Watch`](crate::Watch).

mod condensation;
mod dominators;
mod paths;
mod reach;
mod scc;
mod split;

pub use condensation::{Condensation, ParallelEdges, condensation};
pub use dominators::{
    DominanceFrontiers, Dominator, DominatorTree, Dominators, EdgeDominators, dominance_frontiers,
    dominance_frontiers_watched, dominators, dominators_watched, edge_dominators,
    edge_dominators_watched, post_dominators, post_dominators_to_sinks, post_dominators_watched,
};
pub use paths::{shortest_cycle, shortest_cycle_watched, shortest_path, shortest_path_watched};
pub use reach::{Reached, ancestors, ancestors_watched, descendants, descendants_watched};
pub use scc::{Components, strongly_connected_components, strongly_connected_components_watched};
pub use split::Split;
