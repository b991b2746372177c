//! 2-vertex-connected components: the largest subgraphs without strong articulation points.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::parts::{Found, Parts};
use crate::algo::scc::strongly_connected_components_watched;
use crate::algo::strong_cuts::Within;
use crate::algo::vertex_groups::VertexGroups;
use crate::algo::{Dominator, Dominators};
use crate::views::Masked;
use crate::watch::Meter;
use crate::{Input, Successors, VertexId, VertexSet, Watch};

type Edges = Vec<(u32, u32)>;

/// The 2-vertex-connected components of a graph: the largest subgraphs of three or more vertices
/// that are strongly connected and stay so if any single vertex is removed, by their vertices.
///
/// Such a subgraph has no strong articulation point: see
/// [`strong_articulation_points`](crate::algo::strong_articulation_points). It contains all edges
/// between its vertices. Two components have at most one vertex in common, so that a vertex can be
/// in several, and many vertices are in none. Parallel edges and self-loops make no difference.
///
/// The *blocks* of the literature are another notion: the largest groups of vertices of which any
/// two are joined by two paths without a common vertex, which can leave the group. There is no
/// function for these; [`vertex_disjoint_paths`](crate::algo::vertex_disjoint_paths) answers the
/// question for two vertices, and
/// [`two_edge_connected_blocks`](super::two_edge_connected_blocks) the one about edges.
///
/// # Panics
/// If there are more than [`MAX_EDGES`](crate::MAX_EDGES) edges within the strongly connected
/// components; parallel edges count once.
///
/// # Complexity
/// O(rounds × edges × log vertices) time, where only the first round reads all edges. There are
/// two or three rounds in practice, and at most as many as vertices: a chain of triangles in which
/// each holds the next together, by way of two hubs, needs a round for each triangle. Memory: about 150 bytes per
/// vertex and 50 per edge of the strongly connected components of more than one vertex.
///
/// # Implementation details
/// Vertices that only one other vertex leads to, or that lead to only one, are removed repeatedly.
/// A component contains no vertex that another of its vertices dominates but a third does not. So
/// the vertices whose immediate dominator is the same, with this dominator, are a graph of their
/// own; each edge is in at most one of them. This is done in both directions, from one vertex of
/// each strongly connected component, and then for what is left without this vertex.
///
/// # References
/// - L. Georgiadis, G. F. Italiano, L. Laura, N. Parotsidis, "2-Vertex Connectivity in Directed
///   Graphs", Inf. Comput. 261 (2018), doi:10.1016/j.ic.2018.02.007.
/// - M. Henzinger, S. Krinninger, V. Loitzenbauer, "Finding 2-edge and 2-vertex strongly connected
///   components in quadratic time", ICALP 2015, doi:10.1007/978-3-662-47672-7_58.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, algo};
/// // All edges between 0, 1 and 2, and all between 2, 3 and 4.
/// let all = |a, b, c| [(a, b), (b, a), (b, c), (c, b), (c, a), (a, c)];
/// let graph = CsrGraph::from_edges(5, all(0, 1, 2).into_iter().chain(all(2, 3, 4)))?;
/// let components = algo::two_vertex_connected_components(&graph);
/// assert_eq!(components.group(0), [0, 1, 2].map(Into::into));
/// assert_eq!(components.group(1), [2, 3, 4].map(Into::into));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn two_vertex_connected_components<I: Input<Graph: Successors>>(
    graph: I,
) -> I::Flow<VertexGroups> {
    graph.run(two_vertex_connected_components_watched)
}

