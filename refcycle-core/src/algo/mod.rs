//! Algorithms. All are iterative, and most take time linear in the vertices and edges that they
//! visit.
//!
//! Each requires the smallest trait that suffices, so a graph that knows only its successors can
//! run most of them. The `*_watched` forms can be stopped: see [`Watch`](crate::Watch).

mod between;
pub(crate) mod bidirectional_paths;
mod bow_tie;
mod component_subgraphs;
mod condensation;
mod cycles;
mod cyclic_core;
mod dedup_rows;
mod disjoint_paths;
mod dominators;
mod feedback;
mod loops;
mod path_dag;
mod paths;
mod reach;
mod reachability;
mod scc;
mod strong_cuts;
mod topological;
mod topological_levels;
mod transitive_reduction;
mod weak;

pub use crate::search::Reached;
pub use between::{between, between_watched, subgraph_between};
pub use bidirectional_paths::{
    bidirectional_shortest_cycle, bidirectional_shortest_cycle_watched,
    bidirectional_shortest_path, bidirectional_shortest_path_watched,
};
pub use bow_tie::{BowTie, BowTiePart, bow_tie, bow_tie_watched};
pub use component_subgraphs::Split;
pub use condensation::{Condensation, ParallelEdges, condensation, condensation_watched};
pub use cycles::{
    SimpleCycles, cycle_edges, girth, girth_watched, minimum_cycle, minimum_cycle_watched,
    simple_cycles, simple_cycles_through, simple_cycles_through_watched, simple_cycles_watched,
};
pub use disjoint_paths::{DisjointPaths, vertex_disjoint_paths, vertex_disjoint_paths_watched};
pub use dominators::{
    DominanceFrontiers, Dominator, DominatorTree, Dominators, EdgeDominators,
    control_dependence_graph, control_dependence_graph_watched, dominance_frontiers,
    dominance_frontiers_watched, dominators, dominators_watched, edge_dominators,
    edge_dominators_watched, post_dominators, post_dominators_to_sink_components,
    post_dominators_to_sink_components_watched, post_dominators_to_sinks, post_dominators_watched,
};
pub use feedback::{
    FeedbackArcOptions, FeedbackArcSet, feedback_arc_set, feedback_arc_set_watched,
};
pub use loops::{LoopForest, loop_forest, loop_forest_watched};
pub use path_dag::{ShortestPathDag, ShortestPaths, shortest_path_dag, shortest_path_dag_watched};
pub use paths::{shortest_cycle, shortest_cycle_watched, shortest_path, shortest_path_watched};
pub use reach::{
    ancestors, ancestors_set, ancestors_set_watched, ancestors_watched, descendants,
    descendants_set, descendants_set_watched, descendants_watched, reaches, reaches_watched,
};
pub use reachability::ReachabilityIndex;
pub use scc::{
    Components, SccOptions, SccStrategy, strongly_connected_components,
    strongly_connected_components_watched, strongly_connected_components_with,
    strongly_connected_components_with_watched,
};
pub use strong_cuts::{
    strong_articulation_points, strong_articulation_points_watched, strong_bridges,
    strong_bridges_watched,
};
pub use topological::{NotAcyclic, is_cyclic, topological_order, topological_order_watched};
pub use topological_levels::{Levels, topological_levels, topological_levels_watched};
pub use transitive_reduction::{transitive_reduction, transitive_reduction_watched};
pub use weak::{WeakComponents, weakly_connected_components, weakly_connected_components_watched};
