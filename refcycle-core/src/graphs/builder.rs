//! Builds a [`CsrGraph`] from edges.

use super::CsrGraph;
use super::edge_sort::{sort_ascending, sort_pairs};
use crate::counting_sort::{count, counts_by, sum};
use crate::lengths::check_length;
use crate::offsets::{check_ends, check_sizes};
use crate::{Error, VertexId};
use alloc::vec::Vec;

/// Collects edges in any order and sorts them by tail, with a counting sort.
///
/// The graph numbers its edges by tail; edges of the same tail keep the order in which they were
/// added. [`build_with_order`](Self::build_with_order) also returns that order, and
/// [`build_with_weights`](Self::build_with_weights) reorders weights.
///
/// # Complexity
/// O(vertices + edges) time. As long as the edges are added in the order of their tails, the
/// builder takes as much memory as the graph, and `build` has nothing left to do. Otherwise it
/// takes 8 bytes per edge, and `build` needs only these bytes and the graph. If the edges can be
/// iterated twice, [`CsrGraph::from_edges_twice`] needs only the graph.
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
    tails: Tails,
    heads: Vec<u32>,
}

/// The tails of the edges.
#[derive(Clone, Debug)]
enum Tails {
    /// All edges so far are sorted.
    Sorted {
        last: u32,
        /// The number of edges of each vertex, at the next index; empty before the first edge.
        counts: Vec<u32>,
    },
    Listed(Vec<u32>),
}

/// The edges that a builder has collected.
enum Collected {
    Graph(CsrGraph),
    Edges { tails: Vec<u32>, heads: Vec<u32> },
}

impl CsrBuilder {
    /// A builder of a graph with the vertices `0..vertex_count`.
    pub fn new(vertex_count: usize) -> Self {
        Self::with_capacity(vertex_count, 0)
    }

    /// The same, with capacity for this many edges.
    pub fn with_capacity(vertex_count: usize, edges: usize) -> Self {
        Self {
            vertex_count,
            tails: Tails::Sorted {
                last: 0,
                counts: Vec::new(),
            },
            heads: Vec::with_capacity(edges),
        }
    }

    /// Edges whose ends are known to be vertices.
    pub(crate) fn trusted(vertex_count: usize, tails: Vec<u32>, heads: Vec<u32>) -> Self {
        let tails = match tails.last() {
            Some(&last) if tails.is_sorted() => Tails::Sorted {
                last,
                counts: counts_by(vertex_count, tails.iter().copied()),
            },
            _ => Tails::Listed(tails),
        };
        Self {
            vertex_count,
            tails,
            heads,
        }
    }

    /// Adds an edge.
    ///
    /// # Errors
    /// [`ErrorKind::VertexOutOfRange`](crate::ErrorKind::VertexOutOfRange) if an end is not below
    /// the number of vertices; the edge is then not added.
    #[inline]
    pub fn add_edge(&mut self, tail: VertexId, head: VertexId) -> Result<(), Error> {
        check_ends(tail.number(), head.number(), self.vertex_count)?;
        let (tail, head) = (tail.number(), head.number());
        match &mut self.tails {
            Tails::Sorted { last, counts } if *last <= tail && !counts.is_empty() => {
                *last = tail;
                count(counts, tail);
            }
            Tails::Sorted { .. } => self.start_or_list(tail),
            Tails::Listed(tails) => tails.push(tail),
        }
        self.heads.push(head);
        Ok(())
    }

    /// Handles the first tail, and a tail with which the edges are no longer sorted.
    #[cold]
    fn start_or_list(&mut self, tail: u32) {
        let mut tails = Vec::new();
        if let Tails::Sorted { counts, .. } = &self.tails {
            if counts.is_empty() && self.vertex_count <= crate::MAX_VERTICES {
                self.tails = Tails::Sorted {
                    last: tail,
                    counts: counts_by(self.vertex_count, [tail].into_iter()),
                };
                return;
            }
            tails.reserve_exact(self.heads.capacity());
            for (&count, tail) in counts.iter().skip(1).zip(0..) {
                tails.resize(tails.len() + count as usize, tail);
            }
        }
        tails.push(tail);
        self.tails = Tails::Listed(tails);
    }

    /// The number of edges added so far.
    pub fn edge_count(&self) -> usize {
        self.heads.len()
    }

    /// Builds the graph.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices), [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn build(self) -> Result<CsrGraph, Error> {
        let vertex_count = self.vertex_count;
        Ok(match self.collected()? {
            Collected::Graph(graph) => graph,
            Collected::Edges { tails, heads } => {
                let (offsets, heads) = sort_pairs(vertex_count, tails, heads);
                CsrGraph::trusted(offsets, heads)
            }
        })
    }

    /// Builds the graph; `order[e]` is the number of edges that were added before edge `e` of the
    /// graph.
    ///
    /// # Errors
    /// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices), [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    pub fn build_with_order(self) -> Result<(CsrGraph, Vec<u32>), Error> {
        let vertex_count = self.vertex_count;
        Ok(match self.collected()? {
            Collected::Graph(graph) => {
                let order = (0..graph.heads().len() as u32).collect();
                (graph, order)
            }
            Collected::Edges { tails, heads } => {
                let items = tails.iter().copied().zip(0..);
                let (offsets, order) = sort_ascending(vertex_count, &tails, items);
                drop(tails);
                let heads = order.iter().map(|&from| heads[from as usize]).collect();
                (CsrGraph::trusted(offsets, heads), order)
            }
        })
    }

    /// Builds the graph and reorders weights: `weights` are in the order in which the edges were
    /// added, the result is in the order of the graph's edge ids.
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) unless there is one
    /// weight for each edge; [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices),
    /// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges).
    ///
    /// # Example
    /// ```
    /// use refcycle_core::{CsrBuilder, VertexId};
    /// let mut builder = CsrBuilder::new(2);
    /// builder.add_edge(VertexId::new(1), VertexId::new(0))?;
    /// builder.add_edge(VertexId::new(0), VertexId::new(1))?;
    /// let (graph, weights) = builder.build_with_weights(&[0.5, 2.0])?;
    /// assert_eq!((graph.heads(), &*weights), (&[1, 0][..], &[2.0, 0.5][..]));
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub fn build_with_weights<W: Copy>(self, weights: &[W]) -> Result<(CsrGraph, Vec<W>), Error> {
        check_length("edge weights", weights.len(), self.heads.len())?;
        let (graph, order) = self.build_with_order()?;
        let weights = order.iter().map(|&from| weights[from as usize]).collect();
        Ok((graph, weights))
    }

    /// The graph if the edges are sorted; otherwise the edges.
    fn collected(self) -> Result<Collected, Error> {
        check_sizes::<u32>(self.vertex_count, self.heads.len())?;
        let heads = self.heads;
        Ok(match self.tails {
            Tails::Sorted { mut counts, .. } => {
                counts.resize(self.vertex_count + 1, 0);
                sum(&mut counts);
                Collected::Graph(CsrGraph::trusted(counts, heads))
            }
            Tails::Listed(tails) => Collected::Edges { tails, heads },
        })
    }
}

impl Extend<(VertexId, VertexId)> for CsrBuilder {
    /// Adds the edges.
    ///
    /// # Panics
    /// If an end is not below the number of vertices.
    fn extend<T: IntoIterator<Item = (VertexId, VertexId)>>(&mut self, edges: T) {
        for (tail, head) in edges {
            self.add_edge(tail, head)
                .expect("the ends of an edge are vertices");
        }
    }
}
