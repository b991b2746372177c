//! Starts from which every vertex is reached.

use alloc::vec;
use alloc::vec::Vec;

use super::Components;
use crate::{Successors, VertexId};

impl Components {
    /// Vertices from which all others are reached: first the vertices of `starts` that are in the
    /// graph, in that order, then all vertices of each source component without a start.
    ///
    /// Dominators and retained sizes need such starts: the objects of a heap that are held from
    /// outside, and the garbage, which is not.
    ///
    /// # Complexity
    /// As for [`sources`](Self::sources), and one byte per component.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrGraph, VertexId, algo};
    /// // 0 leads to 1; 2 and 3 are a cycle that no other vertex holds.
    /// let graph = CsrGraph::from_edges(4, [(0, 1), (2, 3), (3, 2)])?;
    /// let [root, held, one, other] = [0, 1, 2, 3].map(VertexId::new);
    /// let components = algo::strongly_connected_components(&graph);
    /// let mut starts = components.covering(&graph, [root, held]);
    /// assert_eq!(starts[..2], [root, held]);
    /// starts.sort();
    /// assert_eq!(starts, [root, held, one, other]);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn covering<G: Successors + ?Sized>(
        &self,
        graph: &G,
        starts: impl IntoIterator<Item = VertexId>,
    ) -> Vec<VertexId> {
        let mut has_start = vec![false; self.len()];
        let mut covering = Vec::new();
        for v in starts {
            if let Some(number) = self.component_of(v) {
                has_start[number as usize] = true;
                covering.push(v);
            }
        }
        for number in self.sources(graph) {
            if !has_start[number as usize] {
                covering.extend_from_slice(self.component(number));
            }
        }
        covering
    }
}
