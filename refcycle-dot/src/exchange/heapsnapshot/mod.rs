//! Heap snapshots as Chrome's DevTools (the Memory panel) and memlab load them.
//!
//! The file has the objects of a graph and, above them, what these tools expect: a root,
//! `(GC roots)`, and a node for each [`Group`] of what holds objects from outside. What
//! nothing of that reaches hangs on a group of its own, so that the totals are those of the
//! graph. What holds nothing from outside hangs on no group, so that the retained size of an
//! object is what would go with it.
//!
//! Both tools compute with 32 bits. An object of 4 GiB or more is written as a node of
//! 2^32 - 1 bytes and further nodes that only it holds: total and retained sizes are right.

mod builder;
mod display_names;
mod node;
mod snapshot;
mod write;

pub use crate::roots::Group;
pub use builder::HeapSnapshotBuilder;
pub use node::{FIRST_ID, Node, NodeKind};
pub use snapshot::HeapSnapshot;
