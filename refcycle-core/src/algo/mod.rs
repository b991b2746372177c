//! Algorithms, one file a problem. All are iterative, and linear in what they visit.
//!
//! Each works on the smallest trait that it needs, so that a graph that only knows its
//! successors can run most of them. The `*_watched` forms can be stopped: see
//! [`Watch`](crate::Watch).

pub(crate) mod bidirectional;
mod condensation;
mod disjoint_paths;
mod path_dag;
mod paths;
mod reach;
mod scc;
mod split;

pub use bidirectional::{
    bidirectional_shortest_cycle, bidirectional_shortest_cycle_watched,
    bidirectional_shortest_path, bidirectional_shortest_path_watched,
};
pub use condensation::{Condensation, ParallelEdges, condensation};
pub use disjoint_paths::{DisjointPaths, vertex_disjoint_paths, vertex_disjoint_paths_watched};
pub use path_dag::{ShortestPathDag, ShortestPaths, shortest_path_dag, shortest_path_dag_watched};
pub use paths::{shortest_cycle, shortest_cycle_watched, shortest_path, shortest_path_watched};
pub use reach::{
    Reached, ancestors, ancestors_set, ancestors_set_watched, ancestors_watched, descendants,
    descendants_set, descendants_set_watched, descendants_watched,
};
pub use scc::{Components, strongly_connected_components, strongly_connected_components_watched};
pub use split::Split;
