//! Feedback vertex sets: vertices without which a graph has no cycle.

mod bound;
mod digraph;
mod heuristic;
mod reduce;
mod search;

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use self::digraph::Digraph;
use self::reduce::Chosen;
use super::arcs::Arcs;
use super::effort::Effort;
use super::order::Order;
use super::path_search::PathSearch;
use super::{FeedbackOptions, FeedbackSet, MOST_WHOLE, ROUNDING, minimal, part_costs};
use crate::algo::cyclic_core::{Core, OUTSIDE};
use crate::algo::scc::strongly_connected_components_watched;
use crate::lengths::check_length;
use crate::watch::Meter;
use crate::{CsrGraph, Error, Input, Successors, VertexId, Vertices, Watch};

/// A piece that is larger than the limit divided by this number cannot be solved within the limit.
const LOOKS: usize = 256;

/// The search for disjoint cycles may read this many vertices and edges for each of a piece, and
/// some more.
const EFFORT: usize = 64;
const SPARE: usize = 1 << 16;

/// How often each rule that reads the whole graph is used before it is divided into pieces.
const PASSES: usize = 4;

/// A set of vertices of small total weight without which the graph has no cycle: a minimum set if
/// an exact search within a limit or a lower bound proves it, otherwise a good one.
///
/// The set is minimal: if any of its vertices is put back, there is a cycle. It contains all
/// vertices with self-loops. Parallel edges make no difference.
///
/// # Complexity
/// The reductions take O((vertices + edges) × log(vertices)) time in practice, and each round of the
/// local search reads all edges at most once. The searches for disjoint cycles read at most 64 times
/// as many vertices and edges as there are, besides those of
/// [`feedback_arc_set`](super::feedback_arc_set). Short bidirectional searches decide which vertices
/// can be put back, as for [`feedback_arc_set`](super::feedback_arc_set); in the worst case, each
/// reads all vertices and edges on cycles. The exact search is exponential, and ends at the
/// [node limit](super::FeedbackOptions::node_limit). Memory: 4 bytes per vertex id, and about 600 per
/// vertex and 150 per edge of the strongly connected components of more than one vertex. The exact
/// search may take up to 90 bytes per unit of its limit, but usually takes far less.
///
/// # Implementation details
/// A vertex that only one edge enters or leaves is merged with the other end, if that weighs no
/// more. Edges are removed if each cycle through them contains the vertices of a shorter one: those
/// that are on no cycle without pairs of opposite edges, and those with a shortcut for each vertex
/// before or after them. If all edges of a vertex and between its neighbours are such pairs, the
/// neighbours are taken. The strongly connected components of the rest are solved by branch and
/// bound: a vertex is taken, or it is kept, with edges in its place. Disjoint cycles and cliques are
/// the bound. Larger ones get a greedy choice, which is improved by a local search over orders of
/// the vertices that are kept.
///
/// # Errors
/// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) unless the number of weights is
/// [`vertex_bound`](Vertices::vertex_bound);
/// [`ErrorKind::InvalidWeight`](crate::ErrorKind::InvalidWeight) if the weight of a vertex is
/// negative or not finite, or the sum of all weights is not finite;
/// [`ErrorKind::TooManyVertices`](crate::ErrorKind::TooManyVertices) or
/// [`ErrorKind::TooManyEdges`](crate::ErrorKind::TooManyEdges) if twice the number of vertices on
/// cycles, or this number plus that of the edges between them, is more than a graph can have.
///
/// # References
/// - H. Levy and D. W. Low, "A contraction algorithm for finding small cycle cutsets",
///   J. Algorithms 9 (1988), doi:10.1016/0196-6774(88)90013-2.
/// - H.-M. Lin and J.-Y. Jou, "On computing the minimum feedback vertex set of a directed graph by
///   contraction operations", IEEE Trans. Comput.-Aided Design 19 (2000), doi:10.1109/43.833199.
/// - P. Galinier, E. Lemamou and M. W. Bouzidi, "Applying local search to the feedback vertex set
///   problem", J. Heuristics 19 (2013), doi:10.1007/s10732-013-9224-z.
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, VertexId, algo::{self, FeedbackOptions}};
/// // Two cycles that share vertex 2.
/// let graph = CsrGraph::from_edges(5, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 2)])?;
/// let set = algo::feedback_vertex_set(&graph, &FeedbackOptions::default())?;
/// assert_eq!(set.ids, [VertexId::new(2)]);
/// assert!(set.is_optimal);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn feedback_vertex_set<I: Input<Graph: Successors>>(
    graph: I,
    options: &FeedbackOptions<'_>,
) -> Result<I::Flow<FeedbackSet<VertexId>>, Error> {
    graph.try_run(|graph, watch| feedback_vertex_set_watched(graph, options, watch))
}

