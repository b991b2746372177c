//! The simple cycles of a graph, shortest first.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::iter::FusedIterator;
use core::ops::ControlFlow;

use super::ball::Ball;
use super::girth::smallest_first;
use super::probe::{Probe, Shortest};
use super::roots::Roots;
use crate::algo::cyclic_core::Core;
use crate::traits::check_vertex;
use crate::watch::{Meter, finished};
use crate::{EdgeId, Error, IDirectedGraph, Input, Successors, Unwatched, VertexId, Watch};

/// The number of edges that a search may read beyond those that it must read.
const SPARE: usize = 64;

/// The simple cycles of a graph, in order of length; see [`simple_cycles`].
///
/// It holds a copy of the parts of the graph that it needs. Limit the number of cycles with
/// `take`, and their length with [`max_length`](Self::max_length).
pub struct SimpleCycles {
    core: Core,
    roots: Roots,
    /// The vertices with self-loops that have not been returned yet, the next one last.
    loops: Vec<VertexId>,
    /// For each root, a lower bound of the length of its next cycle, and whether a cheap search
    /// should first test if there is such a cycle.
    queue: BinaryHeap<Reverse<(u32, u32, bool)>>,
    /// During a walk, it has the distances back to its root.
    probe: Probe,
    /// The same distances without the vertices on the path.
    detour: Ball,
    walk: Walk,
    max_length: usize,
    /// The vertex at which the cycles start, if it is not the smallest.
    through: Option<VertexId>,
}

/// A depth-first search over the cycles through one root up to one length.
#[derive(Default)]
struct Walk {
    root: u32,
    /// The position of the root among the roots.
    turn: u32,
    length: u32,
    /// The least length above `length` of a cycle that was not walked, or a lower bound of it.
    next: u32,
    path: Vec<u32>,
    on_path: Vec<bool>,
    /// For each vertex of the path, whether its shortest path back to the root avoids the others.
    straight: Vec<bool>,
    /// Vertices to continue with, and whether each is straight. The choices of the last vertex of
    /// the path come last. `starts` contains the position at which the choices of each vertex
    /// start. A vertex without a start has not been expanded yet.
    choices: Vec<(u32, bool)>,
    starts: Vec<usize>,
    /// Vertices whose shortest path back to the root crosses the path.
    doubtful: Vec<u32>,
    /// The number of checks so far, and the result of the last check of each vertex: twice the
    /// number of the check, plus 1 if its shortest path back to the root was crossed.
    looks: u64,
    seen: Vec<u64>,
}

/// An iterator over the simple cycles of a graph, each once, shortest first, found on demand.
///
/// A cycle is given by its vertices in the order of its edges, starting with the smallest id.
/// Cycles that differ only in parallel edges count as one; [`cycle_edges`] returns the edges. The
/// order of cycles of the same length depends only on the graph.
///
/// # Complexity
/// The preparation takes O(vertices + edges) time; a watch of the [`Run`](crate::Run) can stop it,
/// and [`SimpleCycles::next_watched`] then watches the search. There are no dead ends: each step of the search
/// leads to a cycle. A step reads the edges of one vertex, or at most all edges of its component
/// if the path blocks short paths. The roots are vertices that together meet all cycles. Before
/// the first cycle of each length, a search in both directions up to that length may be needed
/// from every root; and the cycles of a root are walked again for each greater length of its
/// cycles. So k cycles of up to l vertices cost at most O((roots × l + k² × l) × edges), and far
/// less if many have the same length. With a [greatest length](SimpleCycles::max_length) m, these
/// searches meet in the middle: each reads about what is within m / 2 edges of its root. The memory
/// does not depend on the number of cycles: 16 bytes per vertex id at first, then about 90 per
/// vertex and 8 per edge of the strongly connected components of more than one vertex.
///
/// # References
/// - R. Rizzi, G. Sacomoto and M.-F. Sagot, "Efficiently listing bounded length st-paths",
///   IWOCA 2014, doi:10.1007/978-3-319-19315-1_28.
/// - A. Gupta and T. Suzumura, "Finding all bounded-length simple cycles in a directed
///   graph", arXiv:2105.10094.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, algo};
/// // Every edge that four vertices can have.
/// let edges = (0..4).flat_map(|v| (0..4).map(move |w| (v, w))).filter(|(v, w)| v != w);
/// let graph = CsrGraph::from_edges(4, edges)?;
/// let lengths: Vec<_> = algo::simple_cycles(&graph).map(|cycle| cycle.len()).collect();
/// assert_eq!(lengths.len(), 20);
/// assert_eq!(lengths[..8], [2, 2, 2, 2, 2, 2, 3, 3]);
/// assert_eq!(algo::simple_cycles(&graph).max_length(2).count(), 6);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn simple_cycles<I: Input<Graph: Successors>>(graph: I) -> I::Flow<SimpleCycles> {
    graph.run(simple_cycles_watched)
}

