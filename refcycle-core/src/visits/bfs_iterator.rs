//! The vertices in breadth-first order, one at a time.

use alloc::collections::VecDeque;
use core::iter::FusedIterator;

use crate::marks::Marks;
use crate::traits::check_vertex;
use crate::{Error, Successors, VertexId};

/// Iterates over the vertices that can be reached from some vertices, nearest first, each vertex
/// once.
///
/// The edges of a vertex are read only when the next vertex is requested, so it costs nothing to
/// stop early. See [`breadth_first`](super::breadth_first) for a visitor, which receives more
/// information about each vertex.
///
/// # Complexity
/// O(vertices + edges reached) time in total. Memory: 4 bytes for each vertex that has been found
/// but not returned, and a mark for each vertex found: a hash table while they are few, then one
/// bit per vertex of the graph.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, visits::Bfs};
/// let graph = CsrGraph::from_edges(5, [(0, 1), (0, 2), (1, 3), (3, 4)])?;
/// let mut bfs = Bfs::new(&graph, [VertexId::new(0)])?;
/// let mut found = Vec::new();
/// while let Some(v) = bfs.next() {
///     found.push((v.number(), bfs.depth()));
///     if v == VertexId::new(3) {
///         bfs.prune();
///     }
/// }
/// assert_eq!(found, [(0, 0), (1, 1), (2, 1), (3, 2)]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct Bfs<'g, G: ?Sized> {
    graph: &'g G,
    marks: Marks,
    queue: VecDeque<VertexId>,
    /// The vertex last returned, whose edges have not been followed.
    last: Option<VertexId>,
    depth: usize,
    /// The number of vertices in the queue with the depth of the vertex last returned.
    left: usize,
}

impl<'g, G: Successors + ?Sized> Bfs<'g, G> {
    /// Starts from these vertices.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) if one of them is not a vertex.
    pub fn new(graph: &'g G, starts: impl IntoIterator<Item = VertexId>) -> Result<Self, Error> {
        let mut marks = Marks::new(graph.vertex_bound());
        let mut queue = VecDeque::new();
        for start in starts {
            check_vertex(graph, start)?;
            if marks.insert(start) {
                queue.push_back(start);
            }
        }
        Ok(Self {
            graph,
            marks,
            left: queue.len(),
            queue,
            last: None,
            depth: 0,
        })
    }

    /// The number of edges of a shortest path from a start to the vertex last returned, among the
    /// paths that remain after pruning.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Skips the edges of the vertex last returned.
    pub fn prune(&mut self) {
        self.last = None;
    }
}

impl<G: Successors + ?Sized> Iterator for Bfs<'_, G> {
    type Item = VertexId;

    fn next(&mut self) -> Option<VertexId> {
        if let Some(last) = self.last.take() {
            for w in self.graph.successors(last) {
                if self.marks.insert(w) {
                    self.queue.push_back(w);
                }
            }
        }
        let v = self.queue.pop_front()?;
        if self.left == 0 {
            self.depth += 1;
            self.left = self.queue.len() + 1;
        }
        self.left -= 1;
        self.last = Some(v);
        Some(v)
    }
}

impl<G: Successors + ?Sized> FusedIterator for Bfs<'_, G> {}
