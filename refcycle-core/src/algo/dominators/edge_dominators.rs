//! Edges that dominate: the bridges of a flow graph.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::DominatorTree;
use super::sentinels::ROOT;
use crate::watch::Meter;
use crate::{Edge, EdgeId, Error, IDirectedGraph, Input, VertexId, Watch};

/// The edges that are on every path to some vertex: see [`edge_dominators`].
///
/// # Memory
/// 8 bytes per vertex that is reached.
#[derive(Clone, Debug)]
pub struct EdgeDominators<'t> {
    tree: &'t DominatorTree,
    /// By number, the edge into the vertex that is on every path to it, if there is one.
    entering: Vec<EdgeId>,
    /// By number, the lowest dominator that is entered by such an edge, or the root.
    entered: Vec<u32>,
}

impl EdgeDominators<'_> {
    /// The edge into `v` that is on every path from a start to `v`.
    pub fn entering(&self, v: VertexId) -> Option<Edge> {
        let number = self.tree.number(v);
        (number != ROOT && self.entered[number as usize] == number).then(|| self.edge(number))
    }

    /// The last edge that is on every path from a start to `v`; `None` if there is no such edge
    /// or `v` is not reached.
    pub fn immediate(&self, v: VertexId) -> Option<Edge> {
        self.of(v).next()
    }

    /// The edges that are on every path from a start to `v`, from the last on a path to the
    /// first.
    pub fn of(&self, v: VertexId) -> impl Iterator<Item = Edge> + '_ {
        let lowest = |number: u32| Some(self.entered[number as usize]).filter(|&n| n != ROOT);
        // A vertex that is not reached has the number of the root, which no edge enters.
        core::iter::successors(lowest(self.tree.number(v)), move |&number| {
            lowest(self.tree.idom()[number as usize])
        })
        .map(|number| self.edge(number))
    }

    /// The edges that are on every path to some vertex, by their heads in preorder of the
    /// dominator tree.
    pub fn iter(&self) -> impl Iterator<Item = Edge> + '_ {
        let entered = |&number: &u32| self.entered[number as usize] == number;
        (1..self.entered.len() as u32)
            .filter(entered)
            .map(|number| self.edge(number))
    }

    fn edge(&self, number: u32) -> Edge {
        Edge {
            id: self.entering[number as usize],
            tail: self.tree.vertex(self.tree.idom()[number as usize]),
            head: self.tree.vertex(number),
        }
    }
}

/// The edge dominators, also called the bridges of a flow graph: the edges whose removal
/// alone makes some vertex unreachable from every start.
///
/// `tree` must be the dominator tree of `graph`.
///
/// # Errors
/// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) if the tree belongs to a graph
/// with another vertex bound.
///
/// # Complexity
/// O(vertices + edges) time; no memory besides the result.
///
/// # Implementation details
/// An edge (u, v) is a bridge if u is the immediate dominator of v, no other edge goes from u to
/// v, and all other edges into v come from vertices that v dominates.
///
/// # References
/// - G. F. Italiano, L. Laura, F. Santaroni, "Finding strong bridges and strong articulation
///   points in linear time", Theor. Comput. Sci. 447 (2012), doi:10.1016/j.tcs.2011.11.011.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (1, 2), (2, 3)])?;
/// let tree = algo::dominators(&graph, [VertexId::new(0)])?.into_tree();
/// let edges = algo::edge_dominators(&graph, &tree)?;
/// let ids: Vec<_> = edges.of(VertexId::new(3)).map(|edge| edge.id.number()).collect();
/// assert_eq!(ids, [3, 0]);
/// assert_eq!(edges.entering(VertexId::new(2)), None);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn edge_dominators<'t, I: Input<Graph: IDirectedGraph>>(
    graph: I,
    tree: &'t DominatorTree,
) -> Result<I::Flow<EdgeDominators<'t>>, Error> {
    graph.try_run(|graph, watch| edge_dominators_watched(graph, tree, watch))
}

pub(crate) fn edge_dominators_watched<'t, G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    tree: &'t DominatorTree,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, EdgeDominators<'t>>, Error> {
    tree.check_graph(graph)?;
    Ok(find(graph, tree, &mut Meter::new(watch)))
}

fn find<'t, G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    tree: &'t DominatorTree,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, EdgeDominators<'t>> {
    let mut entering = vec![EdgeId::default(); tree.vertices().len() + 1];
    let mut entered = vec![ROOT; tree.vertices().len() + 1];
    for (number, &v) in (1..).zip(tree.vertices()) {
        meter.step()?;
        let idom = tree.idom()[number as usize];
        entered[number as usize] = entered[idom as usize];
        if let Some(edge) = only_way_in(graph, tree, v, number) {
            entering[number as usize] = edge;
            entered[number as usize] = number;
        }
    }
    ControlFlow::Continue(EdgeDominators {
        tree,
        entering,
        entered,
    })
}

fn only_way_in<G: IDirectedGraph + ?Sized>(
    graph: &G,
    tree: &DominatorTree,
    v: VertexId,
    number: u32,
) -> Option<EdgeId> {
    let idom = tree.idom()[number as usize];
    if idom == ROOT {
        return None;
    }
    let mut only = None;
    for edge in graph.in_edges(v) {
        let tail = tree.number(edge.tail);
        if tail == idom {
            if only.replace(edge.id).is_some() {
                return None;
            }
        } else if tail != ROOT && !tree.below(number).contains(&tail) {
            return None;
        }
    }
    only
}
