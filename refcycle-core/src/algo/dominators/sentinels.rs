//! Values that stand in place of a preorder number.

/// The number of the virtual root, above every start.
pub(super) const ROOT: u32 = 0;

/// In place of a number: the vertex has not been reached.
pub(super) const UNSEEN: u32 = 0;

/// In place of a number: a branch is to begin at the vertex. It is above all numbers.
pub(super) const BRANCH: u32 = u32::MAX;

/// In place of a number: the semidominator is the top, so that no other edge to the vertex
/// matters. It is above all numbers.
pub(super) const SETTLED: u32 = BRANCH - 1;
