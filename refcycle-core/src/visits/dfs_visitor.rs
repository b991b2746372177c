//! Depth-first visits.

use alloc::vec;
use core::ops::ControlFlow;

use super::DfsEvent;
use crate::marks::Marks;
use crate::traits::check_vertex;
use crate::{Error, Successors, VertexId};

/// Visits the vertices that can be reached from `starts`, depth first, each vertex once. The
/// visitor may stop the visit.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) if a start is not a vertex; the starts
/// before it have then been visited.
///
/// # Complexity
/// O(vertices + edges reached) time. Memory: an iterator for each vertex of the longest path
/// walked, and a mark per vertex as in [`breadth_first`](super::breadth_first).
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
/// use refcycle_core::{CsrGraph, Vertices, visits::{self, DfsEvent}};
///
/// let graph = CsrGraph::from_edges(3, [(0, 2), (2, 1), (0, 1)])?;
/// let mut postorder = Vec::new();
/// let _all = visits::depth_first(&graph, graph.vertices(), |event| {
///     if let DfsEvent::Finish(v) = event {
///         postorder.push(v.number());
///     }
///     ControlFlow::<()>::Continue(())
/// })?;
/// assert_eq!(postorder, [1, 2, 0]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn depth_first<G, B>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    mut visitor: impl FnMut(DfsEvent) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, Error>
where
    G: Successors + ?Sized,
{
    let mut marks = Marks::new(graph.vertex_bound());
    for start in starts {
        check_vertex(graph, start)?;
        if marks.insert(start)
            && let ControlFlow::Break(stop) = visit(graph, start, &mut marks, &mut visitor)
        {
            return Ok(ControlFlow::Break(stop));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// `start` is already marked.
fn visit<G, B>(
    graph: &G,
    start: VertexId,
    marks: &mut Marks,
    visitor: &mut impl FnMut(DfsEvent) -> ControlFlow<B>,
) -> ControlFlow<B>
where
    G: Successors + ?Sized,
{
    visitor(DfsEvent::Discover(start))?;
    let mut stack = vec![(start, graph.successors(start))];
    while let Some((v, successors)) = stack.last_mut() {
        match successors.find(|&w| marks.insert(w)) {
            Some(w) => {
                visitor(DfsEvent::Discover(w))?;
                stack.push((w, graph.successors(w)));
            }
            None => {
                visitor(DfsEvent::Finish(*v))?;
                stack.pop();
            }
        }
    }
    ControlFlow::Continue(())
}
