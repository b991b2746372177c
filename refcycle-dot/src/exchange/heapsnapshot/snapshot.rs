//! A heap snapshot that is ready to be written.

use std::fmt;

use refcycle_core::CsrGraph;

use super::node::{Reference, StoredNode};
use crate::names::strings::{StringId, Strings};
use crate::roots::Group;

/// A heap snapshot that is ready to be written.
pub struct HeapSnapshot<'g> {
    pub(super) graph: &'g CsrGraph,
    pub(super) nodes: Vec<StoredNode>,
    pub(super) edges: Vec<Reference>,
    /// Sorted by tail.
    pub(super) weak: Vec<(u32, u32, StringId)>,
    /// Sorted by group.
    pub(super) roots: Vec<(Group, u32, StringId)>,
    pub(super) names: Strings,
}

impl fmt::Debug for HeapSnapshot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeapSnapshot")
            .field("nodes", &self.nodes.len())
            .field("edges", &self.edges.len())
            .finish_non_exhaustive()
    }
}
