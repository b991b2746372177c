//! Reachability: descendants and ancestors.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::{ControlFlow, Range};

use crate::marks::Marks;
use crate::search::{flood, levels};
use crate::traits::check_vertex;
use crate::views::Reversed;
use crate::watch::{Meter, finished};
use crate::{Error, Predecessors, Successors, Unwatched, VertexId, VertexSet, Watch};

/// Vertices reached from some others, nearest first, with their distance.
///
/// Two are equal when they have the same vertices in the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    vertices: Vec<VertexId>,
    /// Where each generation starts; the end of the last one comes last.
    starts: Vec<u32>,
}

impl Default for Reached {
    /// Nothing reached yet.
    fn default() -> Self {
        Self {
            vertices: Vec::new(),
            starts: vec![0],
        }
    }
}

/// How a search fills it.
impl Reached {
    /// Forgets what it holds and takes the starts, each once, as the first generation.
    pub(crate) fn begin<G: Successors + ?Sized>(
        &mut self,
        graph: &G,
        marks: &mut Marks,
        starts: impl IntoIterator<Item = VertexId>,
    ) -> Result<(), Error> {
        marks.reset(graph.vertex_bound(), &self.vertices);
        self.vertices.clear();
        self.starts.truncate(1);
        for v in starts {
            check_vertex(graph, v)?;
            if marks.insert(v) {
                self.vertices.push(v);
            }
        }
        if self.end_generation() {
            Ok(())
        } else {
            Err(Error::no_start())
        }
    }

    pub(crate) fn last_generation(&self) -> Range<usize> {
        let last = self.starts.len() - 2;
        self.starts[last] as usize..self.starts[last + 1] as usize
    }

    /// Where the next generation is put.
    pub(crate) fn order(&mut self) -> &mut Vec<VertexId> {
        &mut self.vertices
    }

    /// What was put there is a generation; `false` when that is nothing.
    pub(crate) fn end_generation(&mut self) -> bool {
        let end = self.vertices.len() as u32;
        let any = self.starts.last().is_some_and(|&start| start < end);
        if any {
            self.starts.push(end);
        }
        any
    }

    pub(crate) fn memory(&self) -> usize {
        4 * (self.vertices.capacity() + self.starts.capacity())
    }
}

impl Reached {
    /// The vertices in breadth-first order: the starts in their order, each once, then those
    /// one step away in any order, and so on.
    pub fn vertices(&self) -> &[VertexId] {
        &self.vertices
    }

    /// How many vertices were reached, the starts included.
    pub fn len(&self) -> usize {
        self.vertices.len()
    }

    /// Whether nothing was reached. It never is: there is at least one start.
    pub fn is_empty(&self) -> bool {
        self.vertices.is_empty()
    }

    /// How many generations there are: one more than the largest depth.
    pub fn generations(&self) -> usize {
        self.starts.len() - 1
    }