fn two_vertex_connected_components_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, VertexGroups> {
    let mut parts = Parts::of(graph, true, watch)?;
    let mut found = Found::default();
    // The component of the last round from which each vertex comes, and the sizes of these.
    let mut former = vec![0; parts.len()];
    let mut sizes = vec![usize::MAX];
    while parts.len() > 0 {
        let origins;
        (parts, origins) = parts.peeled(&mut Meter::new(watch))?;
        let components = strongly_connected_components_watched(&parts.graph, watch)?;
        let mut current = vec![0; parts.len()];
        let mut is_open: Vec<bool> = Vec::with_capacity(components.len());
        for (number, members) in components.iter().enumerate() {
            let origin = origins[members[0].index()] as usize;
            // Nothing was split off in a whole round.
            let is_whole = members.len() == sizes[former[origin] as usize];
            if is_whole && members.len() > 1 {
                found.add(members.iter().map(|v| parts.names[v.index()]));
            }
            is_open.push(members.len() > 1 && !is_whole);
            for v in members {
                current[v.index()] = number as u32;
            }
        }
        sizes = components.iter().map(<[VertexId]>::len).collect();
        former = current;
        let inside = |&(v, w): &(u32, u32)| {
            let component = former[v as usize];
            component == former[w as usize] && is_open[component as usize]
        };
        let edges: Vec<_> = parts.edges().filter(inside).collect();
        let mut from = move_to(&mut parts, edges, former.len(), |v| v);
        retain(&mut former, &from);
        for forward in [true, false] {
            let edges = split_by_dominators(&parts, forward, watch)?;
            let n = parts.len();
            from = move_to(&mut parts, edges, 2 * n, |v| v % n as u32);
            retain(&mut former, &from);
        }
        let (edges, roots) = split_at_roots(&parts, watch)?;
        let n = parts.len();
        let stands_for = |v: u32| {
            roots
                .get((v as usize).wrapping_sub(n))
                .copied()
                .unwrap_or(v)
        };
        from = move_to(&mut parts, edges, n + roots.len(), stands_for);
        retain(&mut former, &from);
    }
    ControlFlow::Continue(VertexGroups::sorted(found.vertices, &found.ends))
}

fn move_to(
    parts: &mut Parts,
    edges: Edges,
    bound: usize,
    stands_for: impl Fn(u32) -> u32,
) -> Vec<u32> {
    let origins;
    (*parts, origins) = parts.with_edges(bound, edges, stands_for);
    origins
}

/// Replaces the values by those of the vertices that are left.
fn retain(values: &mut Vec<u32>, origins: &[u32]) {
    *values = origins.iter().map(|&v| values[v as usize]).collect();
}

/// The edges between vertices with the same immediate dominator, and those between a vertex and
/// its immediate dominator, which is then another vertex: its number plus that of all vertices.
fn split_by_dominators<W: Watch>(
    parts: &Parts,
    forward: bool,
    watch: &mut W,
) -> ControlFlow<W::Stop, Edges> {
    let components = strongly_connected_components_watched(&parts.graph, watch)?;
    let within = Within::new(&parts.graph, &components);
    let dominators = if forward {
        within.dominators(watch)?
    } else {
        within.post_dominators(watch)?
    };
    let Some(dominators) = dominators else {
        return ControlFlow::Continue(Vec::new());
    };
    let n = parts.len() as u32;
    let idom = |v: u32| immediate_dominator(&dominators, v);
    let split = |(v, w): (u32, u32)| {
        if components.component_of(v.into()) != components.component_of(w.into()) {
            return None;
        }
        match (idom(v), idom(w)) {
            (_, Some(above)) if above == v => Some((n + v, w)),
            (Some(above), _) if above == w => Some((v, n + w)),
            (Some(a), Some(b)) if a == b => Some((v, w)),
            _ => None,
        }
    };
    ControlFlow::Continue(parts.edges().filter_map(split).collect())
}

fn immediate_dominator(dominators: &Dominators, v: u32) -> Option<u32> {
    match dominators.immediate_dominator(v.into()) {
        Some(Dominator::Vertex(above)) => Some(above.number()),
        _ => None,
    }
}

/// The edges within the components without one vertex each, and those between such a component
/// and that vertex. This is then another vertex for each of the components: its number is that of
/// all vertices plus the place in the list that is also returned.
fn split_at_roots<W: Watch>(
    parts: &Parts,
    watch: &mut W,
) -> ControlFlow<W::Stop, (Edges, Vec<u32>)> {
    let components = strongly_connected_components_watched(&parts.graph, watch)?;
    let within = Within::new(&parts.graph, &components);
    let n = parts.len();
    let mut rest = VertexSet::from_vertices(n, (0..n).map(VertexId::from_index));
    for &root in &within.roots {
        rest.remove(root);
    }
    let pieces = strongly_connected_components_watched(&Masked::new(&within, &rest), watch)?;
    let root_of = |piece: &[VertexId]| {
        let component = components.component_of(piece[0]).unwrap_or_default();
        components.component(component)[0].number()
    };
    let roots = pieces.iter().map(root_of).collect();
    let split = |(v, w): (u32, u32)| {
        if components.component_of(v.into()) != components.component_of(w.into()) {
            return None;
        }
        match (pieces.component_of(v.into()), pieces.component_of(w.into())) {
            (None, Some(piece)) => Some((n as u32 + piece, w)),
            (Some(piece), None) => Some((v, n as u32 + piece)),
            (a, b) => (a == b).then_some((v, w)),
        }
    };
    let edges = parts.edges().filter_map(split).collect();
    ControlFlow::Continue((edges, roots))
}