pub(crate) fn feedback_vertex_set_watched<G: Successors + ?Sized, W: Watch>(
    graph: &G,
    options: &FeedbackOptions<'_>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, FeedbackSet<VertexId>>, Error> {
    let is_whole = match options.weights {
        Some(weights) => check_weights(graph, weights)?,
        None => true,
    };
    let core = match Core::new(graph, None, watch) {
        ControlFlow::Continue(core) => core,
        ControlFlow::Break(stop) => return Ok(ControlFlow::Break(stop)),
    };
    let weight_of = |v: VertexId| options.weights.map_or(1.0, |weights| weights[v.index()]);
    let problem = Problem {
        weights: core.vertices.iter().map(|&v| weight_of(v)).collect(),
        loop_weight: super::sum(core.loops.iter().map(|&v| weight_of(v))),
        edges: edges(&core),
        core,
        is_whole,
    };
    let split = problem.split()?;
    Ok(problem.solve(&split, options, watch))
}

/// Whether all weights are integers whose sums are exact.
fn check_weights<G: Vertices + ?Sized>(graph: &G, weights: &[f64]) -> Result<bool, Error> {
    check_length("vertex weights", weights.len(), graph.vertex_bound())?;
    let (mut sum, mut whole) = (0.0, true);
    for v in graph.vertices() {
        let weight = weights[v.index()];
        sum += weight;
        whole &= weight as u64 as f64 == weight;
        if !(weight >= 0.0 && f64::is_finite(sum)) {
            return Err(Error::invalid_weight(
                v.index(),
                "a finite number that is not negative, with a finite sum",
            ));
        }
    }
    Ok(whole && sum <= MOST_WHOLE)
}

/// The edges of the core between vertices without self-loops.
fn edges(core: &Core) -> Vec<(u32, u32)> {
    let mut has_loop = vec![false; core.len()];
    for v in &core.loops {
        if let Some(has_loop) = has_loop.get_mut(core.local[v.index()] as usize) {
            *has_loop = true;
        }
    }
    let stays = |v: &u32| !has_loop[*v as usize];
    let tails = (0..core.len() as u32).filter(stays);
    let edges = tails.flat_map(|v| {
        let heads = core.heads(v).iter().copied().filter(stays);
        heads.map(move |w| (v, w))
    });
    edges.collect()
}

/// The vertices of the cyclic core, by their numbers in it.
struct Problem {
    core: Core,
    weights: Vec<f64>,
    /// The weight of the vertices with self-loops, which all are taken.
    loop_weight: f64,
    /// The edges that may be on cycles without these vertices.
    edges: Vec<(u32, u32)>,
    is_whole: bool,
}

impl Problem {
    /// The graph in which each vertex is an arc: from its own number to that plus the number of
    /// all vertices. A feedback vertex set is a feedback arc set of such arcs.
    fn split(&self) -> Result<CsrGraph, Error> {
        let n = self.core.len();
        if 2 * n > crate::MAX_VERTICES {
            return Err(Error::too_many_vertices(2 * n));
        }
        let half = n as u32;
        let inner = (0..half).map(|v| (v, v + half));
        let outer = self.edges.iter().map(|&(v, w)| (v + half, w));
        CsrGraph::from_edges(2 * n, inner.chain(outer))
    }

    fn solve<W: Watch>(
        &self,
        split: &CsrGraph,
        options: &FeedbackOptions<'_>,
        watch: &mut W,
    ) -> ControlFlow<W::Stop, FeedbackSet<VertexId>> {
        // The arcs of vertices have the first ids, because they have the lowest tails.
        let weight_of = |arc: usize| self.weights.get(arc).copied().unwrap_or(f64::INFINITY);
        let arcs = Arcs::new(split, weight_of, watch)?;
        let mut meter = Meter::new(watch);
        let mut bounds = vec![0.0; arcs.parts()];
        let chosen = self.choose(&arcs, options, &mut bounds, &mut meter)?;

        let mut order = self.order(&arcs, &chosen);
        let mut search = PathSearch::new(arcs.len());
        let cut = minimal::minimal(&arcs, &mut order, &mut search, &mut meter)?;
        let packed = super::bound::packing(&arcs, &order, &cut, &mut search, &mut meter)?;
        let costs = part_costs(&arcs, |arc, _, _| cut[arc as usize]);
        let mut vertices = self.core.loops.clone();
        let taken = arcs.all().filter(|&(arc, ..)| cut[arc as usize]);
        vertices.extend(taken.map(|(_, v, _)| {
            let v = arcs.core.vertices[v as usize];
            self.core.vertices[v.index()]
        }));
        vertices.sort_unstable();

        let (mut weight, mut lower_bound) = (self.loop_weight, self.loop_weight);
        let mut is_optimal = true;
        for ((&bound, &packed), &cost) in bounds.iter().zip(&packed).zip(&costs) {
            let bound: f64 = packed.max(bound);
            let tolerance = if self.is_whole { 0.0 } else { cost * ROUNDING };
            is_optimal &= bound >= cost - tolerance;
            weight += cost;
            lower_bound += bound.min(cost);
        }
        ControlFlow::Continue(FeedbackSet {
            ids: vertices,
            weight,
            lower_bound: if is_optimal { weight } else { lower_bound },
            is_optimal,
        })
    }

