//! Loops of a flow graph and how they are nested.

mod nesting;
mod sets;
mod tree;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow;

use self::nesting::{Kind, Nesting};
use self::tree::{NO_NUMBER, SearchTree};
use crate::watch::Meter;
use crate::{Error, Input, Successors, VertexId, Watch};

/// The loops of a flow graph, as a forest: see [`loop_forest`].
///
/// # Memory
/// 4 bytes per vertex id and 9 per vertex that is reached.
#[derive(Clone, PartialEq, Eq)]
pub struct LoopForest {
    /// The number of each vertex id in preorder of the search, or [`NO_NUMBER`].
    number: Box<[u32]>,
    /// The vertices by number, after an entry for the virtual root.
    vertices: Box<[VertexId]>,
    /// By number, the header of the innermost loop of other vertices around it; 0 if there is none.
    around: Box<[u32]>,
    kind: Box<[Kind]>,
}

impl LoopForest {
    /// The number of loops.
    pub fn len(&self) -> usize {
        self.headers().count()
    }

    /// Whether there is no loop.
    pub fn is_empty(&self) -> bool {
        self.headers().next().is_none()
    }

    /// The headers of all loops, each after the headers of the loops around it.
    pub fn headers(&self) -> impl Iterator<Item = VertexId> + '_ {
        let all = self.kind.iter().zip(&self.vertices);
        all.filter(|&(&kind, _)| kind != Kind::NoHeader)
            .map(|(_, &v)| v)
    }

    /// Whether `v` is the header of a loop.
    pub fn is_header(&self, v: VertexId) -> bool {
        self.kind_of(v) != Kind::NoHeader
    }

    /// The header of the innermost loop that contains `v`, which may be `v` itself; `None` if it is
    /// in no loop or is not reached.
    pub fn header_of(&self, v: VertexId) -> Option<VertexId> {
        match self.is_header(v) {
            true => Some(v),
            false => self.around(v),
        }
    }

    /// The header of the innermost loop that contains `v` and has another header; for the header of
    /// a loop, that of the loop around it.
    pub fn around(&self, v: VertexId) -> Option<VertexId> {
        let around = *self.around.get(self.number_of(v)? as usize)?;
        (around != 0).then(|| self.vertices[around as usize])
    }

    /// The headers of the loops that contain `v`, from the innermost to the outermost.
    pub fn loops_of(&self, v: VertexId) -> impl Iterator<Item = VertexId> + '_ {
        core::iter::successors(self.header_of(v), |&header| self.around(header))
    }

    /// Whether the loop of `header` contains `v`. O(loops around `v`) time.
    pub fn contains(&self, header: VertexId, v: VertexId) -> bool {
        self.loops_of(v).any(|other| other == header)
    }

    /// The number of loops that contain `v`. O(result) time.
    pub fn depth(&self, v: VertexId) -> usize {
        self.loops_of(v).count()
    }

    /// Whether the loop of `header` can be entered only at its header, which then dominates it;
    /// `None` if `header` is not the header of a loop.
    pub fn is_reducible(&self, header: VertexId) -> Option<bool> {
        match self.kind_of(header) {
            Kind::NoHeader => None,
            kind => Some(kind == Kind::Reducible),
        }
    }

    /// Whether all loops are reducible: then the flow graph is reducible.
    pub fn all_reducible(&self) -> bool {
        !self.kind.contains(&Kind::Irreducible)
    }

    /// The vertices that are reached, each after the headers of the loops around it.
    pub(super) fn vertices(&self) -> &[VertexId] {
        &self.vertices[1..]
    }

    fn number_of(&self, v: VertexId) -> Option<u32> {
        let number = self.number.get(v.index()).copied();
        number.filter(|&number| number != NO_NUMBER)
    }

    fn kind_of(&self, v: VertexId) -> Kind {
        let number = self.number_of(v);
        number.map_or(Kind::NoHeader, |number| self.kind[number as usize])
    }
}

impl fmt::Debug for LoopForest {
    /// Prints each header with the header of the loop around it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers().map(|v| (v, self.around(v)));
        f.debug_map().entries(headers).finish()
    }
}

/// The loops of the vertices that `starts` reach, and how they are nested.
///
/// A depth-first search from the starts gives each vertex its ancestors. A vertex h is the header of
/// a loop if an edge leads to it from itself or from a vertex below it. The loop is h with all
/// vertices below h from which a path leads to h without a vertex that is not below h. Two loops
/// are disjoint, or one contains the other, so that they form a forest.
///
/// A loop is reducible if all edges into it go to its header. The reducible loops, of which those
/// with the same header are merged, do not depend on the order of the search; the others do. Several
/// starts are treated as if a virtual root had an edge to each.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) for a start that is not a vertex,
/// [`ErrorKind::NoStart`](crate::ErrorKind::NoStart) if there are no starts.
///
/// # Complexity
/// O((vertices + edges) log vertices) time, nearly linear in practice. Memory besides the result:
/// about 25 bytes per vertex, 28 per edge that is not in the tree of the search, and an iterator
/// for each vertex of the longest path walked.
///
/// # References
/// - R. Tarjan, "Testing flow graph reducibility", J. Comput. Syst. Sci. 9 (1974),
///   doi:10.1016/S0022-0000(74)80049-8.
/// - P. Havlak, "Nesting of reducible and irreducible loops", ACM Trans. Program. Lang. Syst. 19
///   (1997), doi:10.1145/262004.262005.
/// - G. Ramalingam, "Identifying loops in almost linear time", ACM Trans. Program. Lang. Syst. 21
///   (1999), doi:10.1145/316686.316687: edges are treated at the lowest common ancestor of their
///   ends.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// // A loop 2 -> 3 -> 2 within a loop 1 -> 2 -> 4 -> 1, and a loop of 5 and 6 with two entries.
/// let edges = [(0, 1), (1, 2), (2, 3), (3, 2), (2, 4), (4, 1), (4, 5), (4, 6), (5, 6), (6, 5)];
/// let graph = CsrGraph::from_edges(7, edges)?;
/// let loops = algo::loop_forest(&graph, [VertexId::new(0)])?;
/// let [outer, inner, body, twice] = [1, 2, 3, 5].map(VertexId::new);
/// assert!(loops.headers().eq([outer, inner, twice]));
/// assert!(loops.loops_of(body).eq([inner, outer]));
/// assert_eq!(loops.around(inner), Some(outer));
/// assert_eq!((loops.is_reducible(inner), loops.is_reducible(twice)), (Some(true), Some(false)));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn loop_forest<I: Input<Graph: Successors>>(
    graph: I,
    starts: impl IntoIterator<Item = VertexId>,
) -> Result<I::Flow<LoopForest>, Error> {
    graph.try_run(|graph, watch| loop_forest_watched(graph, starts, watch))
}

pub(crate) fn loop_forest_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, LoopForest>, Error> {
    let mut meter = Meter::new(watch);
    let starts: Vec<_> = starts.into_iter().collect();
    let tree = match SearchTree::of(graph, &starts, &mut meter)? {
        ControlFlow::Continue(tree) => tree,
        ControlFlow::Break(stop) => return Ok(ControlFlow::Break(stop)),
    };
    let nesting = Nesting::of(&tree, &mut meter);
    Ok(nesting.map_continue(|nesting| LoopForest {
        kind: nesting.kinds(),
        number: tree.number.into(),
        vertices: tree.vertices.into(),
        around: nesting.around.into(),
    }))
}
