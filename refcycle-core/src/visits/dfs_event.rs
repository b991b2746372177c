//! What a depth-first visit reports.

use core::convert::Infallible;

use crate::VertexId;

/// An event of a depth-first visit. `E` is the type of an edge;
/// [`depth_first`](super::depth_first) reports no edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DfsEvent<E = Infallible> {
    /// A vertex is found for the first time: preorder. It follows the event of the tree edge to
    /// the vertex, if there is one.
    Discover(VertexId),
    /// An edge is followed. Each edge is followed once, including parallel edges.
    Edge(E, EdgeClass),
    /// Everything reached from the vertex has been visited: postorder.
    Finish(VertexId),
}

/// The class of an edge in a depth-first visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeClass {
    /// Tree edge: its head is found for the first time and visited next.
    Tree,
    /// Back edge: its head is the tail or an ancestor of the tail in the search tree, so that the
    /// edge closes a cycle.
    Back,
    /// Forward edge: its head is a descendant of the tail in the search tree, found before.
    Forward,
    /// Cross edge: its head was finished before the tail was discovered.
    Cross,
}
