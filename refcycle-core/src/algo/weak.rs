//! Weakly connected components.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use fixedbitset::FixedBitSet;

use super::vertex_groups::{NO_GROUP, VertexGroups};
use crate::counting_sort;
use crate::watch::Meter;
use crate::{Input, Rows, Successors, VertexId, Watch};

/// The weakly connected components of a graph: its connected components if the direction of edges
/// is ignored. They are numbered in the order of their smallest vertices.
///
/// # Complexity
/// O(vertices + edges * log vertices) time in the worst case, linear in practice. Memory besides
/// the result: 4 bytes per component, and one bit per vertex if most vertices are in one component.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(5, [(4, 0), (2, 0), (3, 1)])?;
/// let components = algo::weakly_connected_components(&graph);
/// assert_eq!(components.len(), 2);
/// assert_eq!(components.group(0), [0, 2, 4].map(VertexId::new));
/// assert_eq!(components.group_of(VertexId::new(3)), Some(1));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # Implementation details
/// Union-find over the edges, which needs only successors. The larger of two roots is linked to
/// the smaller, so that parents are smaller than their children and one ascending pass numbers
/// the components. Find uses path halving.
///
/// If the graph has [`rows`](Successors::rows), the first edges of each vertex come first, as in
/// Afforest. If most vertices are then in one tree, all edges within it are skipped: the rows of its
/// vertices are not read again if the backward rows exist, and otherwise a bit decides.
///
/// # References
/// - R. E. Tarjan, J. van Leeuwen, "Worst-case analysis of set union algorithms", J. ACM 31
///   (1984), doi:10.1145/62.2160.
/// - M. Sutton, T. Ben-Nun, A. Barak, "Optimizing parallel graph connectivity computation via
///   subgraph sampling", IPDPS (2018), doi:10.1109/IPDPS.2018.00012.
pub fn weakly_connected_components<I: Input<Graph: Successors>>(graph: I) -> I::Flow<VertexGroups> {
    graph.run(weakly_connected_components_watched)
}

pub(crate) fn weakly_connected_components_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, VertexGroups> {
    let parent = match graph.rows() {
        Some(rows) => join_rows(rows, watch)?,
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
        let others = graph.successors(v).map(VertexId::number);
        link(&mut parent, v.number(), others);
    }
    ControlFlow::Continue(parent)
}

/// The number of edges of each vertex that come first.
const FIRST: usize = 2;
/// The number of vertices that are sampled for the tree of most vertices.
const SAMPLE: usize = 1 << 10;

/// [`join`] with the edges of rows.
fn join_rows<W: Watch>(rows: Rows<'_>, watch: &mut W) -> ControlFlow<W::Stop, Vec<u32>> {
    let mut meter = Meter::new(watch);
    let mut parent: Vec<u32> = (0..rows.offsets().len() as u32 - 1).collect();
    for v in 0..parent.len() as u32 {
        meter.step()?;
        link(&mut parent, v, rows.row(v).iter().take(FIRST).copied());
    }
    // Parents come before their children, so each gets its root.
    for v in 0..parent.len() {
        parent[v] = parent[parent[v] as usize];
    }
    let rest = |v| rows.row(v).iter().skip(FIRST).copied();
    match tree_of_most(&parent) {
        None => {
            for v in 0..parent.len() as u32 {
                meter.step()?;
                link(&mut parent, v, rest(v));
            }
        }
        Some(most) => {
            let mut within = FixedBitSet::with_capacity(parent.len());
            for (v, &root) in parent.iter().enumerate() {
                within.set(v, root == most);
            }
            match rows.reversed() {
                Some(back) => {
                    for v in within.zeroes() {
                        meter.step()?;
                        let v = v as u32;
                        link(&mut parent, v, rest(v).chain(back.row(v).iter().copied()));
                    }
                }
                None => {
                    for v in 0..parent.len() as u32 {
                        meter.step()?;
                        let known = within.contains(v as usize);
                        let new = |&w: &u32| !(known && within.contains(w as usize));
                        link(&mut parent, v, rest(v).filter(new));
                    }
                }
            }
        }
    }
    ControlFlow::Continue(parent)
}

/// Joins a vertex with others.
#[inline]
fn link(parent: &mut [u32], v: u32, others: impl Iterator<Item = u32>) {
    let mut others = others.peekable();
    if others.peek().is_none() {
        return;
    }
    let mut root = find(parent, v);
    for w in others {
        let other = find(parent, w);
        let (low, high) = (root.min(other), root.max(other));
        parent[high as usize] = low;
        root = low;
    }
}

/// The root of the tree that has at least half of the vertices, as a sample shows; the parents are
/// roots.
fn tree_of_most(parent: &[u32]) -> Option<u32> {
    // Odd, so that it is not in step with a pattern of the ids.
    let step = (parent.len() / SAMPLE) | 1;
    let mut roots: Vec<u32> = parent.iter().copied().step_by(step).collect();
    roots.sort_unstable();
    // The tree of more than half of a sorted sample is in its middle.
    let middle = *roots.get(roots.len() / 2)?;
    let count = roots.iter().filter(|&&root| root == middle).count();
    (2 * count >= roots.len()).then_some(middle)
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

fn group<G: Successors + ?Sized>(graph: &G, mut component: Vec<u32>) -> VertexGroups {
    let has_holes = graph.vertex_count() < component.len();
    let mut starts = vec![0];
    for v in 0..component.len() {
        let up = component[v] as usize;
        if has_holes && !graph.contains_vertex(VertexId::from_index(v)) {
            component[v] = NO_GROUP;
        } else if up == v {
            component[v] = starts.len() as u32 - 1;
            starts.push(1);
        } else {
            component[v] = component[up];
            counting_sort::count(&mut starts, component[v]);
        }
    }
    counting_sort::sum(&mut starts);
    if starts.len() == 2 && !has_holes {
        // Nothing to sort.
        let members = (0..component.len()).map(VertexId::from_index).collect();
        return VertexGroups::of(component, members, starts);
    }
    let mut members = vec![VertexId::default(); starts[starts.len() - 1] as usize];
    let by_component = component.iter().copied().zip((0..).map(VertexId::new));
    let by_component = by_component.filter(|&(number, _)| number != NO_GROUP);
    counting_sort::fill(&mut starts, &mut members, by_component);
    VertexGroups::of(component, members, starts)
}
