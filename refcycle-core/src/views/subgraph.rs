//! A compact subgraph.

use crate::counting_sort;
use crate::traits::check_vertex;
use crate::vertex_index::{LocalIndex, Lookup};
use crate::{CsrGraph, EdgeId, Error, IDirectedGraph, VertexId};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Deref;

/// Some vertices of a parent graph with all edges between them, renumbered from 0. It borrows
/// nothing and remembers the parent's ids.
///
/// It is a [`CsrGraph`] with these ids: it dereferences to it, so that it has all its methods, and
/// `&*subgraph` is the argument of a function that takes a graph.
///
/// # Memory
/// 8 bytes per vertex and 8 per edge, whatever the size of the parent.
///
/// # Example
/// ```
/// use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, VertexId, Vertices, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (2, 3), (3, 2)])?;
/// let pair = graph.full_subgraph([3, 2].map(VertexId::new))?;
/// assert_eq!((pair.vertex_count(), pair.edge_count()), (2, 2));
/// assert!(algo::is_cyclic(&*pair));
/// assert_eq!(pair.parent_vertex(VertexId::new(0)), VertexId::new(3));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subgraph {
    graph: CsrGraph,
    parent_vertices: Box<[VertexId]>,
    parent_edges: Box<[EdgeId]>,
}

impl Subgraph {
    /// [`induced`](Self::induced), or an error for a number that is not a vertex of `parent`.
    pub(crate) fn checked<G: IDirectedGraph + ?Sized>(
        parent: &G,
        vertices: impl IntoIterator<Item = VertexId>,
    ) -> Result<Self, Error> {
        let vertices: Vec<_> = vertices.into_iter().collect();
        vertices.iter().try_for_each(|&v| check_vertex(parent, v))?;
        Ok(Self::induced(parent, vertices))
    }

    /// The subgraph induced by these vertices, in their order, without duplicates.
    ///
    /// # Complexity
    /// O(vertices + the edges that leave them) time. Temporary memory: a hash table of the
    /// vertices; if they are a large part of the parent, one byte for each vertex of the parent
    /// if they are ascending, otherwise 4.
    ///
    /// # Panics
    /// May panic if one of them is not a vertex of `parent`; for these,
    /// [`Algorithms::full_subgraph`](crate::Algorithms::full_subgraph) returns an error.
    pub fn induced<G: IDirectedGraph + ?Sized>(
        parent: &G,
        vertices: impl IntoIterator<Item = VertexId>,
    ) -> Self {
        let mut parent_vertices: Vec<_> = vertices.into_iter().collect();
        let index = LocalIndex::number(parent.vertex_bound(), &mut parent_vertices);
        let edges = match &index {
            LocalIndex::Sparse(numbers) => Edges::within(parent, &parent_vertices, numbers),
            LocalIndex::Ranks(ranks) => Edges::within(parent, &parent_vertices, ranks),
            LocalIndex::Table(numbers) => Edges::within(parent, &parent_vertices, &**numbers),
        };
        drop(index);
        Self {
            graph: CsrGraph::trusted(edges.offsets, edges.heads),
            parent_vertices: parent_vertices.into(),
            parent_edges: edges.ids.into(),
        }
    }

    /// The same subgraph as [`induced`](Self::induced), found by the edges that enter the
    /// vertices, with the edges of a vertex by ascending id in the parent. Use it for a few
    /// vertices, some of which have millions of successors, such as the ancestors of an object.
    ///
    /// # Complexity
    /// O(vertices + the edges that enter them + e log e) time, where e is the number of edges of
    /// the result.
    ///
    /// # Panics
    /// May panic if one of them is not a vertex of `parent`.
    pub fn induced_backward<G: IDirectedGraph + ?Sized>(
        parent: &G,
        vertices: impl IntoIterator<Item = VertexId>,
    ) -> Self {
        let mut parent_vertices: Vec<_> = vertices.into_iter().collect();
        let index = LocalIndex::number(parent.vertex_bound(), &mut parent_vertices);
        let mut edges = match &index {
            LocalIndex::Sparse(numbers) => edges_into(parent, &parent_vertices, numbers),
            LocalIndex::Ranks(ranks) => edges_into(parent, &parent_vertices, ranks),
            LocalIndex::Table(numbers) => edges_into(parent, &parent_vertices, &**numbers),
        };
        edges.sort_unstable();
        let tails = edges.iter().map(|&(tail, ..)| tail);
        let offsets = counting_sort::offsets_by(parent_vertices.len(), tails);
        let heads = edges.iter().map(|&(.., head)| head).collect();
        let parent_edges = edges.iter().map(|&(_, id, _)| id).collect();
        Self::from_parts(offsets, heads, parent_vertices, parent_edges)
    }

