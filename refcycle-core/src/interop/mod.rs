//! Adapters to other graph crates.

pub mod petgraph;
