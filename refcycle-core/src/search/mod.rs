//! Breadth-first search: by generations, and for a path, forward or bidirectional.

mod batch;
mod bottom_up;
mod generations;
mod paths;
mod reached;
mod unseen;

pub(crate) use generations::{flood, levels};
pub(crate) use paths::{SearchTree, bidirectional_path, forward_path};
pub use reached::Reached;
