//! Edges and vertices that hold strongly connected components together.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::dominators::{dominators_watched, edge_dominators_watched};
use super::scc::strongly_connected_components_watched;
use super::{Components, Dominator, Dominators};
use crate::views::{Masked, Reversed};
use crate::{
    Edge, Heads, IDirectedGraph, Input, Predecessors, Successors, Tails, VertexId, VertexSet,
    Vertices, Watch,
};

/// The strong bridges of a graph, by ascending edge id: the edges without which there are more
/// strongly connected components.
///
/// An edge from v to w is a strong bridge if w reaches v, and every path from v to w goes through
/// the edge. Without it, the two are no longer on a common cycle. A cycle that leads through no
/// other cycle consists of strong bridges; neither of two parallel edges is one.
///
/// # Complexity
/// That of the components and four times that of [`dominators`](super::dominators):
/// O(edges log vertices) time, and about 60 bytes per vertex.
///
/// # Implementation details
/// The bridges of the flow graphs from any vertex of a component, in both directions. All
/// components are searched at once, each from one vertex.
///
/// # References
/// G. F. Italiano, L. Laura, F. Santaroni, "Finding strong bridges and strong articulation points
/// in linear time", Theor. Comput. Sci. 447 (2012), doi:10.1016/j.tcs.2011.11.011.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, algo};
/// // Two cycles, 0 -> 1 -> 2 -> 0 and 0 -> 1 -> 3 -> 0, and an edge that leaves them.
/// let graph = CsrGraph::from_edges(5, [(0, 1), (1, 2), (2, 0), (1, 3), (3, 0), (3, 4)])?;
/// let bridges = algo::strong_bridges(&graph);
/// let ends: Vec<_> = bridges.iter().map(|e| (e.tail.number(), e.head.number())).collect();
/// assert_eq!(ends, [(0, 1), (1, 2), (1, 3), (2, 0), (3, 0)]);
/// // With a second edge from 0 to 1, neither of the two is needed.
/// let graph = CsrGraph::from_edges(2, [(0, 1), (0, 1), (1, 0)])?;
/// assert_eq!(algo::strong_bridges(&graph).len(), 1);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn strong_bridges<I: Input<Graph: IDirectedGraph>>(graph: I) -> I::Flow<Vec<Edge>> {
    graph.run(strong_bridges_watched)
}

pub(crate) fn strong_bridges_watched<G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, Vec<Edge>> {
    let components = strongly_connected_components_watched(graph, watch)?;
    let within = Within::new(graph, &components);
    let Some(dominators) = within.dominators(watch)? else {
        return ControlFlow::Continue(Vec::new());
    };
    let mut bridges = flow_bridges(&within, dominators, watch)?;
    let back = Reversed::new(&within);
    if let Some(dominators) = within.post_dominators(watch)? {
        let found = flow_bridges(&back, dominators, watch)?;
        bridges.extend(found.into_iter().map(Edge::reversed));
    }
    bridges.sort_unstable();
    bridges.dedup();
    ControlFlow::Continue(bridges)
}

fn flow_bridges<G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    dominators: Dominators,
    watch: &mut W,
) -> ControlFlow<W::Stop, Vec<Edge>> {
    let tree = dominators.into_tree();
    let edges = edge_dominators_watched(graph, &tree, watch);
    let edges = edges.expect("the tree belongs to the graph")?;
    ControlFlow::Continue(edges.iter().collect())
}

/// The strong articulation points of a graph, ascending: the vertices without which there are more
/// strongly connected components, not counting the vertex itself.
///
/// A vertex is a strong articulation point if two other vertices of its component are on a common
/// cycle only together with it, or through it. In a simple cycle of three or more vertices, each
/// is one.
///
/// # Complexity
/// That of three searches for components and two for [`dominators`](super::dominators):
/// O(edges log vertices) time, and about 40 bytes per vertex.
///
/// # References
/// As for [`strong_bridges`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// // Two cycles that share vertex 1.
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2), (2, 1)])?;
/// assert_eq!(algo::strong_articulation_points(&graph), [VertexId::new(1)]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn strong_articulation_points<I: Input<Graph: IDirectedGraph>>(
    graph: I,
) -> I::Flow<Vec<VertexId>> {
    graph.run(strong_articulation_points_watched)
}

