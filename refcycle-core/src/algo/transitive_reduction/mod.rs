//! Transitive reduction: the fewest edges with the same reachability.

mod sweep;
mod table;

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use self::sweep::{Doubtful, sweep};
use self::table::Table;
use super::NotAcyclic;
use super::topological::postorder;
use crate::watch::Meter;
use crate::{CsrGraph, Input, Successors, VertexId, Watch};

/// An acyclic graph without its redundant edges: those whose tail reaches their head by another
/// path. Each vertex still reaches the same vertices. It is the unique smallest graph with this
/// property.
///
/// The vertices keep their ids; holes in the ids become vertices without edges. The edges of a
/// vertex keep their order, and parallel edges are merged. For a graph with cycles, see
/// [`Condensation::transitive_reduction`](super::Condensation::transitive_reduction).
///
/// # Complexity
/// O(vertices + edges) time if a bounded search decides every edge, as on most heaps and package
/// graphs. Otherwise also O((vertices + edges) * heads / 256), where heads are the distinct heads
/// of the undecided edges: O(vertices * edges / 256) in the worst case. Memory: 25 bytes per
/// vertex and 4 per edge with the result, and 8 to 32 per vertex for the second part.
///
/// # Errors
/// [`NotAcyclic`] with a cycle. A self-loop is a cycle.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (0, 2), (2, 3), (0, 3)])?;
/// let reduced = algo::transitive_reduction(&graph).unwrap();
/// assert_eq!(reduced.heads(), [1, 2, 3]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # Implementation details
/// The height of a vertex is the length of the longest path that starts there. An edge is not
/// redundant if its ends differ by one in height, if no other edge enters its head or if no other
/// edge leaves its tail. For the others, a search from the siblings of the head, through the
/// already reduced rows of vertices higher than the head, looks for another path, as Goralčíková
/// and Koubek do for all edges, but reads only a bounded number of edges. The edges that are still
/// undecided have few distinct heads if many objects refer to the same hubs. Sweeps against the
/// order of the vertices find which of 64 or 256 heads at a time each vertex reaches. An edge is
/// redundant if its head is reached by two children of its tail, one of which is the head itself.
///
/// # References
/// - A. V. Aho, M. R. Garey, J. D. Ullman, "The transitive reduction of a directed graph",
///   SIAM J. Comput. 1 (1972), doi:10.1137/0201008.
/// - A. Goralčíková, V. Koubek, "A reduct-and-closure algorithm for graphs", MFCS 1979,
///   doi:10.1007/3-540-09526-8_27.
pub fn transitive_reduction<I: Input<Graph: Successors>>(
    graph: I,
) -> Result<I::Flow<CsrGraph>, NotAcyclic> {
    graph.try_run(transitive_reduction_watched)
}

pub(crate) fn transitive_reduction_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, CsrGraph>, NotAcyclic> {
    let merged = match graph.rows() {
        Some(rows) => Table::merged(&rows, rows.heads().len()),
        None => Table::merged(graph, 0),
    };
    let order = match merged.order_by_id() {
        Some(order) => order,
        None => match postorder(graph, watch)? {
            ControlFlow::Continue(order) => order.into_iter().map(VertexId::number).collect(),
            ControlFlow::Break(stop) => return Ok(ControlFlow::Break(stop)),
        },
    };
    Ok(Reduction::new(merged, order).run(watch))
}

/// The number of edges that the search for the candidates of a vertex may read, or twice the
/// number of its edges if that is more.
const STEPS_EACH: usize = 256;
/// The number of edges that all searches together may read, per vertex and edge of the graph.
const STEPS_SHARE: usize = 8;

/// The value in [`Reduction::wanted`] of a candidate that was found.
const FOUND: u32 = u32::MAX;

struct Reduction {
    table: Table,
    /// The vertices, each after all vertices that it reaches.
    order: Vec<u32>,
    height: Vec<u32>,
    /// The number of edges that enter each vertex; 2 means two or more.
    entered: Vec<u8>,
    /// The vertex whose search last saw each vertex, plus one.
    seen: Vec<u32>,
    /// The vertex whose search last had each vertex as a candidate, plus one.
    wanted: Vec<u32>,
    /// The heads of the current vertex whose edges may be redundant.
    candidates: Vec<u32>,
    stack: Vec<u32>,
    doubtful: Vec<Doubtful>,
    steps_left: usize,
}