    /// Chooses vertices, and adds to the lower bound of each part of the arcs.
    fn choose<W: Watch>(
        &self,
        arcs: &Arcs,
        options: &FeedbackOptions<'_>,
        bounds: &mut [f64],
        meter: &mut Meter<'_, W>,
    ) -> ControlFlow<W::Stop, Vec<u32>> {
        let part = |v: u32| match arcs.core.local[v as usize] {
            OUTSIDE => OUTSIDE,
            local => arcs.part[local as usize],
        };
        let inside = |&(v, w): &(u32, u32)| part(v) != OUTSIDE && part(v) == part(w);
        let names = (0..self.core.len() as u32).collect();
        let edges = self.edges.iter().copied().filter(inside);
        let mut graph = Digraph::new(names, self.weights.clone(), edges);
        let mut chosen = Chosen::default();
        let mut free = Effort {
            left: usize::MAX,
            meter,
        };
        reduce::reduce(&mut graph, &mut chosen, PASSES, &mut free)?;
        for &v in &chosen.names {
            bounds[part(v) as usize] += self.weights[v as usize];
        }
        let pieces = pieces(graph, free.meter)?;
        let mut left = options.node_limit;
        for (number, piece) in pieces.iter().enumerate() {
            let is_small = piece.size() <= left / LOOKS;
            let share = if is_small {
                left / (pieces.len() - number)
            } else {
                0
            };
            let mut effort = Effort {
                left: share,
                meter: &mut *free.meter,
            };
            let (best, bound) = self.solve_piece(piece, options.rounds, &mut effort)?;
            left -= share - effort.left;
            bounds[part(piece.names[0]) as usize] += bound;
            chosen.append(best);
        }
        ControlFlow::Continue(chosen.names)
    }

    fn solve_piece<W: Watch>(
        &self,
        piece: &Digraph,
        rounds: usize,
        effort: &mut Effort<'_, '_, W>,
    ) -> ControlFlow<W::Stop, (Chosen, f64)> {
        let mut best = heuristic::greedy(piece.clone(), effort.meter)?;
        let rounding = if self.is_whole { 0.0 } else { ROUNDING };
        let mut looking = Effort {
            left: SPARE + EFFORT * piece.size(),
            meter: &mut *effort.meter,
        };
        let bound = bound::packing(piece, &mut looking)?;
        if bound >= best.cost * (1.0 - rounding) {
            return ControlFlow::Continue((best, bound));
        }
        heuristic::improve(piece, &mut best, rounds, effort.meter)?;
        let bound = search::search(piece.clone(), &mut best, bound, rounding, effort)?;
        ControlFlow::Continue((best, bound))
    }

    /// An order of the ends of the arcs in which only the arcs of chosen vertices go backward.
    fn order(&self, arcs: &Arcs, chosen: &[u32]) -> Order {
        let n = self.core.len() as u32;
        let mut is_kept = vec![true; self.core.len()];
        for &v in chosen {
            is_kept[v as usize] = false;
        }
        let graph = CsrGraph::from_edges(self.core.len(), self.edges.iter().copied());
        let graph = graph.expect("the edges are those of the core");
        let all = heuristic::forward_order(&graph, &is_kept);
        let (kept, taken): (Vec<_>, Vec<_>) = all.iter().partition(|&&v| is_kept[v as usize]);
        let ends = taken.iter().map(|&v: &u32| v + n);
        let ends = ends.chain(kept.into_iter().flat_map(|v: u32| [v, v + n]));
        let ends = ends.chain(taken.iter().copied());
        let local = ends.map(|end| arcs.core.local[end as usize]);
        Order::new(&local.filter(|&v| v != OUTSIDE).collect::<Vec<_>>())
    }
}

/// The strongly connected components, the smallest first.
fn pieces<W: Watch>(
    graph: Digraph,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<Digraph>> {
    let rows = CsrGraph::from_edges(graph.len(), graph.all().map(|(v, w, _)| (v, w)));
    let rows = rows.expect("the ends are vertices of the graph");
    let components = strongly_connected_components_watched(&rows, meter.watch())?;
    let mut local = vec![u32::MAX; graph.len()];
    let several = components.iter().filter(|members| members.len() > 1);
    let mut pieces: Vec<_> = several
        .map(|members| {
            let members: Vec<_> = members.iter().map(|v| v.number()).collect();
            graph.part(&members, &mut local)
        })
        .collect();
    pieces.sort_by_key(Digraph::size);
    ControlFlow::Continue(pieces)
}
