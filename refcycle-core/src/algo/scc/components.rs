//! The result: the component of each vertex.

use super::starts::Starts;
use crate::{Successors, VertexId};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

/// The strongly connected components of a graph, numbered in reverse topological order:
/// an edge between two components goes from the higher number to the lower.
///
/// A [`Split`](super::super::Split) has the questions that need the graph too: which components
/// are cycles, sources or sinks, and their subgraphs.
///
/// # Memory
/// 8 bytes per vertex, 3 bits per component, and 4 more bytes for each component of several
/// vertices.
#[derive(Clone, PartialEq, Eq)]
pub struct Components {
    /// `!number` of the component of each vertex id, [`NONE`] if it is not a vertex: the form that
    /// the searches produce.
    component: Box<[u32]>,
    /// The vertices, grouped by component.
    members: Box<[VertexId]>,
    starts: Starts,
}

const NONE: u32 = 0;

impl Components {
    /// `component` has the form of the field.
    pub(super) fn from_search(component: Vec<u32>, members: Vec<VertexId>, starts: Starts) -> Self {
        Self {
            component: component.into(),
            members: members.into(),
            starts,
        }
    }

    /// The number of components.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether the graph has no vertex.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the component of `v`; `None` if `v` is not a vertex.
    pub fn component_of(&self, v: VertexId) -> Option<u32> {
        self.component
            .get(v.index())
            .filter(|&&component| component != NONE)
            .map(|&component| !component)
    }

    /// The number of the component of `v`, which is known to be a vertex.
    #[inline]
    pub(crate) fn number(&self, v: VertexId) -> u32 {
        !self.component[v.index()]
    }

    /// The number of the component of each vertex id, or `none`.
    pub(crate) fn into_numbers(self, none: u32) -> Box<[u32]> {
        let mut numbers = self.component;
        for number in &mut numbers {
            *number = if *number == NONE { none } else { !*number };
        }
        numbers
    }

    /// The vertices of a component.
    ///
    /// # Panics
    /// If there is no component with this number.
    pub fn component(&self, number: u32) -> &[VertexId] {
        &self.members[self.starts.range(number)]
    }

    /// The vertices of each component, in reverse topological order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[VertexId]> + ExactSizeIterator {
        (0..self.len()).map(|number| self.component(number as u32))
    }

    /// The numbers of the components in topological order: each before all components that it
    /// reaches.
    pub fn topological_order(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
        (0..self.len() as u32).rev()
    }

    /// A number above the ids of all vertices.
    pub(crate) fn vertex_bound(&self) -> usize {
        self.component.len()
    }

    /// The number of vertices.
    pub(crate) fn vertex_count(&self) -> usize {
        self.members.len()
    }

    /// The components that are not at the given end of an edge between two components; `end`
    /// chooses the end.
    ///
    /// `graph` must be the graph of these components.
    pub(crate) fn without_edges<G: Successors + ?Sized>(
        &self,
        graph: &G,
        end: impl Fn(u32, u32) -> u32,
    ) -> Vec<u32> {
        let mut has_edge = vec![false; self.len()];
        // In the order in which the graph stores the edges, not by component.
        for (v, &tail) in self.component.iter().enumerate() {
            if tail == NONE {
                continue;
            }
            for w in graph.successors(VertexId::from_index(v)) {
                let head = self.component[w.index()];
                if head != tail {
                    has_edge[end(!tail, !head) as usize] = true;
                }
            }
        }
        (0..self.len() as u32)
            .filter(|&number| !has_edge[number as usize])
            .collect()
    }
}

impl fmt::Debug for Components {
    /// Prints the vertices of each component.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().enumerate()).finish()
    }
}