impl Reduction {
    fn new(table: Table, order: Vec<u32>) -> Self {
        let bound = table.starts.len();
        let mut entered = vec![0u8; bound];
        for &head in &table.heads {
            let entered = &mut entered[head as usize];
            *entered = (*entered + 1).min(2);
        }
        Self {
            order,
            height: vec![0; bound],
            entered,
            seen: vec![0; bound],
            wanted: vec![0; bound],
            candidates: Vec::new(),
            stack: Vec::new(),
            doubtful: Vec::new(),
            steps_left: STEPS_SHARE * (bound + table.heads.len()),
            table,
        }
    }

    fn run<W: Watch>(mut self, watch: &mut W) -> ControlFlow<W::Stop, CsrGraph> {
        let mut meter = Meter::new(watch);
        for position in 0..self.order.len() {
            meter.step()?;
            self.settle(position);
        }
        if !self.doubtful.is_empty() {
            self.seen = Vec::new();
            self.wanted = Vec::new();
            let implied = sweep(&self.table, &self.order, self.doubtful, &mut meter)?;
            for edges in implied.chunk_by(|a, b| a.0 == b.0) {
                let tail = edges[0].0;
                let gone = |head| edges.binary_search(&(tail, head)).is_ok();
                self.table.remove(tail, gone);
            }
        }
        ControlFlow::Continue(self.table.into_graph())
    }

    /// Computes the height of a vertex, and removes those of its edges that a short search finds
    /// redundant. The vertices that it reaches have been done.
    fn settle(&mut self, position: usize) {
        let v = self.order[position];
        let row = self.table.row(v);
        let height = row.iter().map(|&w| self.height[w as usize] + 1).max();
        let height = height.unwrap_or(0);
        self.height[v as usize] = height;
        if row.len() < 2 {
            return;
        }
        self.candidates.clear();
        for &w in row {
            if self.height[w as usize] + 1 < height && self.entered[w as usize] > 1 {
                self.wanted[w as usize] = v + 1;
                self.candidates.push(w);
            }
        }
        if self.candidates.is_empty() {
            return;
        }
        if !self.search(v) {
            for &head in &self.candidates {
                if self.wanted[head as usize] != FOUND {
                    self.doubtful.push(Doubtful {
                        tail: position as u32,
                        head,
                    });
                }
            }
        }
        let wanted = &mut self.wanted;
        self.table.remove(v, |w| wanted[w as usize] == FOUND);
        for &w in &self.candidates {
            wanted[w as usize] = 0;
        }
    }

    /// Searches for the candidates from the children of `v`; `false` if it gave up.
    fn search(&mut self, v: u32) -> bool {
        let lowest = self.candidates.iter().map(|&w| self.height[w as usize]);
        let lowest = lowest.min().unwrap_or(0);
        let mark = v + 1;
        let mut missing = self.candidates.len();
        let row = self.table.row(v);
        self.stack.clear();
        for &w in row {
            // Lower vertices reach no candidate.
            if self.height[w as usize] > lowest {
                self.seen[w as usize] = mark;
                self.stack.push(w);
            }
        }
        let steps = (2 * row.len()).max(STEPS_EACH).min(self.steps_left);
        let mut steps_left = steps;
        let mut finished = true;
        'search: while let Some(v) = self.stack.pop() {
            for &w in self.table.row(v) {
                if steps_left == 0 {
                    finished = false;
                    break 'search;
                }
                steps_left -= 1;
                if self.wanted[w as usize] == mark {
                    self.wanted[w as usize] = FOUND;
                    missing -= 1;
                    if missing == 0 {
                        break 'search;
                    }
                }
                if self.height[w as usize] > lowest && self.seen[w as usize] != mark {
                    self.seen[w as usize] = mark;
                    self.stack.push(w);
                }
            }
        }
        self.steps_left -= steps - steps_left;
        finished
    }
}
