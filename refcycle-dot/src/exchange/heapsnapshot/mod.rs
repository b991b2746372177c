//! Heap snapshots for the Memory panel of Chrome DevTools and for memlab.
//!
//! The file has the objects of a graph and, above them, the nodes that these tools expect: a
//! root, `(GC roots)`, and one node for each [`Group`] of roots. Objects that no root reaches are
//! below a separate group, so that the totals are those of the graph. All other objects are
//! reached only through their referrers, so that the retained size of an object is the memory that
//! would be freed with it.
//!
//! Both tools store sizes in 32 bits. An object of 4 GiB or more is written as a node of 2^32 -
//! 1 bytes that owns further nodes for the rest, so that total and retained sizes are correct.

mod builder;
mod display_names;
mod node;
mod snapshot;
mod write;

pub use crate::roots::Group;
pub use builder::HeapSnapshotBuilder;
pub use node::{FIRST_ID, Node, NodeKind};
pub use snapshot::HeapSnapshot;
