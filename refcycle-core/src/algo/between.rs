//! The vertices between two sets of vertices.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::{Reached, descendants};
use crate::traits::check_vertex;
use crate::vertex_index::{LocalIndex, Lookup};
use crate::views::Subgraph;
use crate::watch::Meter;
use crate::{Error, IDirectedGraph, Input, Predecessors, Run, Successors, VertexId, Watch};

/// The vertices on the paths from `starts` to `ends`: those that can be reached from a start and
/// from which an end can be reached. With `generations`, only those on a path of at most that many
/// edges.
///
/// A start that reaches an end is included, and so is that end. The vertices are in the order of
/// [`descendants`](super::descendants), nearest to a start first. The result is empty if no path
/// leads from a start to an end.
///
/// # Complexity
/// O(descendants of the starts + edges that leave them + edges that enter the result) time,
/// regardless of the size of the graph. Memory: 13 bytes per descendant, and their numbers: a hash
/// table while there are few, then 4 bytes per vertex of the graph.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex) for a start or an end that is not a
/// vertex, [`ErrorKind::NoStart`](crate::ErrorKind::NoStart) if there are no starts or no ends.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// // Two paths from 0 to 3, and a vertex beside each.
/// let graph = CsrGraph::from_edges(6, [(0, 1), (0, 2), (2, 4), (4, 3), (1, 3), (0, 5)])?;
/// let (start, end) = (VertexId::new(0), VertexId::new(3));
/// let between = algo::between(&graph, [start], [end], None)?;
/// assert_eq!(between, [0, 1, 2, 3, 4].map(VertexId::new));
/// let between = algo::between(&graph, [start], [end], Some(2))?;
/// assert_eq!(between, [0, 1, 3].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn between<I: Input<Graph: Successors + Predecessors>>(
    graph: I,
    starts: impl IntoIterator<Item = VertexId>,
    ends: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
) -> Result<I::Flow<Vec<VertexId>>, Error> {
    graph.try_run(|graph, watch| between_watched(graph, starts, ends, generations, watch))
}

fn between_watched<G: Successors + Predecessors + ?Sized, W: Watch>(
    graph: &G,
    starts: impl IntoIterator<Item = VertexId>,
    ends: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Vec<VertexId>>, Error> {
    let ends: Vec<_> = ends.into_iter().collect();
    if ends.is_empty() {
        return Err(Error::no_start());
    }
    for &end in &ends {
        check_vertex(graph, end)?;
    }
    let reached = match descendants(Run::on(graph).watch(watch), starts, generations)? {
        ControlFlow::Continue(reached) => reached,
        ControlFlow::Break(stop) => return Ok(ControlFlow::Break(stop)),
    };
    let depths = depths(&reached, generations);
    let mut vertices = reached.into_vertices();
    let search = Backward {
        graph,
        depths,
        limit: generations.unwrap_or(usize::MAX),
    };
    let mut meter = Meter::new(watch);
    let kept = match LocalIndex::number(graph.vertex_bound(), &mut vertices) {
        LocalIndex::Sparse(numbers) => search.run(&vertices, &ends, &numbers, &mut meter),
        LocalIndex::Ranks(ranks) => search.run(&vertices, &ends, &ranks, &mut meter),
        LocalIndex::Table(numbers) => search.run(&vertices, &ends, &*numbers, &mut meter),
    };
    Ok(kept.map_continue(|kept| {
        let mut kept = kept.into_iter();
        vertices.retain(|_| kept.next() == Some(true));
        vertices
    }))
}

/// The subgraph of the vertices that [`between`] finds, with all edges between them. Its vertices
/// are in the same order.
///
/// With `generations`, the subgraph may contain edges that are on no path within the limit.
///
/// # Errors
/// As for [`between`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, IDirectedGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(5, [(0, 1), (1, 2), (1, 3), (4, 2)])?;
/// let between = algo::subgraph_between(&graph, [VertexId::new(0)], [VertexId::new(2)], None)?;
/// assert_eq!(between.edge_count(), 2);
/// assert_eq!(between.parent_vertices(), [0, 1, 2].map(VertexId::new));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn subgraph_between<I: Input<Graph: IDirectedGraph>>(
    graph: I,
    starts: impl IntoIterator<Item = VertexId>,
    ends: impl IntoIterator<Item = VertexId>,
    generations: Option<usize>,
) -> Result<I::Flow<Subgraph>, Error> {
    graph.try_run(|graph, watch| {
        let vertices = between_watched(graph, starts, ends, generations, watch)?;
        Ok(vertices.map_continue(|vertices| Subgraph::induced(graph, vertices)))
    })
}

/// The distance of each vertex from the nearest start; empty if there is no limit.
fn depths(reached: &Reached, generations: Option<usize>) -> Vec<u32> {
    match generations {
        Some(_) => (reached.with_depths())
            .map(|(_, depth)| depth as u32)
            .collect(),
        None => Vec::new(),
    }
}

/// A backward search within the vertices that the starts reach.
struct Backward<'g, G: ?Sized> {
    graph: &'g G,
    depths: Vec<u32>,
    limit: usize,
}

impl<G: Predecessors + ?Sized> Backward<'_, G> {
    /// Determines which of the vertices reach an end within the limit.
    fn run<W: Watch>(
        &self,
        vertices: &[VertexId],
        ends: &[VertexId],
        numbers: &(impl Lookup + ?Sized),
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Vec<bool>> {
        let mut kept = vec![false; vertices.len()];
        let mut queue: Vec<u32> = Vec::new();
        let mut distance = 0;
        let mut find = |v, distance, queue: &mut Vec<u32>| {
            let (number, there) = numbers.look(v);
            if there && !kept[number as usize] && self.is_near(number, distance) {
                kept[number as usize] = true;
                queue.push(number);
            }
        };
        for &end in ends {
            find(end, 0, &mut queue);
        }
        let mut generation = 0..queue.len();
        while !generation.is_empty() {
            distance += 1;
            for position in generation.clone() {
                meter.step()?;
                for v in self.graph.predecessors(vertices[queue[position] as usize]) {
                    find(v, distance, &mut queue);
                }
            }
            generation = generation.end..queue.len();
        }
        ControlFlow::Continue(kept)
    }

    /// Whether a vertex at this distance from an end is on a path within the limit. If it is, so
    /// is the next vertex of that path, so the search misses no vertex.
    #[inline]
    fn is_near(&self, number: u32, distance: usize) -> bool {
        let depth = self.depths.get(number as usize);
        depth.is_none_or(|&depth| depth as usize + distance <= self.limit)
    }
}
