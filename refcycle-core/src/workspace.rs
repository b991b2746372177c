//! Memory that searches reuse.

use alloc::vec::Vec;

use crate::VertexId;
use crate::marks::Marks;
use crate::search::{Reached, SearchTree};

/// Reusable memory for many searches, one after the other; see
/// [`Run::workspace`](crate::Run::workspace).
///
/// [`descendants`](crate::algo::descendants), [`ancestors`](crate::algo::ancestors) and the
/// shortest paths and cycles of [`algo`](crate::algo) use it, and return references into it. The
/// cost of each depends only on the vertices and edges that it visits: the marks of a search are
/// reset one by one before the next search, and nothing is allocated once the buffers are large
/// enough. One workspace can serve different graphs.
///
/// # Memory
/// One bit per vertex id for [`descendants`](crate::algo::descendants) and
/// [`ancestors`](crate::algo::ancestors), two for the paths; and the result and the visited
/// vertices of the largest search so far: 4 bytes per vertex, 8 for the paths. Memory is kept for
/// the next search: see [`memory`](Self::memory).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, Run, VertexId, Vertices, Workspace, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 0), (2, 3)])?;
/// let mut workspace = Workspace::new();
/// let mut near = 0;
/// for v in graph.vertices() {
///     let run = Run::on(&graph).workspace(&mut workspace);
///     near += algo::descendants(run, [v], Some(1))?.len() - 1;
/// }
/// assert_eq!(near, 4);
/// let run = Run::on(&graph).workspace(&mut workspace);
/// let cycle = algo::bidirectional_shortest_cycle(run, VertexId::new(2))?;
/// assert_eq!(cycle.unwrap(), [2, 0, 1].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Workspace {
    pub(crate) marks: Marks,
    pub(crate) reached: Reached,
    pub(crate) forward: SearchTree,
    pub(crate) backward: SearchTree,
    pub(crate) path: Vec<VertexId>,
}

impl Workspace {
    /// An empty workspace. The first search of each kind allocates its memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// A workspace for a single search, which begins with a hash table if the graph is large.
    pub(crate) fn for_one_search() -> Self {
        Self {
            marks: Marks::undecided(),
            reached: Reached::default(),
            forward: SearchTree::new(),
            backward: SearchTree::new(),
            path: Vec::new(),
        }
    }

    /// The bytes of the workspace.
    pub fn memory(&self) -> usize {
        self.marks.memory()
            + self.reached.memory()
            + self.forward.memory()
            + self.backward.memory()
            + 4 * self.path.capacity()
    }
}