fn simple_cycles_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    watch: &mut W,
) -> ControlFlow<W::Stop, SimpleCycles> {
    let mut core = Core::new(graph, None, watch)?;
    core.local = Vec::new();
    let roots = Roots::of(&core);
    ControlFlow::Continue(SimpleCycles::new(core, roots, None))
}

/// An iterator over the simple cycles through one vertex, each once, shortest first, found on
/// demand. `v` comes first in each; otherwise they are like those of [`simple_cycles`].
///
/// # Complexity
/// As for [`simple_cycles`], on the component of `v`, with one root.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo};
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 0), (2, 1), (2, 3), (3, 2)])?;
/// let mut cycles = algo::simple_cycles_through(&graph, VertexId::new(1))?;
/// assert_eq!(cycles.next().unwrap(), [1, 2].map(VertexId::new));
/// assert_eq!(cycles.next().unwrap(), [1, 2, 0].map(VertexId::new));
/// assert_eq!(cycles.next(), None);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn simple_cycles_through<I: Input<Graph: Successors>>(
    graph: I,
    v: VertexId,
) -> Result<I::Flow<SimpleCycles>, Error> {
    graph.try_run(|graph, watch| simple_cycles_through_watched(graph, v, watch))
}

fn simple_cycles_through_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    v: VertexId,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, SimpleCycles>, Error> {
    check_vertex(graph, v)?;
    Ok(Core::new(graph, Some(v), watch).map_continue(|mut core| {
        let local = core::mem::take(&mut core.local);
        // A component of one vertex has no core.
        let roots = if core.len() == 0 {
            Roots::of(&core)
        } else {
            Roots::single(local[v.index()], core.len())
        };
        SimpleCycles::new(core, roots, Some(v))
    }))
}

/// The ids of the edges from each vertex of a cycle to the next, and from the last to the first:
/// several for parallel edges, and no id if there is no edge.
///
/// # Complexity
/// O(edges that leave the vertices) time.
///
/// # Errors
/// [`ErrorKind::NotAVertex`](crate::ErrorKind::NotAVertex).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, EdgeId, VertexId, algo};
/// let graph = CsrGraph::from_edges(2, [(0, 1), (0, 1), (1, 0)])?;
/// let edges = algo::cycle_edges(&graph, &[0, 1].map(VertexId::new))?;
/// assert_eq!(edges, [vec![EdgeId::new(0), EdgeId::new(1)], vec![EdgeId::new(2)]]);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn cycle_edges<G: IDirectedGraph + ?Sized>(
    graph: &G,
    cycle: &[VertexId],
) -> Result<Vec<Vec<EdgeId>>, Error> {
    let heads = cycle.iter().cycle().skip(1);
    (cycle.iter().zip(heads))
        .map(|(&tail, &head)| {
            check_vertex(graph, tail)?;
            let edges = graph.out_edges(tail).filter(|edge| edge.head == head);
            Ok(edges.map(|edge| edge.id).collect())
        })
        .collect()
}

impl SimpleCycles {
    fn new(mut core: Core, roots: Roots, through: Option<VertexId>) -> Self {
        let n = core.len();
        let mut loops = core::mem::take(&mut core.loops);
        loops.reverse();
        let queue = (0..roots.roots.len() as u32).map(|turn| Reverse((2, turn, true)));
        Self {
            queue: queue.collect(),
            probe: Probe::new(n),
            detour: Ball::new(n),
            walk: Walk {
                on_path: vec![false; n],
                seen: vec![0; n],
                ..Walk::default()
            },
            max_length: usize::MAX,
            loops,
            core,
            roots,
            through,
        }
    }

