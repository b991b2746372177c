//! A graph together with its components.

use super::Components;
use crate::lengths::check_length;
use crate::once_lock::OnceLock;
use crate::views::Subgraph;
use crate::{EdgeId, Error, IDirectedGraph, Successors, VertexId, Vertices};
use alloc::vec;
use alloc::vec::Vec;
use core::borrow::Borrow;

/// A graph together with its strongly connected components, for the questions that need both. With
/// both in one value, those of another graph are hard to pass by mistake; see [`new`](Self::new).
///
/// # Memory
/// That of the components; 4 bytes per vertex id more from the first [`subgraph`](Self::subgraph).
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph};
/// // A cycle that leads to a vertex.
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)])?;
/// let split = graph.split();
/// assert_eq!(split.components().len(), 2);
/// assert_eq!((split.sources(), split.sinks()), (vec![1], vec![0]));
/// assert!(split.cyclic().eq([1]));
/// assert!(split.subgraph(0).is_none()); // vertex 2, no edge
/// assert_eq!(split.subgraph(1).unwrap().edge_count(), 2);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct Split<'g, G: ?Sized, C = Components> {
    graph: &'g G,
    components: C,
    /// The number of each vertex within its component.
    local: OnceLock<Vec<u32>>,
}

impl<G: ?Sized, C> Split<'_, G, C> {
    /// The components as they were given.
    pub(super) fn parts(&self) -> &C {
        &self.components
    }
}

impl<'g, G: Vertices + ?Sized, C: Borrow<Components>> Split<'g, G, C> {
    /// Joins a graph and its components, owned or borrowed, which
    /// [`strongly_connected_components`](super::strongly_connected_components) found, for example
    /// under a watch. [`Algorithms::split`](crate::Algorithms::split) finds them too, and leaves no
    /// doubt: here the vertices are compared, but not the edges.
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) or
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) unless the components have exactly
    /// the vertices of the graph.
    ///
    /// # Complexity
    /// O(vertices) time.
    pub fn new(graph: &'g G, components: C) -> Result<Self, Error> {
        let known = components.borrow();
        let found = known.vertex_bound();
        check_length("component numbers", found, graph.vertex_bound())?;
        let found = known.vertex_count();
        check_length("vertices of the components", found, graph.vertex_count())?;
        match graph.vertices().find(|&v| known.component_of(v).is_none()) {
            Some(stranger) => Err(Error::not_a_vertex(stranger)),
            None => Ok(Self::of(graph, components)),
        }
    }

    /// Joins a graph and the components that were just found in it.
    pub(crate) fn of(graph: &'g G, components: C) -> Self {
        Self {
            graph,
            components,
            local: OnceLock::new(),
        }
    }

    /// The components.
    pub fn components(&self) -> &Components {
        self.components.borrow()
    }

    /// The components, without the graph.
    pub fn into_components(self) -> C {
        self.components
    }
}

impl<G: Successors + ?Sized, C: Borrow<Components>> Split<'_, G, C> {
    /// The components that contain a cycle: those of more than one vertex, or with a self-loop.
    /// In ascending order.
    ///
    /// # Complexity
    /// O(vertices + edges of single vertices) time.
    pub fn cyclic(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.components().len() as u32).filter(|&number| self.is_cyclic(number))
    }

    fn is_cyclic(&self, number: u32) -> bool {
        match self.components().component(number) {
            &[v] => self.graph.successors(v).any(|w| w == v),
            _ => true,
        }
    }

    /// The numbers, ascending, of the components that no other component reaches.
    ///
    /// # Complexity
    /// O(vertices + edges) time, one byte per component.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{Algorithms, CsrGraph};
    /// // A cycle that leads to two vertices.
    /// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 0), (1, 2), (2, 3)])?;
    /// let split = graph.split();
    /// let sources = split.sources();
    /// assert_eq!(sources.len(), 1);
    /// assert_eq!(split.components().component(sources[0]).len(), 2);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn sources(&self) -> Vec<u32> {
        self.components().without_edges(self.graph, |_, head| head)
    }

    /// The numbers, ascending, of the components that reach no other component.
    ///
    /// # Complexity
    /// As for [`sources`](Self::sources).
    pub fn sinks(&self) -> Vec<u32> {
        self.components().without_edges(self.graph, |tail, _| tail)
    }

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
    /// use refcycle_core::{Algorithms, CsrGraph, VertexId};
    /// // 0 leads to 1; 2 and 3 are a cycle that no other vertex holds.
    /// let graph = CsrGraph::from_edges(4, [(0, 1), (2, 3), (3, 2)])?;
    /// let [root, held, one, other] = [0, 1, 2, 3].map(VertexId::new);
    /// let mut starts = graph.split().covering([root, held]);
    /// assert_eq!(starts[..2], [root, held]);
    /// starts.sort();
    /// assert_eq!(starts, [root, held, one, other]);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn covering(&self, starts: impl IntoIterator<Item = VertexId>) -> Vec<VertexId> {
        let mut has_start = vec![false; self.components().len()];
        let mut covering = Vec::new();
        for v in starts {
            if let Some(number) = self.components().component_of(v) {
                has_start[number as usize] = true;
                covering.push(v);
            }
        }
        for number in self.sources() {
            if !has_start[number as usize] {
                covering.extend_from_slice(self.components().component(number));
            }
        }
        covering
    }
}

impl<G: IDirectedGraph + ?Sized, C: Borrow<Components>> Split<'_, G, C> {
    /// The subgraph of a component, its vertices in the order of [`Components::component`]. `None`
    /// if it is a single vertex without a self-loop, which needs no graph: nearly all components of
    /// a heap are of this kind.
    ///
    /// # Complexity
    /// All components together take O(vertices + edges) time.
    ///
    /// # Panics
    /// If there is no component with this number.
    pub fn subgraph(&self, number: u32) -> Option<Subgraph> {
        if !self.is_cyclic(number) {
            return None;
        }
        let local = self.local.get_or_init(|| self.numbers());
        let members = self.components().component(number);
        let mut offsets = Vec::with_capacity(members.len() + 1);
        let mut heads = Vec::new();
        let mut parent_edges: Vec<EdgeId> = Vec::new();
        offsets.push(0);
        for &v in members {
            for edge in self.graph.out_edges(v) {
                if self.components().component_of(edge.head) == Some(number) {
                    heads.push(local[edge.head.index()]);
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

    fn numbers(&self) -> Vec<u32> {
        let mut local = vec![0; self.components().vertex_bound()];
        for members in self.components().iter() {
            for (number, v) in members.iter().enumerate() {
                local[v.index()] = number as u32;
            }
        }
        local
    }
}
