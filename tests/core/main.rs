//! The tests of refcycle-core.

mod between;
mod bow_tie;
mod builder;
mod cases;
mod condensation;
mod contracts;
mod deep;
mod deep_structure;
mod edge_classes;
mod iterators;
mod paths;
mod petgraph;
mod reach;
mod scc;
mod sets;
mod split;
mod subgraph;
mod topological;
mod transitive_reduction;
mod views;
mod visits;
mod watched;
mod weak;