    /// Assembles a subgraph whose parts are known to fit together.
    pub(crate) fn from_parts(
        offsets: Vec<u32>,
        heads: Vec<u32>,
        parent_vertices: Vec<VertexId>,
        parent_edges: Vec<EdgeId>,
    ) -> Self {
        Self {
            graph: CsrGraph::from_parts(offsets, heads).expect("a part of a valid graph is valid"),
            parent_vertices: parent_vertices.into(),
            parent_edges: parent_edges.into(),
        }
    }

    /// The id of vertex `v` in the parent.
    ///
    /// # Panics
    /// If `v` is not a vertex of this graph.
    pub fn parent_vertex(&self, v: VertexId) -> VertexId {
        self.parent_vertices[v.index()]
    }

    /// The id of edge `e` in the parent.
    ///
    /// # Panics
    /// If `e` is not an edge of this graph.
    pub fn parent_edge(&self, e: EdgeId) -> EdgeId {
        self.parent_edges[e.index()]
    }

    /// The parent's ids of all vertices, in the order of this graph's.
    pub fn parent_vertices(&self) -> &[VertexId] {
        &self.parent_vertices
    }

    /// The parent's ids of all edges, in the order of this graph's.
    pub fn parent_edges(&self) -> &[EdgeId] {
        &self.parent_edges
    }

    /// The graph itself, the parent's vertex ids and the parent's edge ids.
    pub fn into_parts(self) -> (CsrGraph, Box<[VertexId]>, Box<[EdgeId]>) {
        (self.graph, self.parent_vertices, self.parent_edges)
    }
}

/// The edges between some vertices, in the numbers of the subgraph.
struct Edges {
    offsets: Vec<u32>,
    heads: Vec<u32>,
    ids: Vec<EdgeId>,
}

/// The size of the buffer for edges before they are appended.
const GATHERED: usize = 256;

impl Edges {
    fn within<G: IDirectedGraph + ?Sized>(
        parent: &G,
        vertices: &[VertexId],
        numbers: &(impl Lookup + ?Sized),
    ) -> Self {
        // An upper bound. Memory that is never written costs nothing.
        let leaving = vertices.iter().map(|&v| degree(parent, v)).sum();
        let mut edges = Self {
            offsets: Vec::with_capacity(vertices.len() + 1),
            heads: Vec::with_capacity(leaving),
            ids: Vec::with_capacity(leaving),
        };
        // Each edge is written, but counted only if it is within the subgraph: a branch would be
        // mispredicted half of the time.
        let mut heads = [0; GATHERED];
        let mut ids = [EdgeId::default(); GATHERED];
        let mut gathered = 0;
        edges.offsets.push(0);
        for &v in vertices {
            for edge in parent.out_edges(v) {
                if gathered == GATHERED {
                    edges.add(&heads, &ids);
                    gathered = 0;
                }
                let (number, there) = numbers.look(edge.head);
                heads[gathered] = number;
                ids[gathered] = edge.id;
                gathered += usize::from(there);
            }
            edges.offsets.push((edges.heads.len() + gathered) as u32);
        }
        edges.add(&heads[..gathered], &ids[..gathered]);
        edges
    }

    fn add(&mut self, heads: &[u32], ids: &[EdgeId]) {
        self.heads.extend_from_slice(heads);
        self.ids.extend_from_slice(ids);
    }
}

/// The edges between some vertices, found by their heads: tail, id and head.
fn edges_into<G: IDirectedGraph + ?Sized>(
    parent: &G,
    vertices: &[VertexId],
    numbers: &(impl Lookup + ?Sized),
) -> Vec<(u32, EdgeId, u32)> {
    let mut edges = Vec::new();
    for (head, &v) in vertices.iter().enumerate() {
        for edge in parent.in_edges(v) {
            if let (tail, true) = numbers.look(edge.tail) {
                edges.push((tail, edge.id, head as u32));
            }
        }
    }
    edges
}

/// The number of edges that leave a vertex, if the graph knows it without counting.
#[inline]
fn degree<G: IDirectedGraph + ?Sized>(graph: &G, v: VertexId) -> usize {
    match graph.out_edges(v).size_hint() {
        (least, Some(most)) if least == most => most,
        _ => 0,
    }
}

impl Deref for Subgraph {
    type Target = CsrGraph;

    #[inline]
    fn deref(&self) -> &CsrGraph {
        &self.graph
    }
}
