//! The tests of refcycle-core.

mod builder;
mod cases;
mod condensation;
mod contracts;
mod deep;
mod disjoint_paths;
mod path_dag;
mod paths;
mod petgraph;
mod reach;
mod scc;
mod sets;
mod split;
mod subgraph;
mod views;
mod visits;
mod watched;
mod workspace;
