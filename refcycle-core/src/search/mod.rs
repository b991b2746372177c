//! What the breadth-first algorithms have in common: the search by generations, and the search
//! for a path from one or from both of its ends.

mod batch;
mod bottom_up;
mod generations;
mod paths;
mod reached;
mod unseen;

pub(crate) use generations::{flood, levels};
pub(crate) use paths::{SearchTree, bidirectional_path, forward_path};
pub use reached::Reached;
