//! The cycles of a graph: a shortest one, and all of them by length.

mod ball;
mod girth;
mod probe;
mod roots;
mod simple;

pub use girth::{girth, minimum_cycle};
pub use simple::{SimpleCycles, cycle_edges, simple_cycles, simple_cycles_through};
