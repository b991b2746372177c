//! Reachability: descendants and ancestors.

use std::ops::ControlFlow;

use crate::views::Reversed;
use crate::visits::breadth_first;
use crate::watch::{Meter, finished};
use crate::{Error, Predecessors, Successors, Unwatched, VertexId, Watch};

/// Vertices reached from some others, nearest first, with their distance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    vertices: Vec<VertexId>,
    /// Where each generation starts; the end of the last one comes last.
    starts: Vec<usize>,
}

impl Reached {
    /// The vertices in breadth-first order: the starts, then those one step away, and
    /// so on.
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
            Some(&[start, end]) => &self.vertices[start..end],
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
/// # Complexity
/// O(vertices + edges reached) time, whatever the size of the graph. Memory: 4 bytes a
/// vertex of the answer, 8 a generation, and a mark a vertex (a hash table as long as
/// the answer is small, else one bit a vertex of the graph).
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
    let mut meter = Meter::new(watch);
    let mut generation_starts = Vec::new();
    let mut count = 0;
    let visit = breadth_first(graph, starts, generations, |found| {
        if found.depth == generation_starts.len() {
            generation_starts.push(count);
        }
        count += 1;
        meter.step()
    })?;
    Ok(match visit {
        ControlFlow::Continue(_) if count == 0 => return Err(Error::no_start()),
        ControlFlow::Continue(vertices) => {
            generation_starts.push(count);
            ControlFlow::Continue(Reached {
                vertices,
                starts: generation_starts,
            })
        }
        ControlFlow::Break(stop) => ControlFlow::Break(stop),
    })
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
