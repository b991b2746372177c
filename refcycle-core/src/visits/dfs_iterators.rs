//! The vertices in depth-first order, one at a time.

use alloc::vec;
use alloc::vec::Vec;
use core::iter::FusedIterator;

use crate::marks::Marks;
use crate::traits::check_vertex;
use crate::{Error, Successors, VertexId};

/// Iterates over the vertices that can be reached from some vertices, depth first. Each vertex
/// comes once, before the vertices that are reached from it: preorder.
///
/// See [`depth_first`](super::depth_first) for a visitor.
///
/// # Complexity
/// O(vertices + edges reached) time in total. Memory: an iterator for each vertex of the longest
/// path walked, 4 bytes per start, and a mark per vertex as in [`Bfs`](super::Bfs).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, visits::DfsPreorder};
/// let graph = CsrGraph::from_edges(5, [(0, 1), (1, 2), (2, 3), (0, 4)])?;
/// let mut dfs = DfsPreorder::new(&graph, [VertexId::new(0)])?;
/// let mut found = Vec::new();
/// while let Some(v) = dfs.next() {
///     found.push(v.number());
///     if v == VertexId::new(2) {
///         dfs.skip_subtree();
///     }
/// }
/// assert_eq!(found, [0, 1, 2, 4]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct DfsPreorder<'g, G: Successors + ?Sized> {
    graph: &'g G,
    marks: Marks,
    starts: vec::IntoIter<VertexId>,
    stack: Vec<G::Successors<'g>>,
    /// Whether the top of the stack belongs to the vertex last returned.
    skippable: bool,
}

impl<'g, G: Successors + ?Sized> DfsPreorder<'g, G> {
    /// Starts from these vertices, one after another.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) if one of them is not a vertex.
    pub fn new(graph: &'g G, starts: impl IntoIterator<Item = VertexId>) -> Result<Self, Error> {
        Ok(Self {
            graph,
            marks: Marks::new(graph.vertex_bound()),
            starts: checked(graph, starts)?,
            stack: Vec::new(),
            skippable: false,
        })
    }

    /// Skips the edges of the vertex last returned. Their heads are still found if another path
    /// leads to them.
    pub fn skip_subtree(&mut self) {
        if core::mem::take(&mut self.skippable) {
            self.stack.pop();
        }
    }

    /// The number of edges of the path by which the search came to the vertex last returned.
    /// Meaningless before the first vertex, after the last and after
    /// [`skip_subtree`](Self::skip_subtree).
    pub fn depth(&self) -> usize {
        self.stack.len().saturating_sub(1)
    }
}

impl<G: Successors + ?Sized> Iterator for DfsPreorder<'_, G> {
    type Item = VertexId;

    fn next(&mut self) -> Option<VertexId> {
        self.skippable = false;
        let marks = &mut self.marks;
        let v = loop {
            match self.stack.last_mut() {
                Some(successors) => match successors.find(|&w| marks.insert(w)) {
                    Some(w) => break w,
                    None => self.stack.pop(),
                },
                None => break self.starts.find(|&start| marks.insert(start))?,
            };
        };
        self.stack.push(self.graph.successors(v));
        self.skippable = true;
        Some(v)
    }
}

impl<G: Successors + ?Sized> FusedIterator for DfsPreorder<'_, G> {}

/// Iterates over the vertices that can be reached from some vertices, depth first. Each vertex
/// comes once, after the vertices that are reached from it: postorder. In an acyclic graph it is
/// the reverse of a topological order.
///
/// # Complexity
/// As for [`DfsPreorder`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, visits::DfsPostorder};
/// let graph = CsrGraph::from_edges(3, [(0, 2), (2, 1), (0, 1)])?;
/// let found: Vec<_> = DfsPostorder::new(&graph, [VertexId::new(0)])?.collect();
/// assert_eq!(found, [1, 2, 0].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub struct DfsPostorder<'g, G: Successors + ?Sized> {
    graph: &'g G,
    marks: Marks,
    starts: vec::IntoIter<VertexId>,
    stack: Vec<(VertexId, G::Successors<'g>)>,
}

impl<'g, G: Successors + ?Sized> DfsPostorder<'g, G> {
    /// Starts from these vertices, one after another.
    ///
    /// # Errors
    /// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) if one of them is not a vertex.
    pub fn new(graph: &'g G, starts: impl IntoIterator<Item = VertexId>) -> Result<Self, Error> {
        Ok(Self {
            graph,
            marks: Marks::new(graph.vertex_bound()),
            starts: checked(graph, starts)?,
            stack: Vec::new(),
        })
    }
}

impl<G: Successors + ?Sized> Iterator for DfsPostorder<'_, G> {
    type Item = VertexId;

    fn next(&mut self) -> Option<VertexId> {
        let marks = &mut self.marks;
        if self.stack.is_empty() {
            let start = self.starts.find(|&start| marks.insert(start))?;
            self.stack.push((start, self.graph.successors(start)));
        }
        while let Some((_, successors)) = self.stack.last_mut() {
            let Some(w) = successors.find(|&w| marks.insert(w)) else {
                break;
            };
            self.stack.push((w, self.graph.successors(w)));
        }
        self.stack.pop().map(|(v, _)| v)
    }
}

impl<G: Successors + ?Sized> FusedIterator for DfsPostorder<'_, G> {}

fn checked<G: Successors + ?Sized>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
) -> Result<vec::IntoIter<VertexId>, Error> {
    let starts: Vec<_> = starts.into_iter().collect();
    for &start in &starts {
        check_vertex(graph, start)?;
    }
    Ok(starts.into_iter())
}