pub(crate) fn strong_articulation_points_watched<G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, Vec<VertexId>> {
    let components = strongly_connected_components_watched(graph, watch)?;
    let within = Within::new(graph, &components);
    let mut points = VertexSet::new(graph.vertex_bound());
    let Some(forward) = within.dominators(watch)? else {
        return ControlFlow::Continue(Vec::new());
    };
    add_dominators(&mut points, &forward);
    drop(forward);
    if let Some(backward) = within.post_dominators(watch)? {
        add_dominators(&mut points, &backward);
    }
    // The starts dominate everything; each is judged by the components without it.
    for &root in &within.roots {
        points.remove(root);
    }
    let mut rest = VertexSet::from_vertices(graph.vertex_bound(), graph.vertices());
    for &root in &within.roots {
        rest.remove(root);
    }
    let parts = strongly_connected_components_watched(&Masked::new(&within, &rest), watch)?;
    let mut count = vec![0_u32; components.len()];
    for part in parts.iter() {
        count[components.number(part[0]) as usize] += 1;
    }
    for &root in &within.roots {
        if count[components.number(root) as usize] > 1 {
            points.insert(root);
        }
    }
    ControlFlow::Continue(points.iter().collect())
}

fn add_dominators(points: &mut VertexSet, dominators: &Dominators) {
    for &v in dominators.vertices() {
        if let Some(Dominator::Vertex(above)) = dominators.immediate_dominator(v) {
            points.insert(above);
        }
    }
}

/// A view of the edges within the components of a graph.
pub(super) struct Within<'g, G: ?Sized> {
    graph: &'g G,
    components: &'g Components,
    /// One vertex of each component of several vertices.
    pub(super) roots: Vec<VertexId>,
}

impl<'g, G: IDirectedGraph + ?Sized> Within<'g, G> {
    pub(super) fn new(graph: &'g G, components: &'g Components) -> Self {
        let several = components.iter().filter(|members| members.len() > 1);
        Self {
            graph,
            components,
            roots: several.map(|members| members[0]).collect(),
        }
    }

    /// The dominators in each component of several vertices; `None` if there is no such component.
    pub(super) fn dominators<W: Watch>(
        &self,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Option<Dominators>> {
        self.dominators_of(self, watch)
    }

    /// The dominators in the reversed components.
    pub(super) fn post_dominators<W: Watch>(
        &self,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Option<Dominators>> {
        self.dominators_of(&Reversed::new(self), watch)
    }

    fn dominators_of<W: Watch>(
        &self,
        view: &impl Successors,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Option<Dominators>> {
        if self.roots.is_empty() {
            return ControlFlow::Continue(None);
        }
        let roots = self.roots.iter().copied();
        let found = dominators_watched(view, roots, watch);
        found
            .expect("the members of components are vertices")
            .map_continue(Some)
    }
}

impl<G: Vertices + ?Sized> Vertices for Within<'_, G> {
    fn vertex_bound(&self) -> usize {
        self.graph.vertex_bound()
    }

    fn vertex_count(&self) -> usize {
        self.graph.vertex_count()
    }

    fn contains_vertex(&self, v: VertexId) -> bool {
        self.graph.contains_vertex(v)
    }

    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.graph.vertices()
    }
}

impl<G: IDirectedGraph + ?Sized> Successors for Within<'_, G> {
    type Successors<'a>
        = Heads<EdgesWithin<'a, G::OutEdges<'a>>>
    where
        Self: 'a;

    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        Heads::new(self.out_edges(v))
    }
}

impl<G: IDirectedGraph + ?Sized> Predecessors for Within<'_, G> {
    type Predecessors<'a>
        = Tails<EdgesWithin<'a, G::InEdges<'a>>>
    where
        Self: 'a;

    fn predecessors(&self, v: VertexId) -> Self::Predecessors<'_> {
        Tails::new(self.in_edges(v))
    }
}

impl<G: IDirectedGraph + ?Sized> IDirectedGraph for Within<'_, G> {
    type OutEdges<'a>
        = EdgesWithin<'a, G::OutEdges<'a>>
    where
        Self: 'a;
    type InEdges<'a>
        = EdgesWithin<'a, G::InEdges<'a>>
    where
        Self: 'a;

    fn edge_bound(&self) -> usize {
        self.graph.edge_bound()
    }

    fn edge_count(&self) -> usize {
        self.vertices().map(|v| self.out_edges(v).count()).sum()
    }

    fn out_edges(&self, v: VertexId) -> Self::OutEdges<'_> {
        EdgesWithin {
            all: self.graph.out_edges(v),
            components: self.components,
        }
    }

    fn in_edges(&self, v: VertexId) -> Self::InEdges<'_> {
        EdgesWithin {
            all: self.graph.in_edges(v),
            components: self.components,
        }
    }
}

pub(super) struct EdgesWithin<'a, I> {
    all: I,
    components: &'a Components,
}

impl<I: Iterator<Item = Edge>> Iterator for EdgesWithin<'_, I> {
    type Item = Edge;

    #[inline]
    fn next(&mut self) -> Option<Edge> {
        let number = |v| self.components.number(v);
        self.all.find(|edge| number(edge.tail) == number(edge.head))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.all.size_hint().1)
    }
}