    /// The vertices whose shortest distance from a start is `depth`; none beyond the
    /// last generation.
    pub fn generation(&self, depth: usize) -> &[VertexId] {
        match self.starts.get(depth..depth.saturating_add(2)) {
            Some(&[start, end]) => &self.vertices[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The vertices in breadth-first order, each with its depth.
    pub fn with_depths(&self) -> impl Iterator<Item = (VertexId, usize)> + '_ {
        (0..self.generations())
            .flat_map(|depth| self.generation(depth).iter().map(move |&v| (v, depth)))
    }

    /// The vertices in breadth-first order.
    pub fn into_vertices(self) -> Vec<VertexId> {
        self.vertices
    }
}

/// What can be reached from `starts` along edges, the starts included, in at most
/// `generations` steps (`None`: any number).
///
/// The starts come first, then the vertices one step away, and so on; within a generation
/// the order is unspecified. Many small queries are answered faster by a
/// [`Workspace`](crate::Workspace); for the set without distances, see [`descendants_set`].
///
/// # Complexity
/// O(vertices + edges reached) time, whatever the size of the graph. Memory: 4 bytes a
/// vertex of the answer, 4 a generation, and a mark a vertex (a hash table as long as
/// the answer is small, else one bit a vertex of the graph).
///
/// On a graph that shows its edges as slices in both directions ([`Successors::rows`], whose
/// [`reversed`](crate::Rows::reversed) is there), a large generation is found from the other
/// side: each vertex not yet reached looks for a predecessor that was, which saves most edges
/// of a graph without structure. The backward direction of a
/// [`CsrGraph`](crate::CsrGraph) is used when it was made before, and not made for this.
///
/// # References
/// S. Beamer, K. Asanović, D. Patterson, Direction-optimizing breadth-first search, SC 2012.
/// The search changes direction by another condition, under which grids are not swept.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) for a start that is none,
/// [`ErrorKind::NoStart`](crate::ErrorKind::NoStart) when there are no starts.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (3, 0)])?;
/// let reached = algo::descendants(&graph, [VertexId::new(0)], None)?;
/// let depths: Vec<_> = reached.with_depths().map(|(v, depth)| (v.number(), depth)).collect();
/// assert_eq!(depths, [(0, 0), (1, 1), (2, 2)]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn descendants<G: Successors + ?Sized>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
) -> Result<Reached, Error> {
    descendants_watched(graph, starts, generations, &mut Unwatched).map(finished)
}

/// [`descendants`] that a [`Watch`] can stop.
pub fn descendants_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Reached>, Error> {
    let mut marks = Marks::new(graph.vertex_bound());
    let mut reached = Reached::default();
    reached.begin(graph, &mut marks, starts)?;
    let meter = &mut Meter::new(watch);
    let search = levels(graph, &mut marks, &mut reached, generations, None, meter);
    Ok(search.map_continue(|()| reached))
}

/// What `starts` can be reached from along edges, the starts included, in at most
/// `generations` steps (`None`: any number): [`descendants`] in the reversed graph.
///
/// # Errors
/// As [`descendants`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (3, 0)])?;
/// let reached = algo::ancestors(&graph, [VertexId::new(2)], Some(2))?;
/// assert_eq!(reached.vertices(), [2, 1, 0].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn ancestors<G: Predecessors + ?Sized>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
) -> Result<Reached, Error> {
    ancestors_watched(graph, starts, generations, &mut Unwatched).map(finished)
}

/// [`ancestors`] that a [`Watch`] can stop.
pub fn ancestors_watched<G: Predecessors + ?Sized, W: Watch>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Reached>, Error> {
    descendants_watched(&Reversed::new(graph), starts, generations, watch)
}

/// The set of what can be reached from `starts` along edges, the starts included: the vertices
/// of [`descendants`] without order or distance, sooner.
///
/// # Complexity
/// O(vertices + edges reached) time and the clearing of the set; one bit a vertex id, and 4
/// bytes for each vertex that waits, at most those of two generations. Large generations are
/// found from the other side as in [`descendants`].
///
/// # Errors
/// As [`descendants`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (3, 0)])?;
/// let set = algo::descendants_set(&graph, [VertexId::new(1)])?;
/// assert!(set.iter().eq([1, 2].map(VertexId::new)));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn descendants_set<G: Successors + ?Sized>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
) -> Result<VertexSet, Error> {
    descendants_set_watched(graph, starts, &mut Unwatched).map(finished)
}

/// [`descendants_set`] that a [`Watch`] can stop.
pub fn descendants_set_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, VertexSet>, Error> {
    let mut marks = Marks::dense(graph.vertex_bound());
    let mut reached = Reached::default();
    reached.begin(graph, &mut marks, starts)?;
    let waiting = reached.into_vertices();
    let found = flood(graph, &mut marks, waiting, &mut Meter::new(watch));
    Ok(found.map_continue(|found| VertexSet::from_bits(marks.into_bits(), found)))
}

/// The set of what `starts` can be reached from along edges, the starts included:
/// [`descendants_set`] in the reversed graph.
///
/// # Errors
/// As [`descendants`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (3, 0)])?;
/// assert_eq!(algo::ancestors_set(&graph, [VertexId::new(1)])?.len(), 3);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn ancestors_set<G: Predecessors + ?Sized>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
) -> Result<VertexSet, Error> {
    ancestors_set_watched(graph, starts, &mut Unwatched).map(finished)
}

/// [`ancestors_set`] that a [`Watch`] can stop.
pub fn ancestors_set_watched<G: Predecessors + ?Sized, W: Watch>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, VertexSet>, Error> {
    descendants_set_watched(&Reversed::new(graph), starts, watch)
}
