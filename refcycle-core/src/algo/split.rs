//! Cutting a graph into the subgraphs of its components.

use super::Components;
use crate::views::Subgraph;
use crate::{EdgeId, IDirectedGraph, VertexId};

/// The subgraphs of a graph's components, made one after the other; see [`split`].
#[derive(Debug)]
pub struct ComponentGraphs<'a, G: ?Sized> {
    graph: &'a G,
    components: &'a Components,
    /// The number of each vertex within its component.
    local: Vec<u32>,
}

/// Prepares the compact subgraph of each component. All of them together cost O(vertices
/// + edges) time, however many there are; scratch is 4 bytes a vertex id.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, IDirectedGraph, algo};
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)])?;
/// let components = algo::strongly_connected_components(&graph);
/// let edges: Vec<_> = algo::split(&graph, &components)
///     .iter()
///     .map(|subgraph| subgraph.map_or(0, |subgraph| subgraph.edge_count()))
///     .collect();
/// assert_eq!(edges, [0, 2]);
/// # Ok::<(), refcycle_core::GraphError>(())
/// ```
pub fn split<'a, G: IDirectedGraph + ?Sized>(
    graph: &'a G,
    components: &'a Components,
) -> ComponentGraphs<'a, G> {
    let mut local = vec![0; graph.vertex_bound()];
    for members in components.iter() {
        for (number, v) in members.iter().enumerate() {
            local[v.index()] = number as u32;
        }
    }
    ComponentGraphs {
        graph,
        components,
        local,
    }
}

impl<G: IDirectedGraph + ?Sized> ComponentGraphs<'_, G> {
    /// The subgraph of a component: its vertices in the order of
    /// [`Components::component`]. `None` when it is a single vertex without an edge to
    /// itself, which needs no graph: on a heap nearly all of them.
    ///
    /// # Panics
    /// When there is no component of this number.
    pub fn get(&self, number: u32) -> Option<Subgraph> {
        let members = self.components.component(number);
        let mut offsets = Vec::with_capacity(members.len() + 1);
        let mut heads = Vec::new();
        let mut parent_edges: Vec<EdgeId> = Vec::new();
        if let &[v] = members
            && self.graph.successors(v).all(|w| w != v)
        {
            return None;
        }
        offsets.push(0);
        for &v in members {
            for edge in self.graph.out_edges(v) {
                if self.components.component_of(edge.head) == Some(number) {
                    heads.push(VertexId::new(self.local[edge.head.index()]));
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

    /// The subgraph of each component, as [`get`](Self::get) gives it.
    pub fn iter(&self) -> impl Iterator<Item = Option<Subgraph>> + '_ {
        (0..self.components.len() as u32).map(|number| self.get(number))
    }
}
