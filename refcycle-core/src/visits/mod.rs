//! Visits: walks over a graph that show a visitor what they find and stop when it says
//! so. Stacks and queues are explicit, so that no graph is too deep.

mod breadth_first;
mod depth_first;

pub use breadth_first::{Generation, breadth_first};
pub use depth_first::{DfsEvent, depth_first};
