//! Visits: traversals that report what they find to a visitor, which may stop them, and
//! iterators. Stacks and queues are explicit, so that no graph is too deep.

mod bfs_iterator;
mod bfs_visitor;
mod dfs_event;
mod dfs_iterators;
mod dfs_visitor;
mod edge_visitor;

pub use bfs_iterator::Bfs;
pub use bfs_visitor::{Generation, breadth_first};
pub use dfs_event::{DfsEvent, EdgeClass};
pub use dfs_iterators::{DfsPostorder, DfsPreorder};
pub use dfs_visitor::depth_first;
pub use edge_visitor::{depth_first_arcs, depth_first_edges};
