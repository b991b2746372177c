//! The tests of refcycle-core.

mod builder;
mod cases;
mod condensation;
mod contracts;
mod cycles;
mod deep;
mod deep_dominators;
mod dominators;
mod feedback;
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