    /// Limits the search to cycles of at most this many vertices. Longer cycles are not searched
    /// for.
    #[must_use]
    pub fn max_length(mut self, length: usize) -> Self {
        self.max_length = length;
        self
    }

    /// Returns the next cycle. Checks the watch once at the start, and then as often as every
    /// watched algorithm. After a stop, the next call resumes the search.
    pub fn next_watched<W: Watch>(
        &mut self,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, Option<Vec<VertexId>>> {
        watch.check()?;
        if self.max_length > 0
            && let Some(v) = self.loops.pop()
        {
            return ControlFlow::Continue(Some(vec![v]));
        }
        let mut meter = Meter::new(watch);
        loop {
            if !self.walk.path.is_empty() {
                if self.walk_on(&mut meter)? {
                    return ControlFlow::Continue(Some(self.found()));
                }
                continue;
            }
            let Some(&Reverse((length, turn, unsure))) = self.queue.peek() else {
                return ControlFlow::Continue(None);
            };
            if length as usize > self.max_length {
                return ControlFlow::Continue(None);
            }
            let root = self.roots.roots[turn as usize];
            let most = u32::try_from(self.max_length).unwrap_or(u32::MAX);
            let lengths = (length, most);
            let (core, rank) = (&self.core, &self.roots.rank);
            // The entry stays in the queue until the search, which the watch may stop, is done.
            if unsure {
                let known = (self.probe).run(core, rank, root, lengths, SPARE, &mut meter)?;
                self.queue.pop();
                match known {
                    Shortest::Is(length) => self.queue.push(Reverse((length, turn, false))),
                    Shortest::AtLeast(length) => self.queue.push(Reverse((length, turn, true))),
                    Shortest::None => {}
                }
            } else {
                (self.probe).surround(core, rank, root, lengths, SPARE, &mut meter)?;
                self.queue.pop();
                self.walk.root = root;
                self.walk.turn = turn;
                self.walk.length = length;
                self.walk.next = most.saturating_add(1);
                self.walk.go_on(root, false);
            }
        }
    }

    /// Walks until a cycle of the wanted length is on the path, or the walk is over.
    fn walk_on<W: Watch>(&mut self, meter: &mut Meter<'_, W>) -> ControlFlow<W::Stop, bool> {
        loop {
            if self.walk.starts.len() < self.walk.path.len() {
                meter.step()?;
                if self.look(meter)? {
                    return ControlFlow::Continue(true);
                }
            }
            let walk = &mut self.walk;
            let Some(&start) = walk.starts.last() else {
                return ControlFlow::Continue(false);
            };
            if walk.choices.len() > start {
                let (w, straight) = walk
                    .choices
                    .pop()
                    .expect("the choices are longer than their start");
                walk.go_on(w, straight);
                continue;
            }
            walk.starts.pop();
            walk.straight.pop();
            let v = walk
                .path
                .pop()
                .expect("there are as many starts as vertices");
            walk.on_path[v as usize] = false;
            if walk.path.is_empty() {
                if walk.next != u32::MAX {
                    self.queue.push(Reverse((walk.next, walk.turn, false)));
                }
                return ControlFlow::Continue(false);
            }
        }
    }

    /// Finds the vertices that the path can continue with. Returns whether it closes a cycle of
    /// the wanted length.
    fn look<W: Watch>(&mut self, meter: &mut Meter<'_, W>) -> ControlFlow<W::Stop, bool> {
        let (core, walk) = (&self.core, &mut self.walk);
        let home = &self.probe.behind;
        // A lower bound for the cycles of which the search for the distances does not know.
        let beyond = self.probe.covered.saturating_add(1);
        let &v = walk.path.last().expect("the walk has begun");
        // The length of a cycle is this plus the distance of the next vertex back to the root.
        let taken = walk.path.len() as u32;
        let start = walk.choices.len();
        let mut next = walk.next;
        walk.doubtful.clear();
        walk.looks += 1;
        for &w in core.heads(v) {
            if self.roots.rank[w as usize] < walk.turn || walk.on_path[w as usize] {
                continue;
            }
            match home.distance(w) {
                None => next = next.min(beyond),
                Some(distance) if taken + distance >= next => {}
                Some(distance) => {
                    if !walk.way_is_free(home, v, w) {
                        walk.doubtful.push(w);
                    } else if taken + distance <= walk.length {
                        walk.choices.push((w, true));
                    } else {
                        next = taken + distance;
                    }
                }
            }
        }
        if !walk.doubtful.is_empty() {
            let on_path = &walk.on_path;
            let may_enter = |w: u32| !on_path[w as usize] && home.distance(w).is_some();
            let radius = walk.length.saturating_sub(taken);
            let radii = (radius, (next - 1 - taken).max(radius));
            let grown = backward(&mut self.detour, core, walk.root, radii, may_enter, meter);
            if let ControlFlow::Break(stop) = grown {
                walk.choices.truncate(start);
                return ControlFlow::Break(stop);
            }
            for &w in &walk.doubtful {
                match self.detour.distance(w) {
                    None if self.detour.frontier() == 0 => next = next.min(beyond),
                    None => next = next.min((taken + self.detour.radius() + 1).min(beyond)),
                    Some(distance) if taken + distance <= walk.length => {
                        walk.choices.push((w, false));
                    }
                    Some(distance) => next = next.min((taken + distance).min(beyond)),
                }
            }
        }
        // The last is used first.
        walk.choices[start..].reverse();
        walk.next = next;
        walk.starts.push(start);
        let closes = taken == walk.length && core.heads(v).binary_search(&walk.root).is_ok();
        ControlFlow::Continue(closes)
    }

    /// The path as a cycle of the graph.
    fn found(&self) -> Vec<VertexId> {
        let path = self.walk.path.iter();
        let mut cycle: Vec<_> = path.map(|&v| self.core.vertices[v as usize]).collect();
        if self.through.is_none() {
            smallest_first(&mut cycle);
        }
        cycle
    }
}

impl Walk {
    fn go_on(&mut self, v: u32, straight: bool) {
        self.on_path[v as usize] = true;
        self.path.push(v);
        self.straight.push(straight);
    }

