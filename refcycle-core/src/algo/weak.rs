//! Weakly connected components.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::counting_sort;
use crate::watch::Meter;
use crate::{Input, Successors, VertexId, Watch};

/// The weakly connected components of a graph: its connected components if the direction of edges
/// is ignored. They are numbered in the order of their smallest vertices.
///
/// # Memory
/// 8 bytes per vertex and 4 per component.
#[derive(Clone, PartialEq, Eq)]
pub struct WeakComponents {
    /// The component of each vertex id, [`NONE`] if it is not a vertex.
    component: Box<[u32]>,
    /// The vertices, grouped by component.
    members: Box<[VertexId]>,
    /// Where each component starts in `members`; the last item is the end of the last component.
    starts: Box<[u32]>,
}

const NONE: u32 = u32::MAX;

impl WeakComponents {
    /// The number of components.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether the graph has no vertex.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the component of `v`; `None` if `v` is not a vertex.
    pub fn component_of(&self, v: VertexId) -> Option<u32> {
        let component = self.component.get(v.index()).copied();
        component.filter(|&component| component != NONE)
    }

    /// The vertices of a component, ascending.
    ///
    /// # Panics
    /// If there is no component with this number.
    pub fn component(&self, number: u32) -> &[VertexId] {
        let number = number as usize;
        &self.members[self.starts[number] as usize..self.starts[number + 1] as usize]
    }

    /// The vertices of each component.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[VertexId]> + ExactSizeIterator {
        (0..self.len()).map(|number| self.component(number as u32))
    }

    /// The number of the component with the most vertices, the first if there are several; `None`
    /// if the graph has no vertex.
    pub fn largest(&self) -> Option<u32> {
        (0..self.len() as u32)
            .rev()
            .max_by_key(|&number| self.component(number).len())
    }
}

/// The weakly connected components.
///
/// # Complexity
/// O(vertices + edges * log vertices) time in the worst case, linear in practice. Memory besides
/// the result: 4 bytes per component.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(5, [(4, 0), (2, 0), (3, 1)])?;
/// let components = algo::weakly_connected_components(&graph);
/// assert_eq!(components.len(), 2);
/// assert_eq!(components.component(0), [0, 2, 4].map(VertexId::new));
/// assert_eq!(components.component_of(VertexId::new(3)), Some(1));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # Implementation details
/// Union-find over the edges, which needs only successors. The larger of two roots is linked to
/// the smaller, so that parents are smaller than their children and one ascending pass numbers
/// the components. Find uses path halving.
///
/// # References
/// R. E. Tarjan, J. van Leeuwen, "Worst-case analysis of set union algorithms", J. ACM 31
/// (1984), doi:10.1145/62.2160.
pub fn weakly_connected_components<I: Input<Graph: Successors>>(
    graph: I,
) -> I::Flow<WeakComponents> {
    graph.run(weakly_connected_components_watched)
}

pub(crate) fn weakly_connected_components_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, WeakComponents> {
    let parent = match graph.rows() {
        Some(rows) => join(&rows, watch)?,
        None => join(graph, watch)?,
    };
    ControlFlow::Continue(group(graph, parent))
}

/// For each vertex a smaller vertex of its component, or itself if there is none.
fn join<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, Vec<u32>> {
    let mut meter = Meter::new(watch);
    let mut parent: Vec<u32> = (0..graph.vertex_bound() as u32).collect();
    for v in graph.vertices() {
        meter.step()?;
        let mut root = find(&mut parent, v.number());
        for w in graph.successors(v) {
            let other = find(&mut parent, w.number());
            let (low, high) = (root.min(other), root.max(other));
            parent[high as usize] = low;
            root = low;
        }
    }
    ControlFlow::Continue(parent)
}

/// The root of the tree of `v`. Halves the path to it.
#[inline]
fn find(parent: &mut [u32], mut v: u32) -> u32 {
    loop {
        let up = parent[v as usize];
        if up == v {
            return v;
        }
        let above = parent[up as usize];
        parent[v as usize] = above;
        v = above;
    }
}

fn group<G: Successors + ?Sized>(graph: &G, mut component: Vec<u32>) -> WeakComponents {
    let has_holes = graph.vertex_count() < component.len();
    let mut starts = vec![0];
    for v in 0..component.len() {
        let up = component[v] as usize;
        if has_holes && !graph.contains_vertex(VertexId::from_index(v)) {
            component[v] = NONE;
        } else if up == v {
            component[v] = starts.len() as u32 - 1;
            starts.push(1);
        } else {
            component[v] = component[up];
            counting_sort::count(&mut starts, component[v]);
        }
    }
    counting_sort::sum(&mut starts);
    let mut members = vec![VertexId::default(); starts[starts.len() - 1] as usize];
    let by_component = component.iter().copied().zip((0..).map(VertexId::new));
    let by_component = by_component.filter(|&(number, _)| number != NONE);
    counting_sort::fill(&mut starts, &mut members, by_component);
    WeakComponents {
        component: component.into(),
        members: members.into(),
        starts: starts.into(),
    }
}
