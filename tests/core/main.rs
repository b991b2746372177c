//! The tests of refcycle-core.

mod builder;
mod cases;
mod condensation;
mod contracts;
mod cycles;
mod damaged;
mod deep;
mod deep_dominators;
mod dominators;
mod feedback;
mod graph_file;
mod parallel;
mod paths;
mod petgraph;
mod reach;
mod scc;
mod sets;
mod split;
mod subgraph;
mod texts;
mod views;
mod visits;
mod watched;
mod weights;
mod wide;
