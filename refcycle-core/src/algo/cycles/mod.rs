//! The cycles of a graph: a shortest one, and all of them by length.

mod ball;
mod girth;
mod probe;
mod roots;
mod simple;

pub use girth::{girth, girth_watched, minimum_cycle, minimum_cycle_watched};
pub use simple::{
    SimpleCycles, cycle_edges, simple_cycles, simple_cycles_through, simple_cycles_through_watched,
    simple_cycles_watched,
};
