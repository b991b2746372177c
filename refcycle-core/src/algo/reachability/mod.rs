//! An index that answers whether one vertex reaches another.

mod labels;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow;

use self::labels::{Label, labels};
use super::ParallelEdges;
use super::condensation::condensation_watched;
use crate::marks::Marks;
use crate::{CsrGraph, Error, Input, Rows, Successors, VertexId};

/// Answers whether a path leads from one vertex to another, for many pairs of vertices of the same
/// graph. It is independent of the graph after it has been built.
///
/// Use [`reaches`](super::reaches) for a few pairs and [`descendants_set`](super::descendants_set)
/// for all pairs with the same start.
///
/// # Complexity
/// Building takes O(vertices + edges) time. Most queries take constant time. If the labels below do
/// not decide, the query is answered by a search that visits only components that they do not
/// exclude; in the worst case, that is the whole graph.
///
/// # Memory
/// 4 bytes per vertex; 16 bytes per strongly connected component, and 4 for each edge between two
/// components, parallel edges counted once. While it is built, the condensation needs 4 bytes
/// more per vertex.
///
/// # Implementation details
/// Components are numbered in reverse topological order, as the depth-first search for them
/// leaves them. Each has three labels:
/// - an interval of numbers that it reaches, all of them, which contains its subtree of the search;
/// - a set of 32 bits for the components that it reaches, and one for those that reach it. Eight
///   bits stand for one component each: a large one with many edges in both directions. If such a
///   bit is in both sets, there is a path. The other bits stand for many components each, in blocks
///   of consecutive numbers, because what the search found together is often reached together. If
///   `a` reaches `b`, the bits below `b` are below `a`, and the bits above `a` are above `b`.
///
/// # References
/// - H. Yıldırım, V. Chaoji, M. J. Zaki, "GRAIL: scalable reachability index for large graphs",
///   PVLDB 3 (2010), doi:10.14778/1920841.1920879: a search that is pruned by labels.
/// - F. Merz, P. Sanders, "PReaCH: a fast lightweight reachability index using pruning and
///   contraction hierarchies", ESA 2014, doi:10.1007/978-3-662-44777-2_58: intervals of the
///   depth-first tree as certificates of paths.
/// - J. Su, Q. Zhu, H. Wei, J. X. Yu, "Reachability querying: can it be even faster?", IEEE Trans.
///   Knowl. Data Eng. 29 (2017), doi:10.1109/TKDE.2016.2631160: bits for sets of vertices.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo::ReachabilityIndex};
/// // A cycle that leads to two vertices.
/// let graph = CsrGraph::from_edges(5, [(0, 1), (1, 0), (1, 2), (2, 3), (4, 3)])?;
/// let index = ReachabilityIndex::new(&graph);
/// let [first, second, end, other] = [0, 1, 3, 4].map(VertexId::new);
/// assert!(index.reaches(first, end)? && index.reaches(second, first)?);
/// assert!(!index.reaches(end, first)? && !index.reaches(first, other)?);
/// assert!(index.reaches(other, VertexId::new(5)).is_err());
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ReachabilityIndex {
    /// The component of each vertex id, [`NONE`] if it is not a vertex.
    component: Box<[u32]>,
    labels: Box<[Label]>,
    /// The graph of the components.
    graph: CsrGraph,
}

const NONE: u32 = u32::MAX;

impl ReachabilityIndex {
    /// Builds the index of a graph.
    pub fn new<I: Input<Graph: Successors>>(graph: I) -> I::Flow<Self> {
        graph.run(|graph, watch| {
            let condensation = condensation_watched(graph, ParallelEdges::Merge, watch)?;
            let (components, graph) = condensation.into_parts();
            let labels = labels(&components, graph.as_rows(), watch)?;
            ControlFlow::Continue(Self {
                component: components.into_numbers(NONE),
                labels: labels.into(),
                graph,
            })
        })
    }

    /// Whether a path leads from `start` to `end`. A vertex reaches itself.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
    pub fn reaches(&self, start: VertexId, end: VertexId) -> Result<bool, Error> {
        let (a, b) = (self.component_of(start)?, self.component_of(end)?);
        // No label is needed for these.
        if a <= b {
            return Ok(a == b);
        }
        let target = Target {
            number: b,
            label: self.labels[b as usize],
        };
        let decided = target.is_below(a, &self.labels[a as usize]);
        Ok(decided.unwrap_or_else(|| target.search(a, &self.labels, self.graph.as_rows())))
    }

    /// The bytes of the index.
    pub fn memory(&self) -> usize {
        size_of_val(&*self.component) + size_of_val(&*self.labels) + self.graph.memory()
    }

    fn component_of(&self, v: VertexId) -> Result<u32, Error> {
        let number = self.component.get(v.index()).copied();
        let number = number.filter(|&number| number != NONE);
        number.ok_or_else(|| Error::not_a_vertex(v))
    }
}

/// The component that a query asks about.
struct Target {
    number: u32,
    label: Label,
}

impl Target {
    /// Whether the component `number` reaches it, if the labels decide that.
    #[inline]
    fn is_below(&self, number: u32, label: &Label) -> Option<bool> {
        if number <= self.number {
            return Some(number == self.number);
        }
        if label.covers(self.number) || label.meets(&self.label) {
            return Some(true);
        }
        label.excludes(&self.label).then_some(false)
    }

    /// Whether the component `start` reaches it, by a search.
    #[cold]
    fn search(&self, start: u32, labels: &[Label], rows: Rows<'_>) -> bool {
        let mut marks = Marks::new(labels.len());
        let mut waiting = Vec::from([start]);
        while let Some(number) = waiting.pop() {
            // The first of a row is visited first: it has the lowest number.
            for &head in rows.row(number).iter().rev() {
                match self.is_below(head, &labels[head as usize]) {
                    Some(true) => return true,
                    None if marks.insert(head.into()) => waiting.push(head),
                    _ => {}
                }
            }
        }
        false
    }
}

impl fmt::Debug for ReachabilityIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReachabilityIndex")
            .field("components", &self.labels.len())
            .field("edges", &self.graph.heads().len())
            .finish_non_exhaustive()
    }
}
