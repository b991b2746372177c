//! Dominance frontiers: where the dominance of a vertex ends.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::DominatorTree;
use super::sentinels::ROOT;
use crate::counting_sort;
use crate::marks::Marks;
use crate::traits::check_vertex;
use crate::watch::Meter;
use crate::{Error, Input, Predecessors, Successors, VertexId, Watch};

impl DominatorTree {
    /// The dominance frontier of `v`: the heads of the edges from vertices that `v` dominates,
    /// except the heads that `v` dominates strictly. The order is unspecified. Empty if `v` is not
    /// reached.
    ///
    /// `graph` must be the graph of this tree.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex);
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) if the tree belongs to a
    /// graph with another vertex bound.
    ///
    /// # Complexity
    /// O(vertices dominated + edges that leave them) time; memory: the result, and a mark for
    /// each vertex of it.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrGraph, VertexId, algo};
    /// let graph = CsrGraph::from_edges(4, [(0, 1), (0, 2), (1, 3), (2, 3)])?;
    /// let tree = algo::dominators(&graph, [VertexId::new(0)])?.into_tree();
    /// assert_eq!(tree.frontier(&graph, VertexId::new(1))?, [VertexId::new(3)]);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn frontier<G: Successors + ?Sized>(
        &self,
        graph: &G,
        v: VertexId,
    ) -> Result<Vec<VertexId>, Error> {
        self.check_graph(graph)?;
        check_vertex(graph, v)?;
        let mut marks = Marks::new(graph.vertex_bound());
        let mut frontier = Vec::new();
        for &tail in self.subtree(v) {
            for head in graph.successors(tail) {
                if !self.strictly_dominates(v, head) && marks.insert(head) {
                    frontier.push(head);
                }
            }
        }
        Ok(frontier)
    }
}

/// The dominance frontiers of all vertices: see [`dominance_frontiers`].
///
/// # Memory
/// 4 bytes for each vertex of each frontier, and a `usize` for each vertex that is reached.
#[derive(Clone, Debug)]
pub struct DominanceFrontiers<'t> {
    tree: &'t DominatorTree,
    /// Where the frontier of each number starts, and the end of the last frontier.
    starts: Vec<usize>,
    members: Vec<VertexId>,
}

impl DominanceFrontiers<'_> {
    /// The frontier of `v`, in preorder of the dominator tree; empty if `v` is not reached.
    pub fn of(&self, v: VertexId) -> &[VertexId] {
        match self.tree.number(v) as usize {
            0 => &[],
            number => &self.members[self.starts[number]..self.starts[number + 1]],
        }
    }

    /// The iterated dominance frontier of some vertices: their frontiers, the frontiers of these
    /// vertices, and so on. In static single assignment form, a variable that is assigned at the
    /// given vertices needs a φ function exactly at these. Each once, in unspecified order; starts
    /// that are not reached have no frontier.
    ///
    /// # Complexity
    /// O(starts + vertices of the frontiers of the starts and of the result) time; memory: the
    /// result, and a mark for each vertex of it.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrGraph, VertexId, algo};
    /// // A branch at 1 within a loop; its arms join at 4.
    /// let edges = [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (4, 1)];
    /// let graph = CsrGraph::from_edges(5, edges)?;
    /// let tree = algo::dominators(&graph, [VertexId::new(0)])?.into_tree();
    /// let frontiers = algo::dominance_frontiers(&graph, &tree)?;
    /// let mut joins = frontiers.iterated([VertexId::new(2)]);
    /// joins.sort();
    /// assert_eq!(joins, [1, 4].map(VertexId::new));
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn iterated(&self, starts: impl IntoIterator<Item = VertexId>) -> Vec<VertexId> {
        let mut marks = Marks::new(self.tree.bound());
        let mut found = Vec::new();
        let mut add = |v, found: &mut Vec<VertexId>| {
            let new = self.of(v).iter().filter(|&&w| marks.insert(w));
            found.extend(new);
        };
        for start in starts {
            add(start, &mut found);
        }
        let mut next = 0;
        while let Some(&v) = found.get(next) {
            add(v, &mut found);
            next += 1;
        }
        found
    }

    /// The total number of vertices in all frontiers.
    pub fn total(&self) -> usize {
        self.members.len()
    }
}

