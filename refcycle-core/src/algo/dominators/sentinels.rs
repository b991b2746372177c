//! Values in place of a preorder number.

/// The number of the virtual root, above every start.
pub(super) const ROOT: u32 = 0;

/// The vertex has not been reached.
pub(super) const UNSEEN: u32 = 0;

/// A branch begins at the vertex. Above all numbers.
pub(super) const BRANCH: u32 = u32::MAX;

/// The semidominator is the top, so that no other edge to the vertex matters. Above all numbers.
pub(super) const SETTLED: u32 = BRANCH - 1;
