//! Algorithms. All are iterative, and most take time linear in the vertices and edges that they
//! visit.
//!
//! Each requires the smallest trait that suffices, so a graph that knows only its successors can
//! run most of them. The first argument is `&graph`, or a [`Run`](crate::Run) of it, with which an
//! algorithm can be stopped, can reuse memory, and takes options.

mod between;
mod bidirectional_paths;
mod bow_tie;
mod component_subgraphs;
mod condensation;
mod cycles;
mod cyclic_core;
mod debug;
mod dedup_rows;
mod disjoint_paths;
mod dominators;
mod feedback;
mod loops;
mod on_every_cycle;
mod path_dag;
mod paths;
mod prefetch;
mod reach;
mod reachability;
mod sample;
mod scc;
mod strong_cuts;
mod topological;
mod topological_levels;
mod transitive_reduction;
mod two_connected;
mod vertex_groups;
mod weak;

pub use crate::run::SccStrategy;
pub use crate::search::Reached;
pub use between::{between, subgraph_between};
pub use bidirectional_paths::{bidirectional_shortest_cycle, bidirectional_shortest_path};
pub use bow_tie::{BowTie, BowTiePart, bow_tie};
pub use component_subgraphs::Split;
pub use condensation::{Condensation, ParallelEdges, condensation};
pub use cycles::{
    SimpleCycles, cycle_edges, girth, minimum_cycle, simple_cycles, simple_cycles_through,
};
pub use disjoint_paths::{DisjointPaths, vertex_disjoint_paths};
pub use dominators::{
    DominanceFrontiers, Dominator, DominatorTree, Dominators, EdgeDominators,
    control_dependence_graph, dominance_frontiers, dominators, edge_dominators, post_dominators,
    post_dominators_to_sink_components, post_dominators_to_sinks,
};
pub use feedback::{FeedbackOptions, FeedbackSet, feedback_arc_set, feedback_vertex_set};
pub use loops::{LoopForest, loop_forest};
pub use on_every_cycle::{OnEveryCycle, on_every_cycle};
pub use path_dag::{ShortestPathDag, shortest_path_dag};
pub use paths::{shortest_cycle, shortest_path};
pub use reach::{ancestors, ancestors_set, descendants, descendants_set, reaches};
pub use reachability::ReachabilityIndex;
pub use scc::{Components, strongly_connected_components};
#[cfg(feature = "std")]
pub use scc::{SemiExternalProgress, semi_external_components};
pub use strong_cuts::{strong_articulation_points, strong_bridges};
pub use topological::{NotAcyclic, is_cyclic, topological_order};
pub use topological_levels::{Levels, topological_levels};
pub use transitive_reduction::transitive_reduction;
pub use two_connected::{
    two_edge_connected_blocks, two_edge_connected_components, two_vertex_connected_components,
};
pub use vertex_groups::VertexGroups;
pub use weak::weakly_connected_components;