    /// Whether the shortest path back to the root from `w`, a neighbour of the last vertex `v`,
    /// meets no vertex of the path except the root.
    fn way_is_free(&mut self, home: &Ball, v: u32, w: u32) -> bool {
        // The rest of a path that is known to be free. Without this, a long ring would take
        // quadratic time.
        if self.straight.last() == Some(&true) && home.parent(v) == w {
            return true;
        }
        let free = 2 * self.looks;
        let mut end = w;
        let crossed = loop {
            if end == self.root {
                break false;
            }
            if self.on_path[end as usize] {
                break true;
            }
            let seen = self.seen[end as usize];
            if seen >= free {
                break seen > free;
            }
            end = home.parent(end);
        };
        let mut x = w;
        while x != end {
            self.seen[x as usize] = free + u64::from(crossed);
            x = home.parent(x);
        }
        !crossed
    }
}

/// Finds the vertices whose distance to the root is at most the first radius. Continues up to the
/// second radius as long as that costs no more than the same again.
fn backward<W: Watch>(
    ball: &mut Ball,
    core: &Core,
    root: u32,
    (needed, useful): (u32, u32),
    may_enter: impl Fn(u32) -> bool,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    ball.start(root);
    let mut budget = 0;
    while ball.frontier() > 0
        && (ball.radius() < needed || (ball.radius() < useful && ball.effort < budget))
    {
        if ball.radius() < needed {
            budget = ball.effort.saturating_mul(2).saturating_add(SPARE);
        }
        let enter = |_, w| ControlFlow::<(), bool>::Continue(may_enter(w));
        ball.grow(|v| core.tails(v), enter, meter)?;
    }
    ControlFlow::Continue(())
}

impl Iterator for SimpleCycles {
    type Item = Vec<VertexId>;

    fn next(&mut self) -> Option<Vec<VertexId>> {
        finished(self.next_watched(&mut Unwatched))
    }
}

impl FusedIterator for SimpleCycles {}

impl core::fmt::Debug for SimpleCycles {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SimpleCycles")
            .field("max_length", &self.max_length)
            .finish_non_exhaustive()
    }
}