/// The dominance frontiers of all vertices that are reached; [`DominatorTree::frontier`] finds
/// the frontier of a single vertex.
///
/// `tree` must be the dominator tree of `graph`.
///
/// # Errors
/// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) if the tree belongs to a graph
/// with another vertex bound.
///
/// # Complexity
/// O(vertices + edges + vertices of all frontiers) time, and 4 bytes per vertex besides the
/// result. The size of all frontiers together can be quadratic in the number of vertices.
///
/// # References
/// - R. Cytron, J. Ferrante, B. K. Rosen, M. N. Wegman, F. K. Zadeck, "Efficiently computing
///   static single assignment form and the control dependence graph", ACM Trans. Program.
///   Lang. Syst. 13 (1991), doi:10.1145/115372.115320.
/// - K. D. Cooper, T. J. Harvey, K. Kennedy, "A simple, fast dominance algorithm", Rice
///   University (2001).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// // A loop between 1 and 2.
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 1)])?;
/// let tree = algo::dominators(&graph, [VertexId::new(0)])?.into_tree();
/// let frontiers = algo::dominance_frontiers(&graph, &tree)?;
/// assert_eq!(frontiers.of(VertexId::new(2)), [VertexId::new(1)]);
/// assert_eq!(frontiers.of(VertexId::new(0)), []);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn dominance_frontiers<'t, I: Input<Graph: Predecessors>>(
    graph: I,
    tree: &'t DominatorTree,
) -> Result<I::Flow<DominanceFrontiers<'t>>, Error> {
    graph.try_run(|graph, watch| dominance_frontiers_watched(graph, tree, watch))
}

pub(crate) fn dominance_frontiers_watched<'t, G: Predecessors + ?Sized, W: Watch>(
    graph: &G,
    tree: &'t DominatorTree,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, DominanceFrontiers<'t>>, Error> {
    tree.check_graph(graph)?;
    Ok(all_frontiers(graph, tree, &mut Meter::new(watch)))
}

fn all_frontiers<'t, G: Predecessors + ?Sized, W: Watch>(
    graph: &G,
    tree: &'t DominatorTree,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, DominanceFrontiers<'t>> {
    let mut starts = vec![0; tree.vertices().len() + 2];
    each_member(graph, tree, meter, |number, _| {
        counting_sort::count(&mut starts, number);
    })?;
    counting_sort::sum(&mut starts);
    let mut members = vec![VertexId::default(); starts[tree.vertices().len() + 1]];
    each_member(graph, tree, meter, |number, head| {
        counting_sort::put(&mut starts, &mut members, number, head);
    })?;
    counting_sort::restore(&mut starts);
    ControlFlow::Continue(DominanceFrontiers {
        tree,
        starts,
        members,
    })
}

/// Calls `found` once with each number and each vertex of its frontier, in preorder of the
/// vertices.
fn each_member<G: Predecessors + ?Sized, W: Watch>(
    graph: &G,
    tree: &DominatorTree,
    meter: &mut Meter<'_, W>,
    mut found: impl FnMut(u32, VertexId),
) -> ControlFlow<W::Stop> {
    let idom = tree.idom();
    // The last vertex that was added to each frontier.
    let mut last = vec![ROOT; idom.len()];
    for (head, &v) in (1..).zip(tree.vertices()) {
        meter.step()?;
        for tail in graph.predecessors(v) {
            let mut number = tree.number(tail);
            // A tail that is not reached has the number of the root, where the path up the tree
            // ends.
            while number != ROOT && number != idom[head as usize] && last[number as usize] != head {
                meter.step()?;
                last[number as usize] = head;
                found(number, v);
                number = idom[number as usize];
            }
        }
    }
    ControlFlow::Continue(())
}
