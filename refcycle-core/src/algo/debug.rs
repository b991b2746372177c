//! What results print for debugging: what they say, not how they store it.

use core::fmt::{Debug, Formatter, Result};

use super::{BowTie, BowTiePart, DominatorTree, Dominators, Levels, Split};
use crate::search::Reached;

impl Debug for Levels {
    /// Prints the vertices of each level.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Debug for Reached {
    /// Prints the vertices of each generation.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let generations = (0..self.generations()).map(|depth| self.generation(depth));
        f.debug_list().entries(generations).finish()
    }
}

impl Debug for BowTie {
    /// Prints the vertices of each part.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let parts = BowTiePart::ALL.iter().map(|&part| (part, self.part(part)));
        f.debug_map().entries(parts).finish()
    }
}

impl Debug for Dominators {
    /// Prints the immediate dominator of each vertex.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let vertices = self.vertices().iter();
        let dominators = vertices.filter_map(|&v| Some((v, self.immediate_dominator(v)?)));
        f.debug_map().entries(dominators).finish()
    }
}

impl Debug for DominatorTree {
    /// Prints the immediate dominator of each vertex.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let vertices = self.vertices().iter();
        let dominators = vertices.filter_map(|&v| Some((v, self.immediate_dominator(v)?)));
        f.debug_map().entries(dominators).finish()
    }
}

impl<G: ?Sized, C: Debug> Debug for Split<'_, G, C> {
    /// Prints the components.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_tuple("Split").field(self.parts()).finish()
    }
}
