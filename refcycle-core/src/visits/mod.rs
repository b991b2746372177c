//! Visits: walks over a graph that show a visitor what they find and stop when it says
//! so. Stacks and queues are explicit, so that no graph is too deep.

mod bfs;
mod breadth_first;
mod depth_first;
mod dfs;
mod edges;

pub use bfs::Bfs;
pub use breadth_first::{Generation, breadth_first};
pub use depth_first::{DfsEvent, depth_first};
pub use dfs::{DfsPostorder, DfsPreorder};
pub use edges::{DfsEdgeEvent, EdgeClass, depth_first_arcs, depth_first_edges};
