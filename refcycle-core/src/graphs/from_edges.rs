//! Builds graphs without a [`CsrBuilder`](super::CsrBuilder): from edges that can be iterated
//! twice or are sorted, and from other graphs.

use super::builder::CsrBuilder;
use super::csr::{Csr, CsrGraph};
use crate::counting_sort::{count, fill, offsets_by, sum};
use crate::error::EdgeEnd;
use crate::lengths::check_length;
use crate::offsets::{Offset, check_ends, check_rows, check_sizes, check_vertex_count};
use crate::rows::EdgeOffset;
use crate::{EdgeId, Error, IDirectedGraph, MAX_VERTICES, Successors, VertexId, VertexNumber};
use alloc::vec;
use alloc::vec::Vec;

/// The offsets and the heads of a graph.
type Parts<O> = (Vec<O>, Vec<u32>);

impl CsrGraph {
    /// A graph with the vertices `0..vertex_count` and these edges, each
    /// `(tail, head)`; the edges are numbered as [`CsrBuilder`] says.
    ///
    /// # Errors
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange), [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{Algorithms, CsrGraph};
    /// let triangle = CsrGraph::from_edges(3, [(0, 1), (1, 2), (2, 0)])?;
    /// assert_eq!(triangle.strongly_connected_components().len(), 1);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn from_edges(
        vertex_count: usize,
        edges: impl IntoIterator<Item = (u32, u32)>,
    ) -> Result<Self, Error> {
        let edges = edges.into_iter();
        let mut builder = CsrBuilder::with_capacity(vertex_count, edges.size_hint().0);
        for (tail, head) in edges {
            builder.add_edge(tail.into(), head.into())?;
        }
        builder.build()
    }

    /// A compact copy of any graph, like [`from_successors`](Self::from_successors), and the ids
    /// of its edges: edge `e` of the copy is edge `ids[e]` of the graph. Use them to reorder
    /// weights.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{Algorithms, CsrGraph, EdgeId};
    /// let graph = CsrGraph::from_edges(2, [(0, 1), (1, 0), (1, 1)])?;
    /// let (reversed, ids) = CsrGraph::from_graph(&graph.reversed())?;
    /// assert_eq!(reversed.heads(), [1, 0, 1]);
    /// assert_eq!(ids, [1, 0, 2].map(EdgeId::new));
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn from_graph<G: IDirectedGraph + ?Sized>(graph: &G) -> Result<(Self, Vec<EdgeId>), Error> {
        let bound = graph.vertex_bound();
        check_vertex_count(bound)?;
        let mut offsets = Vec::with_capacity(bound + 1);
        let (mut heads, mut ids) = (Vec::new(), Vec::new());
        offsets.push(0);
        for v in (0..bound).map(VertexId::from_index) {
            if graph.contains_vertex(v) {
                for edge in graph.out_edges(v) {
                    heads.push(edge.head.number());
                    ids.push(edge.id);
                }
            }
            check_sizes::<u32>(bound, heads.len())?;
            offsets.push(heads.len() as u32);
        }
        Ok((Self::from_parts(offsets, heads)?, ids))
    }
}

impl<O: EdgeOffset> Csr<O> {
    /// Builds the same graph as [`CsrGraph::from_edges`] from edges that can be iterated
    /// twice, without memory besides the graph. Both iterations must give the same edges.
    ///
    /// # Errors
    /// As for [`CsrGraph::from_edges`];
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) if the second iteration
    /// gives more or fewer edges,
    /// [`ErrorKind::MalformedOffsets`](crate::ErrorKind::MalformedOffsets) if it gives more or
    /// fewer edges of a vertex.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::CsrGraph;
    /// let edges = [(1, 2), (0, 1), (1, 0)];
    /// let graph = CsrGraph::from_edges_twice(3, edges.iter().copied())?;
    /// assert_eq!(graph.heads(), [1, 2, 0]);
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn from_edges_twice<I>(vertex_count: usize, edges: I) -> Result<Self, Error>
    where
        I: IntoIterator<Item = (u32, u32)>,
        I::IntoIter: Clone,
    {
        let (offsets, heads) = twice(vertex_count, edges.into_iter())?;
        Ok(Self::trusted(offsets, heads))
    }

    /// Builds a graph from edges that are sorted by tail, without sorting and without memory
    /// besides the graph. The edges keep their order.
    ///
    /// # Errors
    /// [`ErrorKind::NotSorted`](crate::ErrorKind::NotSorted) for an edge with a lower tail than
    /// the edge before it; otherwise as for [`CsrGraph::from_edges`].
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrGraph, ErrorKind};
    /// let graph = CsrGraph::from_sorted_edges(3, [(0, 2), (0, 1), (2, 0)])?;
    /// assert_eq!(graph.offsets(), [0, 2, 2, 3]);
    /// let error = CsrGraph::from_sorted_edges(3, [(1, 2), (0, 1)]).unwrap_err();
    /// assert_eq!((error.kind(), error.index()), (ErrorKind::NotSorted, Some(1)));
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn from_sorted_edges(
        vertex_count: usize,
        edges: impl IntoIterator<Item = (u32, u32)>,
    ) -> Result<Self, Error> {
        let (offsets, heads) = sorted(vertex_count, edges.into_iter())?;
        Ok(Self::trusted(offsets, heads))
    }

    /// A compact copy of any graph that knows its successors. Holes in its ids become
    /// vertices without edges, so that the ids stay the same.
    ///
    /// With this copy, a graph that knows only forward edges can run the algorithms that go
    /// backward.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn from_successors<G: Successors + ?Sized>(graph: &G) -> Result<Self, Error> {
        let (offsets, heads) = copied(graph)?;
        Self::from_parts(offsets, heads)
    }
}

