//! Paths that share no vertices except their ends.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::marks::Marks;
use crate::traits::check_vertex;
use crate::watch::Meter;
use crate::{Error, Input, Successors, VertexId, Watch};

/// Paths between two vertices that share no other vertex, and a cut that shows why there are no
/// more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DisjointPaths {
    /// The paths, both ends included.
    pub paths: Vec<Vec<VertexId>>,
    /// A smallest cut, if there are fewer paths than requested: a smallest set of vertices, not
    /// including the start and the end, such that every path from the start to the end goes
    /// through one of them, except a direct edge. It contains one vertex of each of the
    /// [`paths`](Self::paths) with more than two vertices, in the order of the paths.
    pub cut: Option<Vec<VertexId>>,
}

/// At most `k` paths from `start` to `end` that share no other vertex: `k` paths if that many
/// exist, otherwise the maximum number and a smallest cut.
///
/// Parallel edges from `start` to `end` count as one path. From a vertex to itself there is one
/// path, the vertex alone, and the cut is empty. The paths need not be the shortest possible. A
/// single path is a shortest path.
///
/// # Complexity
/// O(k (vertices + edges reached)) time: a breadth-first search for each path, and a last one that
/// fails. Memory: 8 bytes per vertex id, and for each vertex seen at most 16 bytes and two marks.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// // Two paths from 0 to 3; only 3 leads to 4.
/// let graph = CsrGraph::from_edges(5, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)])?;
/// let two = algo::vertex_disjoint_paths(&graph, VertexId::new(0), VertexId::new(3), 2)?;
/// assert_eq!((two.paths.len(), two.cut), (2, None));
/// let one = algo::vertex_disjoint_paths(&graph, VertexId::new(0), VertexId::new(4), 2)?;
/// assert_eq!(one.paths.len(), 1);
/// assert_eq!(one.cut, Some(vec![VertexId::new(3)]));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
///
/// # References
/// K. Menger, Zur allgemeinen Kurventheorie, Fundamenta Mathematicae 10, 1927; L. R. Ford and
/// D. R. Fulkerson, Maximal flow through a network, 1956, with every vertex split in two.
pub fn vertex_disjoint_paths<I: Input<Graph: Successors>>(
    graph: I,
    start: VertexId,
    end: VertexId,
    k: usize,
) -> Result<I::Flow<DisjointPaths>, Error> {
    graph.try_run(|graph, watch| vertex_disjoint_paths_watched(graph, start, end, k, watch))
}

pub(crate) fn vertex_disjoint_paths_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    start: VertexId,
    end: VertexId,
    k: usize,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, DisjointPaths>, Error> {
    check_vertex(graph, start)?;
    check_vertex(graph, end)?;
    let mut flow = Flow::new(graph.vertex_bound(), start, end);
    if start == end {
        return Ok(ControlFlow::Continue(DisjointPaths {
            paths: vec![vec![start]; k.min(1)],
            cut: (k > 1).then(Vec::new),
        }));
    }
    let mut count = 0;
    let mut meter = Meter::new(watch);
    while count < k {
        match flow.augment(graph, &mut meter) {
            ControlFlow::Break(stop) => return Ok(ControlFlow::Break(stop)),
            ControlFlow::Continue(false) => break,
            ControlFlow::Continue(true) => count += 1,
        }
    }
    let paths = flow.paths(graph);
    let cut = (count < k).then(|| paths.iter().filter_map(|path| flow.cut(path)).collect());
    Ok(ControlFlow::Continue(DisjointPaths { paths, cut }))
}

/// No vertex. Ids are stored plus one, as zeroed memory costs nothing.
const NONE: u32 = 0;

/// Each vertex is split in two, an entrance and an exit, with capacity for one path between them.
#[derive(Clone, Copy)]
enum VertexHalf {
    In,
    Out,
}

/// The paths so far, and the search for one more.
struct Flow {
    start: VertexId,
    end: VertexId,
    /// The next vertex on the path of each vertex, and the previous one, plus one.
    next: Vec<u32>,
    previous: Vec<u32>,
    /// Whether the edge from the start to the end is a path.
    direct: bool,
    entered: Marks,
    left: Marks,
    /// The vertex halves that the search has seen, each with the position from which it was seen.
    order: Vec<(VertexId, VertexHalf, u32)>,
    /// The vertices that `entered` and `left` mark.
    entrances: Vec<VertexId>,
    exits: Vec<VertexId>,
}

