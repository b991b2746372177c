//! Results for serde, mostly as lists of lists of vertices.
//!
//! They are only written: a list that was read might be the result of no graph, which their
//! methods rely on.

use serde::{Serialize, Serializer};

use crate::VertexId;
use crate::algo::{
    BowTie, BowTiePart, Components, DominatorTree, Dominators, Levels, Reached, VertexGroups,
};

impl Serialize for Components {
    /// Writes the vertices of each component, in reverse topological order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Serialize for VertexGroups {
    /// Writes the vertices of each group.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Serialize for Reached {
    /// Writes the vertices of each generation.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.generations()).map(|depth| self.generation(depth)))
    }
}

impl Serialize for Levels {
    /// Writes the vertices of each level.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Serialize for BowTie {
    /// Writes the vertices of each part, as a map from the names of [`BowTiePart`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(BowTiePart::ALL.map(|part| (part, self.part(part))))
    }
}

impl Serialize for Dominators {
    /// Writes the pair of each vertex and its immediate dominator, none for the root.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let dominator = |v| self.immediate_dominator(v)?.vertex();
        serializer.collect_seq(pairs(self.vertices(), dominator))
    }
}

impl Serialize for DominatorTree {
    /// Writes the pair of each vertex and its immediate dominator, none for the root.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let dominator = |v| self.immediate_dominator(v)?.vertex();
        serializer.collect_seq(pairs(self.vertices(), dominator))
    }
}

fn pairs<T>(
    vertices: &[VertexId],
    of: impl Fn(VertexId) -> T,
) -> impl Iterator<Item = (VertexId, T)> {
    vertices.iter().map(move |&v| (v, of(v)))
}
