//! An index that answers whether one vertex reaches another.

mod labels;
mod several;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow;

use self::labels::{Label, labels};
use self::several::Several;
use super::ParallelEdges;
use super::condensation::condensation_watched;
use crate::marks::Marks;
use crate::{BorrowedInput, Error, Successors, VertexId};

/// Answers whether one vertex reaches another, for many pairs of vertices of the same graph: `v`
/// reaches `w` if there is a path from `v` to `w`, or `v` is `w`.
///
/// It borrows the graph, which therefore cannot change as long as the index is used: an answer always
/// is about the graph that it was built for. Threads can share it if they can share the graph.
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
/// 4 bytes per vertex and 15 per strongly connected component: at most 19 per vertex. In addition,
/// for each component of several vertices, 12 bytes, and 4 for each edge to another component,
/// parallel edges counted once. All other edges are read in the graph. While it is built, the
/// condensation needs 4 bytes per vertex, 4 per component, and 4 for each of its edges.
///
/// # Implementation details
/// Components are numbered in reverse topological order, as the depth-first search for them
/// leaves them. Each has these labels:
/// - an interval of numbers that it reaches, all of them, which contains its subtree of the search;
/// - a set of 32 bits for the components that it reaches, and one for those that reach it. Eight
///   bits stand for one component each: a large one with many edges in both directions. If such a
///   bit is in both sets, there is a path. The other bits stand for many components each, in blocks
///   of consecutive numbers, because what the search found together is often reached together. If
///   `a` reaches `b`, the bits below `b` are below `a`, and the bits above `a` are above `b`;
/// - the length of the longest path from it, up to 32,767, and of the longest path to it, up to 255.
///   The end of a path has a smaller first one than its start, and a greater second one.
///
/// # References
/// - H. Yıldırım, V. Chaoji, M. J. Zaki, "GRAIL: scalable reachability index for large graphs",
///   PVLDB 3 (2010), doi:10.14778/1920841.1920879: a search that is pruned by labels.
/// - F. Merz, P. Sanders, "PReaCH: a fast lightweight reachability index using pruning and
///   contraction hierarchies", ESA 2014, doi:10.1007/978-3-662-44777-2_58: intervals of the
///   depth-first tree as certificates of paths, and the lengths of paths in both directions.
/// - J. Su, Q. Zhu, H. Wei, J. X. Yu, "Reachability querying: can it be even faster?", IEEE Trans.
///   Knowl. Data Eng. 29 (2017), doi:10.1109/TKDE.2016.2631160: bits for sets of vertices
///   (BFL).
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
///
/// The compiler rejects an index whose graph has been replaced:
/// ```compile_fail,E0506
/// use refcycle_core::{CsrGraph, VertexId, algo::ReachabilityIndex};
/// let mut graph = CsrGraph::from_edges(2, [(0, 1)])?;
/// let index = ReachabilityIndex::new(&graph);
/// graph = CsrGraph::from_edges(2, [(1, 0)])?;
/// assert!(index.reaches(VertexId::new(0), VertexId::new(1))?);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct ReachabilityIndex<'g, G: ?Sized> {
    graph: &'g G,
    /// The component of each vertex id, [`NONE`] if it is not a vertex.
    component: Box<[u32]>,
    labels: Box<[Label]>,
    several: Several,
}

const NONE: u32 = u32::MAX;

impl<'g, G: Successors + ?Sized> ReachabilityIndex<'g, G> {
    /// Builds the index of a graph: `&graph`, or a [`Run`](crate::Run) of it with a watch.
    pub fn new<I: BorrowedInput<'g, Graph = G>>(graph: I) -> I::Flow<Self> {
        let borrowed = graph.graph();
        graph.run(|graph, watch| {
            let condensation = condensation_watched(graph, ParallelEdges::Merge, watch)?;
            let (components, condensed) = condensation.into_parts();
            let labels = labels(&components, condensed.as_rows(), watch)?;
            ControlFlow::Continue(Self {
                graph: borrowed,
                several: Several::new(&components, condensed.as_rows()),
                component: components.into_numbers(NONE),
                labels: labels.into(),
            })
        })
    }

    /// The graph.
    pub fn graph(&self) -> &'g G {
        self.graph
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
        Ok(decided.unwrap_or_else(|| self.search(start, &target)))
    }

    /// The bytes of the index, without the graph.
    pub fn memory(&self) -> usize {
        size_of_val(&*self.component) + size_of_val(&*self.labels) + self.several.memory()
    }

    fn component_of(&self, v: VertexId) -> Result<u32, Error> {
        let number = self.component.get(v.index()).copied();
        let number = number.filter(|&number| number != NONE);
        number.ok_or_else(|| Error::not_a_vertex(v))
    }

    /// Whether a vertex reaches the target, by a search.
    #[cold]
    fn search(&self, start: VertexId, target: &Target) -> bool {
        let mut unmarked = FEW;
        let mut marks = Marks::new(self.labels.len());
        let mut waiting = Vec::with_capacity(FEW);
        waiting.push(start);
        while let Some(v) = waiting.pop() {
            let before = waiting.len();
            let is_found = |w: VertexId| {
                let number = self.component[w.index()];
                let decided = target.is_below(number, &self.labels[number as usize]);
                if decided.is_none() && w != v {
                    if unmarked > 0 {
                        unmarked -= 1;
                        waiting.push(w);
                    } else if marks.insert(number.into()) {
                        waiting.push(w);
                    }
                }
                decided == Some(true)
            };
            let number = self.component[v.index()];
            let found = if self.labels[number as usize].is_several() {
                self.several.row(number).iter().copied().any(is_found)
            } else {
                self.graph.successors(v).any(is_found)
            };
            if found {
                return true;
            }
            // The first of a row is visited first: it has the lowest number.
            waiting[before..].reverse();
        }
        false
    }
}

/// A search visits this many components without marking them, perhaps twice: most searches visit
/// fewer, and need no table of marks.
const FEW: usize = 32;

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
}

// Not derived, as the graph need not be `Clone`.
impl<G: ?Sized> Clone for ReachabilityIndex<'_, G> {
    fn clone(&self) -> Self {
        Self {
            graph: self.graph,
            component: self.component.clone(),
            labels: self.labels.clone(),
            several: self.several.clone(),
        }
    }
}

impl<G: ?Sized> fmt::Debug for ReachabilityIndex<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReachabilityIndex")
            .field("components", &self.labels.len())
            .finish_non_exhaustive()
    }
}
