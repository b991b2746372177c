//! Results for serde: lists of lists of vertices.
//!
//! They are only written: a list that was read might be the result of no graph, which their
//! methods rely on.

use serde::{Serialize, Serializer};

use crate::algo::{Components, Reached, VertexGroups, WeakComponents};

impl Serialize for Components {
    /// Writes the vertices of each component, in reverse topological order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Serialize for WeakComponents {
    /// Writes the vertices of each component.
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
