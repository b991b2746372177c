//! All shortest paths between two vertices, as a graph.

use alloc::vec;
use alloc::vec::Vec;
use core::iter::FusedIterator;
use core::ops::ControlFlow;

use super::Reached;
use crate::graphs::CsrGraph;
use crate::marks::Marks;
use crate::search::levels;
use crate::traits::check_vertex;
use crate::vertex_index::GrowingIndex;
use crate::watch::Meter;
use crate::{Error, Input, Successors, VertexId, Vertices, Watch};

/// The vertices and edges that lie on some shortest path between two vertices: a graph without
/// cycles, in which every path from the start to the end is a shortest path.
///
/// Parallel edges are merged, so that any two paths differ in a vertex.
///
/// # Memory
/// 8 bytes per vertex and 4 per edge.
#[derive(Clone, Debug)]
pub struct ShortestPathDag {
    /// Its vertices are the positions in `vertices`.
    graph: CsrGraph,
    /// Nearest to the start first.
    vertices: Vec<VertexId>,
    length: usize,
}

impl ShortestPathDag {
    /// The vertices, nearest to the start first: from the start to the end.
    pub fn vertices(&self) -> &[VertexId] {
        &self.vertices
    }

    /// The edges, as a graph whose vertex `i` is `vertices()[i]`: each goes to a vertex one step
    /// farther from the start.
    pub fn graph(&self) -> &CsrGraph {
        &self.graph
    }

    /// The edges as tail and head, grouped by tail, in the order of the vertices.
    pub fn edges(&self) -> impl Iterator<Item = (VertexId, VertexId)> + '_ {
        let name = |v: VertexId| self.vertices[v.index()];
        (self.graph.vertices())
            .flat_map(move |v| (self.graph.successors(v)).map(move |w| (name(v), name(w))))
    }

    /// The number of edges of each shortest path.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The number of shortest paths, at most `u128::MAX`.
    ///
    /// # Complexity
    /// O(vertices + edges of this graph) time, 16 bytes per vertex.
    pub fn path_count(&self) -> u128 {
        let mut counts = vec![1_u128; self.vertices.len()];
        for v in (0..self.vertices.len() - 1).rev() {
            let onward = self.graph.successors(VertexId::from_index(v));
            counts[v] = onward.fold(0, |sum, w| sum.saturating_add(counts[w.index()]));
        }
        counts[0]
    }

    /// The shortest paths, both ends included, by ascending positions of their vertices.
    ///
    /// # Complexity
    /// O(length) time for each path, 12 bytes per edge of one path.
    pub fn paths(&self) -> impl FusedIterator<Item = Vec<VertexId>> + Clone + '_ {
        ShortestPaths {
            dag: self,
            path: vec![0],
            edges: Vec::new(),
            done: false,
        }
    }
}

/// The paths of a [`ShortestPathDag`].
#[derive(Clone)]
struct ShortestPaths<'a> {
    dag: &'a ShortestPathDag,
    /// Positions of the first vertices of the path.
    path: Vec<u32>,
    /// The edge by which the path leaves each of them, except the last.
    edges: Vec<u32>,
    done: bool,
}

impl Iterator for ShortestPaths<'_> {
    type Item = Vec<VertexId>;

    fn next(&mut self) -> Option<Vec<VertexId>> {
        if self.done {
            return None;
        }
        let (offsets, heads) = (self.dag.graph.offsets(), self.dag.graph.heads());
        // Every edge leads to the end.
        while self.edges.len() < self.dag.length {
            let edge = offsets[self.path[self.edges.len()] as usize];
            self.edges.push(edge);
            self.path.push(heads[edge as usize]);
        }
        let vertices = self.path.iter();
        let path = vertices.map(|&v| self.dag.vertices[v as usize]).collect();
        // The next path uses another edge of the last vertex that has one.
        self.done = true;
        while let Some(edge) = self.edges.pop() {
            self.path.pop();
            let tail = self.path[self.edges.len()] as usize;
            let next = edge + 1;
            if next < offsets[tail + 1] {
                self.edges.push(next);
                self.path.push(heads[next as usize]);
                self.done = false;
                break;
            }
        }
        Some(path)
    }
}

