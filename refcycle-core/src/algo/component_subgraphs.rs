//! The subgraphs of the components of a graph.

use super::Components;
use crate::views::Subgraph;
use crate::{EdgeId, IDirectedGraph, Vertices};
use alloc::vec;
use alloc::vec::Vec;

/// Makes the compact subgraph of any component of a graph. All components together take
/// O(vertices + edges) time.
///
/// # Memory
/// 4 bytes per vertex id.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, IDirectedGraph, algo};
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)])?;
/// let components = algo::strongly_connected_components(&graph);
/// let split = algo::Split::new(&graph, &components);
/// assert!(split.component(&graph, &components, 0).is_none()); // vertex 2, no edge
/// let cycle = split.component(&graph, &components, 1).unwrap();
/// assert_eq!(cycle.edge_count(), 2);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Split {
    /// The number of each vertex within its component.
    local: Vec<u32>,
}

impl Split {
    /// Numbers the vertices of each component in the order of [`Components::component`].
    /// `components` must be those of `graph`.
    pub fn new<G: Vertices + ?Sized>(graph: &G, components: &Components) -> Self {
        let mut local = vec![0; graph.vertex_bound()];
        for members in components.iter() {
            for (number, v) in members.iter().enumerate() {
                local[v.index()] = number as u32;
            }
        }
        Self { local }
    }

    /// The subgraph of a component. `None` if it is a single vertex without a self-loop, which
    /// needs no graph: nearly all components of a heap are of this kind.
    ///
    /// # Panics
    /// If there is no component with this number.
    pub fn component<G: IDirectedGraph + ?Sized>(
        &self,
        graph: &G,
        components: &Components,
        number: u32,
    ) -> Option<Subgraph> {
        let members = components.component(number);
        if let &[v] = members
            && graph.successors(v).all(|w| w != v)
        {
            return None;
        }
        let mut offsets = Vec::with_capacity(members.len() + 1);
        let mut heads = Vec::new();
        let mut parent_edges: Vec<EdgeId> = Vec::new();
        offsets.push(0);
        for &v in members {
            for edge in graph.out_edges(v) {
                if components.component_of(edge.head) == Some(number) {
                    heads.push(self.local[edge.head.index()]);
                    parent_edges.push(edge.id);
                }
            }
            offsets.push(heads.len() as u32);
        }
        Some(Subgraph::from_parts(
            offsets,
            heads,
            members.to_vec(),
            parent_edges,
        ))
    }
}
