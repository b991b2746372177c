//! Breadth-first visits.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::marks::Marks;
use crate::traits::check_vertex;
use crate::{Error, Successors, VertexId};

/// A vertex that a breadth-first visit has just found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation {
    /// The vertex.
    pub vertex: VertexId,
    /// The number of edges of a shortest path from a start.
    pub depth: usize,
    /// The position, in the order of the visit, of the vertex from which this one was
    /// found; `None` for a start.
    pub found_from: Option<usize>,
}

/// Visits the vertices that can be reached from `starts` in at most `generations` steps, nearest
/// first, each vertex once. The visitor may stop the visit.
///
/// Returns the visited vertices in the order of the visit, unless it was stopped.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) if a start is not a vertex; then
/// nothing is visited.
///
/// # Complexity
/// O(vertices + edges reached) time. Memory: 4 bytes and a mark for each vertex reached: a hash
/// table while they are few, then one bit per vertex of the graph.
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
/// use refcycle_core::{CsrGraph, VertexId, visits};
///
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 3)])?;
/// let mut depths = Vec::new();
/// let _all = visits::breadth_first(&graph, [VertexId::new(0)], Some(2), |found| {
///     depths.push((found.vertex.number(), found.depth));
///     ControlFlow::<()>::Continue(())
/// })?;
/// assert_eq!(depths, [(0, 0), (1, 1), (2, 2)]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn breadth_first<G, B>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
    visitor: impl FnMut(Generation) -> ControlFlow<B>,
) -> Result<ControlFlow<B, Vec<VertexId>>, Error>
where
    G: Successors + ?Sized,
{
    let mut marks = Marks::new(graph.vertex_bound());
    let mut order = Vec::new();
    for vertex in starts {
        check_vertex(graph, vertex)?;
        if marks.insert(vertex) {
            order.push(vertex);
        }
    }
    Ok(visit(graph, marks, order, generations, visitor))
}

/// `order` holds the starts, which are already marked.
fn visit<G, B>(
    graph: &G,
    mut marks: Marks,
    mut order: Vec<VertexId>,
    generations: Option<usize>,
    mut visitor: impl FnMut(Generation) -> ControlFlow<B>,
) -> ControlFlow<B, Vec<VertexId>>
where
    G: Successors + ?Sized,
{
    for &vertex in &order {
        visitor(Generation {
            vertex,
            depth: 0,
            found_from: None,
        })?;
    }
    let limit = generations.unwrap_or(usize::MAX);
    let mut generation = 0..order.len();
    let mut depth = 0;
    while !generation.is_empty() && depth < limit {
        depth += 1;
        for position in generation.clone() {
            for vertex in graph.successors(order[position]) {
                if marks.insert(vertex) {
                    order.push(vertex);
                    visitor(Generation {
                        vertex,
                        depth,
                        found_from: Some(position),
                    })?;
                }
            }
        }
        generation = generation.end..order.len();
    }
    ControlFlow::Continue(order)
}