impl FusedIterator for ShortestPaths<'_> {}

/// All shortest paths from `start` to `end`; `None` if there is no path. From a vertex to itself
/// there is one path, without edges.
///
/// # Complexity
/// O(vertices + edges no farther from `start` than `end` is) time, in two passes. Memory: 4 bytes
/// and a mark for each vertex seen, and the result.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// // Two paths through a diamond, and a detour.
/// let graph = CsrGraph::from_edges(5, [(0, 1), (0, 2), (1, 3), (2, 3), (0, 4), (4, 1)])?;
/// let dag = algo::shortest_path_dag(&graph, VertexId::new(0), VertexId::new(3))?.unwrap();
/// assert_eq!((dag.length(), dag.path_count()), (2, 2));
/// let paths: Vec<_> = dag.paths().collect();
/// assert_eq!(paths, [[0, 1, 3].map(VertexId::new), [0, 2, 3].map(VertexId::new)]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn shortest_path_dag<I: Input<Graph: Successors>>(
    graph: I,
    start: VertexId,
    end: VertexId,
) -> Result<I::Flow<Option<ShortestPathDag>>, Error> {
    graph.try_run(|graph, watch| shortest_path_dag_watched(graph, start, end, watch))
}

pub(crate) fn shortest_path_dag_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, Option<ShortestPathDag>>, Error> {
    check_vertex(graph, end)?;
    let mut marks = Marks::new(graph.vertex_bound());
    let mut reached = Reached::default();
    reached.begin(graph, &mut marks, [start])?;
    let meter = &mut Meter::new(watch);
    if start != end {
        let search = levels(graph, &mut marks, &mut reached, None, Some(end), meter);
        if let ControlFlow::Break(stop) = search {
            return Ok(ControlFlow::Break(stop));
        }
    }
    if !marks.contains(end) {
        return Ok(ControlFlow::Continue(None));
    }
    drop(marks);
    Ok(backward(graph, &reached, end, meter).map_continue(Some))
}

/// Goes back from the end's generation. In each generation, finds the vertices with an edge to a
/// vertex of the next generation that leads to the end.
fn backward<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    reached: &Reached,
    end: VertexId,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, ShortestPathDag> {
    let length = reached.generations() - 1;
    // Everything is numbered from the end, and reversed afterwards.
    let mut index = GrowingIndex::new(graph.vertex_bound(), reached.len());
    index.insert(end, 0);
    let mut vertices = vec![end];
    let mut heads: Vec<u32> = Vec::new();
    let mut ends = vec![0];
    let mut next = 0..1;
    for depth in (0..length).rev() {
        for &v in reached.generation(depth).iter().rev() {
            let row = heads.len();
            let mut edges = 0;
            for w in graph.successors(v) {
                edges += 1;
                if let Some(head) = index.get(w).filter(|head| next.contains(head)) {
                    heads.push(head);
                }
            }
            if heads.len() > row {
                heads[row..].sort_unstable();
                dedup_from(&mut heads, row);
                index.insert(v, vertices.len() as u32);
                vertices.push(v);
                ends.push(heads.len() as u32);
            }
            meter.steps(edges.max(1))?;
        }
        next = next.end..vertices.len() as u32;
    }
    let last = vertices.len() as u32 - 1;
    let edges = heads.len() as u32;
    vertices.reverse();
    heads.reverse();
    heads.iter_mut().for_each(|head| *head = last - *head);
    let offsets = (ends.iter().rev().map(|end| edges - end))
        .chain([edges])
        .collect();
    ControlFlow::Continue(ShortestPathDag {
        graph: CsrGraph::from_parts(offsets, heads).expect("the rows are valid"),
        vertices,
        length,
    })
}

/// Removes duplicates from a sorted tail of the items.
fn dedup_from(items: &mut Vec<u32>, first: usize) {
    let mut kept = first;
    for i in first..items.len() {
        if kept == first || items[kept - 1] != items[i] {
            items[kept] = items[i];
            kept += 1;
        }
    }
    items.truncate(kept);
}
