//! Shared code of the tests: oracles that are too simple to be wrong, generators of graphs, a
//! table of cases, and every representation of a graph.

pub mod cases;
pub mod checks;
pub mod edge_list;
pub mod flow;
pub mod generators;
pub mod liar;
pub mod oracles;
pub mod oracles_cycles;
pub mod representations;
pub mod scattered;

pub use edge_list::EdgeList;

/// The guide's page on Rust: its examples run as tests of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/07-rust.md")]
pub struct RustGuide;

/// The page on the core: its first programs run as tests of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/core.md")]
pub struct Core;

/// The page of the repository: its example runs as a test of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
