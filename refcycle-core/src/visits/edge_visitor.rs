//! Depth-first visits that classify every edge.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{DfsEvent, EdgeClass};
use crate::traits::check_vertex;
use crate::{Edge, Error, IDirectedGraph, Successors, VertexId, VertexSet, Vertices};

/// Visits the vertices that can be reached from `starts`, depth first, each vertex and each of its
/// edges once, and classifies each edge. The visitor may stop the visit.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) if a start is not a vertex; the starts
/// before it have then been visited.
///
/// # Complexity
/// O(vertices + edges reached) time. Memory: 4 bytes and a bit per vertex of the graph, and an
/// iterator for each vertex of the longest path walked.
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
/// use refcycle_core::{CsrGraph, Edge, VertexId, visits::{self, DfsEvent, EdgeClass}};
///
/// // The first edge that closes a cycle.
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 1)])?;
/// let found = visits::depth_first_edges(&graph, [VertexId::new(0)], |event| match event {
///     DfsEvent::Edge(edge, EdgeClass::Back) => ControlFlow::Break(edge),
///     _ => ControlFlow::Continue(()),
/// })?;
/// let edge = found.break_value().unwrap();
/// assert_eq!((edge.tail.number(), edge.head.number(), edge.id.number()), (2, 1, 2));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # References
/// R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972),
/// doi:10.1137/0201010.
pub fn depth_first_edges<G, B>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    visitor: impl FnMut(DfsEvent<Edge>) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, Error>
where
    G: IDirectedGraph + ?Sized,
{
    walk(
        graph,
        starts,
        |v| graph.out_edges(v).map(|edge| (edge, edge.head)),
        visitor,
    )
}

/// [`depth_first_edges`] for a graph that knows only its successors: an edge is given as its tail
/// and its head.
///
/// # Errors
/// As for [`depth_first_edges`].
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
/// use refcycle_core::{CsrGraph, VertexId, visits::{self, DfsEvent}};
///
/// let graph = CsrGraph::from_edges(3, [(0, 1), (1, 2), (0, 2)])?;
/// let mut classes = Vec::new();
/// let _all = visits::depth_first_arcs(&graph, [VertexId::new(0)], |event| {
///     if let DfsEvent::Edge((tail, head), class) = event {
///         classes.push(format!("{tail} -> {head} {class:?}"));
///     }
///     ControlFlow::<()>::Continue(())
/// })?;
/// assert_eq!(classes, ["0 -> 1 Tree", "1 -> 2 Tree", "0 -> 2 Forward"]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn depth_first_arcs<G, B>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    visitor: impl FnMut(DfsEvent<(VertexId, VertexId)>) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, Error>
where
    G: Successors + ?Sized,
{
    walk(
        graph,
        starts,
        |v| graph.successors(v).map(move |w| ((v, w), w)),
        visitor,
    )
}

const UNSEEN: u32 = 0;

fn walk<G, E, I, B>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    edges: impl Fn(VertexId) -> I,
    mut visitor: impl FnMut(DfsEvent<E>) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, Error>
where
    G: Vertices + ?Sized,
    I: Iterator<Item = (E, VertexId)>,
{
    let mut walk = Walk {
        discovered: vec![UNSEEN; graph.vertex_bound()],
        open: VertexSet::new(graph.vertex_bound()),
        count: 0,
    };
    for start in starts {
        check_vertex(graph, start)?;
        if walk.discovered[start.index()] == UNSEEN
            && let ControlFlow::Break(stop) = walk.from(start, &edges, &mut visitor)
        {
            return Ok(ControlFlow::Break(stop));
        }
    }
    Ok(ControlFlow::Continue(()))
}

struct Walk {
    /// When each vertex was discovered, counted from 1.
    discovered: Vec<u32>,
    /// The vertices that are discovered but not finished.
    open: VertexSet,
    count: u32,
}

impl Walk {
    fn from<E, I, B>(
        &mut self,
        start: VertexId,
        edges: &impl Fn(VertexId) -> I,
        visitor: &mut impl FnMut(DfsEvent<E>) -> ControlFlow<B>,
    ) -> ControlFlow<B>
    where
        I: Iterator<Item = (E, VertexId)>,
    {
        self.discover(start);
        visitor(DfsEvent::Discover(start))?;
        let mut stack = vec![(start, edges(start))];
        while let Some((v, left)) = stack.last_mut() {
            let Some((edge, head)) = left.next() else {
                self.open.remove(*v);
                visitor(DfsEvent::Finish(*v))?;
                stack.pop();
                continue;
            };
            let class = self.class(*v, head);
            visitor(DfsEvent::Edge(edge, class))?;
            if class == EdgeClass::Tree {
                self.discover(head);
                visitor(DfsEvent::Discover(head))?;
                stack.push((head, edges(head)));
            }
        }
        ControlFlow::Continue(())
    }

    fn discover(&mut self, v: VertexId) {
        self.count += 1;
        self.discovered[v.index()] = self.count;
        self.open.insert(v);
    }

    #[inline]
    fn class(&self, tail: VertexId, head: VertexId) -> EdgeClass {
        let discovered = self.discovered[head.index()];
        if discovered == UNSEEN {
            EdgeClass::Tree
        } else if self.open.contains(head) {
            EdgeClass::Back
        } else if discovered > self.discovered[tail.index()] {
            EdgeClass::Forward
        } else {
            EdgeClass::Cross
        }
    }
}
