//! What the breadth-first algorithms have in common: the search by generations, and the
//! search for a way from one or from both of its ends.

mod batch;
mod levels;
mod reached;
mod sweep;
mod unseen;
mod ways;

pub(crate) use levels::{flood, levels};
pub use reached::Reached;
pub(crate) use ways::{Side, from_both_ends, from_the_start};
