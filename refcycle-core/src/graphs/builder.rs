//! Making a [`CsrGraph`] from edges in any order.

use super::CsrGraph;
use crate::{EdgeId, Error, VertexId};

/// Collects edges in any order and sorts them by tail, by counting.
///
/// The graph numbers its edges by tail, those of one tail in the order in which they
/// were added. [`build_with_order`](Self::build_with_order) tells which is which.
///
/// # Complexity
/// O(vertices + edges) time. Holds 8 bytes an edge while it collects, and at the peak
/// of `build` 8 more an edge and 4 a vertex.
///
/// # Example
/// ```
/// use refcycle_core::{CsrBuilder, IDirectedGraph, VertexId};
///
/// let mut builder = CsrBuilder::new(3);
/// builder.add_edge(VertexId::new(2), VertexId::new(0))?;
/// builder.add_edge(VertexId::new(0), VertexId::new(1))?;
/// let (graph, order) = builder.build_with_order()?;
/// assert_eq!(graph.edge_count(), 2);
/// assert_eq!(order, [1, 0]); // the graph's edge 0 was added second
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CsrBuilder {
    vertex_count: usize,
    tails: Vec<u32>,
    heads: Vec<u32>,
}

impl CsrBuilder {
    /// A builder of a graph with the vertices `0..vertex_count`.
    pub fn new(vertex_count: usize) -> Self {
        Self::with_capacity(vertex_count, 0)
    }

    /// The same, with room for so many edges.
    pub fn with_capacity(vertex_count: usize, edges: usize) -> Self {
        Self {
            vertex_count,
            tails: Vec::with_capacity(edges),
            heads: Vec::with_capacity(edges),
        }
    }

    /// Adds an edge.
    ///
    /// # Errors
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange) when an end is not below the number of
    /// vertices; the edge is then not added.
    pub fn add_edge(&mut self, tail: VertexId, head: VertexId) -> Result<(), Error> {
        for end in [tail, head] {
            if end.index() >= self.vertex_count {
                return Err(Error::vertex_out_of_range(end.number(), self.vertex_count));
            }
        }
        self.tails.push(tail.number());
        self.heads.push(head.number());
        Ok(())
    }

    /// Makes the graph.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices), [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn build(self) -> Result<CsrGraph, Error> {
        let offsets = self.offsets()?;
        if self.tails.is_sorted() {
            return CsrGraph::from_parts(offsets, self.heads);
        }
        let mut heads = vec![0; self.heads.len()];
        place(&offsets, &self.tails, |from, to| {
            heads[to] = self.heads[from]
        });
        CsrGraph::from_parts(offsets, heads)
    }

    /// Makes the graph; `order[e]` is the number of edges added before the edge that
    /// the graph calls `e`.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices), [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn build_with_order(self) -> Result<(CsrGraph, Vec<u32>), Error> {
        let offsets = self.offsets()?;
        let mut order = vec![0; self.heads.len()];
        place(&offsets, &self.tails, |from, to| order[to] = from as u32);
        let heads = order
            .iter()
            .map(|&from| self.heads[from as usize])
            .collect();
        Ok((CsrGraph::from_parts(offsets, heads)?, order))
    }

    fn offsets(&self) -> Result<Vec<u32>, Error> {
        check_sizes(self.vertex_count, self.tails.len())?;
        Ok(offsets_by(self.vertex_count, &self.tails))
    }
}

pub(super) fn check_sizes(vertices: usize, edges: usize) -> Result<(), Error> {
    if vertices > crate::MAX_VERTICES {
        return Err(Error::too_many_vertices(vertices));
    }
    if edges > crate::MAX_EDGES {
        return Err(Error::too_many_edges(edges));
    }
    Ok(())
}

/// Where the edges of each key start, in a table sorted by key: the first pass of the
/// counting sort.
pub(super) fn offsets_by(vertex_count: usize, keys: &[u32]) -> Vec<u32> {
    let mut offsets = vec![0; vertex_count + 1];
    for &key in keys {
        offsets[key as usize + 1] += 1;
    }
    let mut sum = 0;
    for offset in &mut offsets {
        sum += *offset;
        *offset = sum;
    }
    offsets
}

/// Says for each item where the sort puts it: the second pass. Keeps the order of equal
/// keys.
pub(super) fn place(offsets: &[u32], keys: &[u32], mut put: impl FnMut(usize, usize)) {
    let mut next = offsets[..offsets.len() - 1].to_vec();
    for (from, &key) in keys.iter().enumerate() {
        let to = &mut next[key as usize];
        put(from, *to as usize);
        *to += 1;
    }
}

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
    /// use refcycle_core::{CsrGraph, IDirectedGraph};
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

    /// A compact copy of any graph that knows its successors. Holes in its ids become
    /// vertices without edges, so that the ids stay the same.
    ///
    /// This gives the backward algorithms to a graph that only knows forward edges.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn from_successors<G: crate::Successors + ?Sized>(graph: &G) -> Result<Self, Error> {
        let bound = graph.vertex_bound();
        let mut offsets = Vec::with_capacity(bound + 1);
        let mut heads = Vec::new();
        offsets.push(0);
        for v in (0..bound).map(VertexId::from_index) {
            if graph.contains_vertex(v) {
                heads.extend(graph.successors(v).map(VertexId::number));
            }
            check_sizes(bound, heads.len())?;
            offsets.push(heads.len() as u32);
        }
        Self::from_parts(offsets, heads)
    }
}

impl Extend<(VertexId, VertexId)> for CsrBuilder {
    /// Adds the edges.
    ///
    /// # Panics
    /// When an end is not below the number of vertices.
    fn extend<T: IntoIterator<Item = (VertexId, VertexId)>>(&mut self, edges: T) {
        for (tail, head) in edges {
            self.add_edge(tail, head)
                .expect("the ends of an edge are vertices");
        }
    }
}

/// The edges sorted by head: where they come from, and their ids.
#[derive(Clone)]
pub(super) struct Transposed {
    pub(super) offsets: Vec<u32>,
    pub(super) tails: Vec<u32>,
}

pub(super) fn transpose(offsets: &[u32], heads: &[u32]) -> Transposed {
    let vertex_count = offsets.len() - 1;
    let back = offsets_by(vertex_count, heads);
    let mut next = back[..vertex_count].to_vec();
    let mut tails = vec![0; heads.len()];
    for v in 0..vertex_count {
        for &head in &heads[offsets[v] as usize..offsets[v + 1] as usize] {
            let to = &mut next[head as usize];
            tails[*to as usize] = v as u32;
            *to += 1;
        }
    }
    Transposed {
        offsets: back,
        tails,
    }
}

pub(super) fn transposed_ids(back: &[u32], heads: &[u32]) -> Vec<EdgeId> {
    let mut ids = vec![EdgeId::default(); heads.len()];
    place(back, heads, |from, to| ids[to] = EdgeId::from_index(from));
    ids
}