impl Flow {
    fn new(bound: usize, start: VertexId, end: VertexId) -> Self {
        Self {
            start,
            end,
            next: vec![NONE; bound],
            previous: vec![NONE; bound],
            direct: false,
            entered: Marks::new(bound),
            left: Marks::new(bound),
            order: Vec::new(),
            entrances: Vec::new(),
            exits: Vec::new(),
        }
    }

    fn see(&mut self, v: VertexId, half: VertexHalf, from: usize) {
        let (marks, marked) = match half {
            VertexHalf::In => (&mut self.entered, &mut self.entrances),
            VertexHalf::Out => (&mut self.left, &mut self.exits),
        };
        if marks.insert(v) {
            marked.push(v);
            self.order.push((v, half, from as u32));
        }
    }

    /// Adds a path, changing the others where necessary; `false` if that is impossible.
    fn augment<G: Successors + ?Sized, W: Watch>(
        &mut self,
        graph: &G,
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, bool> {
        let bound = graph.vertex_bound();
        self.entered.reset(bound, &self.entrances);
        self.left.reset(bound, &self.exits);
        self.entrances.clear();
        self.exits.clear();
        self.order.clear();
        self.see(self.start, VertexHalf::Out, 0);
        let mut position = 0;
        while position < self.order.len() {
            let (v, half, _) = self.order[position];
            let mut steps = 1;
            match half {
                // Go through a vertex that no path uses; otherwise go back along the path that
                // enters it.
                VertexHalf::In => match self.previous[v.index()] {
                    NONE => self.see(v, VertexHalf::Out, position),
                    before => self.see(VertexId::new(before - 1), VertexHalf::Out, position),
                },
                VertexHalf::Out => {
                    for w in graph.successors(v) {
                        steps += 1;
                        if w != self.end {
                            if w != self.start {
                                self.see(w, VertexHalf::In, position);
                            }
                        } else if v != self.start || !self.direct {
                            self.turn(position);
                            return ControlFlow::Continue(true);
                        }
                    }
                    // Go back through a vertex that a path uses.
                    if self.previous[v.index()] != NONE {
                        self.see(v, VertexHalf::In, position);
                    }
                }
            }
            meter.steps(steps)?;
            position += 1;
        }
        ControlFlow::Continue(false)
    }

    /// Augments the paths along the search from the start to this position, and on to the end.
    fn turn(&mut self, last: usize) {
        let step = |flow: &Self, position: usize| {
            let (v, half, from) = flow.order[position];
            let (u, other, _) = flow.order[from as usize];
            (u, other, v, half, from as usize)
        };
        // First remove the edges along which the search went back: a vertex may be removed from
        // one path and added to another.
        let mut position = last;
        while position != 0 {
            let (u, other, v, half, from) = step(self, position);
            if let (VertexHalf::In, VertexHalf::Out) = (other, half)
                && u != v
            {
                self.next[v.index()] = NONE;
                self.previous[u.index()] = NONE;
            }
            position = from;
        }
        let mut position = last;
        while position != 0 {
            let (u, other, v, half, from) = step(self, position);
            if let (VertexHalf::Out, VertexHalf::In) = (other, half)
                && u != v
            {
                self.join(u, v);
            }
            position = from;
        }
        self.join(self.order[last].0, self.end);
    }

    fn join(&mut self, u: VertexId, v: VertexId) {
        if u != self.start {
            self.next[u.index()] = v.number() + 1;
        }
        if v != self.end {
            self.previous[v.index()] = u.number() + 1;
        }
        self.direct |= u == self.start && v == self.end;
    }

    fn paths<G: Successors + ?Sized>(&self, graph: &G) -> Vec<Vec<VertexId>> {
        let mut firsts = Vec::new();
        let mut listed = Marks::new(graph.vertex_bound());
        for w in graph.successors(self.start) {
            let used = if w == self.end {
                self.direct
            } else {
                self.previous[w.index()] == self.start.number() + 1
            };
            if used && listed.insert(w) {
                firsts.push(w);
            }
        }
        firsts.into_iter().map(|first| self.path(first)).collect()
    }

    fn path(&self, first: VertexId) -> Vec<VertexId> {
        let mut path = vec![self.start, first];
        let mut v = first;
        while v != self.end {
            v = VertexId::new(self.next[v.index()] - 1);
            path.push(v);
        }
        path
    }

    /// The vertex of a path that the failed search has entered but not left.
    fn cut(&self, path: &[VertexId]) -> Option<VertexId> {
        let within = path[1..path.len() - 1].iter();
        within
            .copied()
            .find(|&v| self.entered.contains(v) && !self.left.contains(v))
    }
}