impl<V: VertexNumber> FromIterator<(V, V)> for CsrGraph {
    /// The graph of these edges, each `(tail, head)`. Its vertices are the numbers up to the
    /// highest end; use [`from_edges`](Self::from_edges) if there may be more, or if the numbers
    /// are not known to be small.
    ///
    /// # Panics
    /// If there are more than [`MAX_EDGES`](crate::MAX_EDGES) edges, or an end is negative or not
    /// below [`MAX_VERTICES`](crate::MAX_VERTICES).
    fn from_iter<I: IntoIterator<Item = (V, V)>>(edges: I) -> Self {
        gathered(edges.into_iter()).expect("the ends of edges are numbers that a graph can have")
    }
}

/// The ends of an edge as numbers, which need not be vertices.
#[inline]
fn numbers<V: VertexNumber>(
    (tail, head): (V, V),
    vertex_count: usize,
) -> Result<(u32, u32), Error> {
    match (tail.number(), head.number()) {
        (Ok(tail), Ok(head)) => Ok((tail, head)),
        (Err(tail), _) => Err(Error::no_vertex(EdgeEnd::Tail, tail, vertex_count)),
        (_, Err(head)) => Err(Error::no_vertex(EdgeEnd::Head, head, vertex_count)),
    }
}

/// A graph whose vertices are the numbers up to the highest end.
fn gathered<V: VertexNumber>(edges: impl Iterator<Item = (V, V)>) -> Result<CsrGraph, Error> {
    let room = edges.size_hint().0;
    let (mut tails, mut heads) = (Vec::with_capacity(room), Vec::with_capacity(room));
    let mut vertex_count = 0;
    for edge in edges {
        let (tail, head) = numbers(edge, MAX_VERTICES)?;
        check_ends(tail, head, MAX_VERTICES)?;
        vertex_count = vertex_count.max(tail.max(head) as usize + 1);
        tails.push(tail);
        heads.push(head);
    }
    CsrBuilder::trusted(vertex_count, tails, heads).build()
}

fn twice<O: Offset>(
    vertex_count: usize,
    edges: impl Iterator<Item = (u32, u32)> + Clone,
) -> Result<Parts<O>, Error> {
    check_vertex_count(vertex_count)?;
    // Carrying an error through these loops would be expensive.
    let in_range = |&(tail, head): &(u32, u32)| tail.max(head) < vertex_count as u32;
    let mut stray = None;
    let mut count = 0;
    let tails = edges.clone().map_while(|edge| {
        count += 1;
        if in_range(&edge) {
            return Some(edge.0);
        }
        stray = Some(edge);
        None
    });
    let mut offsets = offsets_by(vertex_count, tails);
    if let Some((tail, head)) = stray {
        check_ends(tail, head, vertex_count)?;
    }
    check_sizes::<O>(vertex_count, count)?;

    let mut heads = vec![0; count];
    let mut again = 0;
    let edges = edges.take(count.saturating_add(1)).inspect(|_| again += 1);
    let edges = edges.filter(in_range);
    fill(&mut offsets, &mut heads, edges);
    check_length("edges in the second iteration", again, count)?;
    // Fails if the number is the same but the edges differ.
    check_rows(&offsets, &heads)?;
    Ok((offsets, heads))
}

fn sorted<O: Offset>(
    vertex_count: usize,
    edges: impl Iterator<Item = (u32, u32)>,
) -> Result<Parts<O>, Error> {
    check_vertex_count(vertex_count)?;
    let mut offsets = vec![O::default(); vertex_count + 1];
    let mut heads = Vec::with_capacity(edges.size_hint().0);
    let mut last = 0;
    for (tail, head) in edges {
        check_ends(tail, head, vertex_count)?;
        if tail < last {
            return Err(Error::not_sorted(heads.len()));
        }
        last = tail;
        count(&mut offsets, tail);
        heads.push(head);
    }
    check_sizes::<O>(vertex_count, heads.len())?;
    sum(&mut offsets);
    Ok((offsets, heads))
}

fn copied<O: Offset, G: Successors + ?Sized>(graph: &G) -> Result<Parts<O>, Error> {
    let bound = graph.vertex_bound();
    check_vertex_count(bound)?;
    let mut offsets = Vec::with_capacity(bound + 1);
    let mut heads = Vec::new();
    offsets.push(O::default());
    for v in (0..bound).map(VertexId::from_index) {
        if graph.contains_vertex(v) {
            heads.extend(graph.successors(v).map(VertexId::number));
        }
        check_sizes::<O>(bound, heads.len())?;
        offsets.push(O::at(heads.len()));
    }
    Ok((offsets, heads))
}
