//! Feedback arc sets: edges without which a graph has no cycle.

mod arcs;
mod bound;
mod effort;
mod exact;
mod good_order;
mod greedy;
mod insertion;
mod minimal;
mod order;
mod path_search;
mod vertices;

pub use self::vertices::feedback_vertex_set;
pub(crate) use self::vertices::feedback_vertex_set_watched;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use self::arcs::Arcs;
use self::exact::{Kernel, Solution};
use self::good_order::{good_order, part_costs};
use self::order::Order;
use self::path_search::PathSearch;
use super::cyclic_core::OUTSIDE;
use crate::lengths::check_length;
use crate::traits;
use crate::watch::Meter;
use crate::{EdgeId, Error, IDirectedGraph, Input, Watch};

/// Sums of weights that differ by no more than this share count as equal, unless all weights are
/// integers.
const ROUNDING: f64 = 1e-9;

/// Every integer up to this number is exact as an `f64`.
const MOST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Settings of [`feedback_arc_set`] and [`feedback_vertex_set`].
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, EdgeId, algo::{self, FeedbackOptions}};
/// let graph = CsrGraph::from_edges(2, [(0, 1), (1, 0)])?;
/// let options = FeedbackOptions::default().weights(&[5.0, 2.5]);
/// let set = algo::feedback_arc_set(&graph, &options)?;
/// assert_eq!((&*set.ids, set.weight), (&[EdgeId::new(1)][..], 2.5));
/// # Ok::<(), refcycle_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FeedbackOptions<'a> {
    weights: Option<&'a [f64]>,
    node_limit: usize,
    rounds: usize,
}

impl Default for FeedbackOptions<'_> {
    /// Every edge or vertex has weight 1; the limits are the defaults of the methods.
    fn default() -> Self {
        Self {
            weights: None,
            node_limit: 1 << 22,
            rounds: 64,
        }
    }
}

impl<'a> FeedbackOptions<'a> {
    /// The weight of each edge, or of each vertex, by its id: one number for each id below
    /// [`edge_bound`](IDirectedGraph::edge_bound) or
    /// [`vertex_bound`](crate::Vertices::vertex_bound), finite and not negative. Sums of integers
    /// are exact up to 2^53.
    #[must_use]
    pub fn weights(mut self, weights: &'a [f64]) -> Self {
        self.weights = Some(weights);
        self
    }

    /// The limit of the exact search, for the whole call; 0 means no exact search. The default is
    /// 4,194,304, which takes some tens of milliseconds for edges, and up to about a second for
    /// vertices.
    ///
    /// For edges, it counts the arcs of each node of the search tree, once or a few times, and the
    /// subsets of the vertices of a small component (20 vertices have a million); for vertices, the
    /// vertices and edges that are read or added at each node. The smallest components come first,
    /// and each gets an equal share of the remaining limit; components with more vertices and edges
    /// than a 256th of the limit are skipped. For edges, this is about the pieces that are left of
    /// the components after reductions.
    #[must_use]
    pub fn node_limit(mut self, nodes: usize) -> Self {
        self.node_limit = nodes;
        self
    }

    /// The maximum number of rounds of the local search over all vertices. The default is 64; it
    /// ends earlier after some rounds without a gain, 8 for edges.
    #[must_use]
    pub fn rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self
    }
}

/// Edges or vertices without which a graph has no cycle: the result of [`feedback_arc_set`], with
/// the ids of edges, and of [`feedback_vertex_set`], with those of vertices.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FeedbackSet<Id> {
    /// The edges or the vertices, ascending; empty if the graph has no cycle.
    pub ids: Vec<Id>,
    /// The total weight of the set; its size if no weights were given.
    pub weight: f64,
    /// A lower bound: no such set of the graph has less weight.
    pub lower_bound: f64,
    /// Whether this set is proved to have the least weight, by reductions, an exact search or a lower
    /// bound for each component. If the weights are not integers, this is true up to a relative
    /// error of a billionth.
    pub is_optimal: bool,
}

/// A set of edges of small total weight without which the graph has no cycle: a minimum set if an
/// exact search within a limit or a lower bound proves it, otherwise a good one.
///
/// The set is minimal: if any of its edges is put back, there is a cycle. It contains all
/// self-loops. Of parallel edges, it contains either all or none.
///
/// # Complexity
/// O((vertices + edges) × log) time for each order and for each round of its local search. There are
/// two orders of the whole graph. For components that these do not prove optimal, there are three
/// more of what the reductions leave, and three for each of up to eight ways to divide it; the
/// reductions read at most 32 times the number of vertices and edges, plus one pass.
/// Short bidirectional searches decide which edges can be put back; on heaps, they decide nearly
/// all. The undecided edges share sweeps over all edges, 256 per sweep, and each of them that can
/// be put back may cost another sweep. The search for disjoint cycles reads at most 16 times the
/// number of edges, plus 2 million, and again for what the reductions leave. The exact search is
/// exponential, and ends at the [node limit](FeedbackOptions::node_limit). Memory: 8 bytes per
/// vertex id, and about 150 per vertex and 50 per edge of the strongly connected components of more
/// than one vertex, three times as much for those that are reduced. The exact search may take 40
/// bytes per unit of its limit, but usually takes far less.
///
/// # Implementation details
/// Two orders, that of Eades, Lin and Smyth and that of a depth-first search, are improved by
/// moving single vertices to their best places, or to equally good ones; the better order of each
/// component is kept. Components for which disjoint cycles do not prove the order optimal are
/// reduced. Of two opposite arcs, the lighter one is paid for immediately. An arc that weighs no
/// less than all arcs that enter its tail, or all that leave its head, need not be cut; it is
/// contracted if it is the only one that leaves its tail, or the only one that enters its head. The
/// rest is decomposed into the biconnected components of its strongly connected components.
///
/// Each of these pieces is put into a good order again. Then it is divided: a window of the order,
/// with half of its vertices, is reduced and ordered as if it were the whole graph, and keeps the
/// new order if that costs less. This is repeated with windows of a quarter, an eighth and a
/// sixteenth of the vertices, and with windows between them.
///
/// Small pieces are then searched by branch and bound. Each is bounded by disjoint cycles. An arc of
/// a shortest cycle is first cut, then kept permanently, and in both cases the rest is reduced and
/// decomposed again. Pieces of up to 8 vertices, and those of up to 20 on which the search gives up,
/// are solved by dynamic programming over the subsets of their vertices. If the limit ends the
/// search, the best bound so far is kept.
///
/// # Errors
/// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) unless the number of weights
/// is [`edge_bound`](IDirectedGraph::edge_bound);
/// [`ErrorKind::InvalidWeight`](crate::ErrorKind::InvalidWeight) if the weight of an edge is
/// negative or not finite, or the sum of all weights is not finite.
///
/// # References
/// - P. Eades, X. Lin and W. F. Smyth, "A fast and effective heuristic for the feedback arc
///   set problem", Inf. Process. Lett. 47 (1993), doi:10.1016/0020-0190(93)90079-O.
/// - H. Levy and D. W. Low, "A contraction algorithm for finding small cycle cutsets",
///   J. Algorithms 9 (1988), doi:10.1016/0196-6774(88)90013-2.
/// - Z. Xiong, Y. Zhou, M. Xiao and B. Khoussainov, "Finding small feedback arc sets on large
///   graphs", Comput. Oper. Res. 169 (2024), doi:10.1016/j.cor.2024.106724.
/// - F. J. Brandenburg and K. Hanauer, "Sorting heuristics for the feedback arc set
///   problem", University of Passau, MIP-1104 (2011).
///
/// # Example
/// ```
/// use refcycle_core::{CsrGraph, EdgeId, algo::{self, FeedbackOptions}};
/// // Two cycles that share the edge from 1 to 2.
/// let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 1)])?;
/// let set = algo::feedback_arc_set(&graph, &FeedbackOptions::default())?;
/// assert_eq!(set.ids, [EdgeId::new(1)]);
/// assert!(set.is_optimal);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
pub fn feedback_arc_set<I: Input<Graph: IDirectedGraph>>(
    graph: I,
    options: &FeedbackOptions<'_>,
) -> Result<I::Flow<FeedbackSet<EdgeId>>, Error> {
    graph.try_run(|graph, watch| feedback_arc_set_watched(graph, options, watch))
}

pub(crate) fn feedback_arc_set_watched<G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    options: &FeedbackOptions<'_>,
    watch: &mut W,
) -> Result<ControlFlow<W::Stop, FeedbackSet<EdgeId>>, Error> {
    let whole = match options.weights {
        Some(weights) => check_weights(graph, weights)?,
        None => true,
    };
    Ok(solve(graph, options, whole, watch))
}

/// Whether all weights are integers whose sums are exact.
fn check_weights<G: IDirectedGraph + ?Sized>(graph: &G, weights: &[f64]) -> Result<bool, Error> {
    check_length("edge weights", weights.len(), graph.edge_bound())?;
    let (mut sum, mut whole) = (0.0, true);
    for edge in traits::edges(graph) {
        let weight = weights[edge.id.index()];
        sum += weight;
        whole &= weight as u64 as f64 == weight;
        if !(weight >= 0.0 && f64::is_finite(sum)) {
            return Err(Error::invalid_weight(
                edge.id.index(),
                "a finite number that is not negative, with a finite sum",
            ));
        }
    }
    Ok(whole && sum <= MOST_WHOLE)
}

fn solve<G: IDirectedGraph + ?Sized, W: Watch>(
    graph: &G,
    options: &FeedbackOptions<'_>,
    whole: bool,
    watch: &mut W,
) -> ControlFlow<W::Stop, FeedbackSet<EdgeId>> {
    let weight_of = |edge: usize| options.weights.map_or(1.0, |weights| weights[edge]);
    let arcs = Arcs::new(graph, weight_of, watch)?;
    let mut meter = Meter::new(watch);
    let mut order = good_order(&arcs, options.rounds, &mut meter)?;
    let mut search = PathSearch::new(arcs.len());
    let mut cut = minimal::minimal(&arcs, &mut order, &mut search, &mut meter)?;
    let mut bounds = bound::packing(&arcs, &order, &cut, &mut search, &mut meter)?;
    let mut costs = part_costs(&arcs, |arc, _, _| cut[arc as usize]);
    let equal =
        |bound: f64, cost: f64| bound >= cost || (!whole && bound >= cost * (1.0 - ROUNDING));

    let open: Vec<_> = (0..arcs.parts())
        .filter(|&part| !equal(bounds[part], costs[part]))
        .collect();
    if !open.is_empty() {
        let mut kernel = Kernel::new(&arcs, open, whole, &mut meter)?;
        let solutions = kernel.solve(&order, options.rounds, &mut meter)?;
        raise(&mut bounds, &solutions);
        put_in_order(&arcs, &mut order, &costs, solutions);
        let costs_now = part_costs(&arcs, |_, v, w| order.before(w, v));
        let solutions = exact::solve(kernel, &order, options.node_limit, &mut meter)?;
        raise(&mut bounds, &solutions);
        put_in_order(&arcs, &mut order, &costs_now, solutions);
        // Arcs of weight zero may have to be put back.
        cut = minimal::minimal(&arcs, &mut order, &mut search, &mut meter)?;
        costs = part_costs(&arcs, |arc, _, _| cut[arc as usize]);
    }

    let edges = cut_edges(graph, &arcs, &cut);
    let weight = sum(edges.iter().map(|edge| weight_of(edge.index())));
    let loops = traits::edges(graph).filter(|edge| edge.tail == edge.head);
    let loops = sum(loops.map(|edge| weight_of(edge.id.index())));
    let reached = |(&bound, &cost): (&f64, &f64)| equal(bound, cost);
    let is_optimal = bounds.iter().zip(&costs).all(reached);
    // Bounds are added, not what they lack of a weight that may be far greater.
    let proved = bounds
        .iter()
        .zip(&costs)
        .map(|(&bound, &cost)| bound.min(cost));
    let lower_bound = match is_optimal {
        true => weight,
        false => (loops + sum(proved)).min(weight),
    };
    ControlFlow::Continue(FeedbackSet {
        ids: edges,
        weight,
        lower_bound,
        is_optimal,
    })
}

/// The sum of weights, 0 if there are none.
fn sum(weights: impl Iterator<Item = f64>) -> f64 {
    weights.fold(0.0, |sum, weight| sum + weight)
}

/// The edges of the arcs that are cut, and the self-loops, by ascending id.
fn cut_edges<G: IDirectedGraph + ?Sized>(graph: &G, arcs: &Arcs, cut: &[bool]) -> Vec<EdgeId> {
    let mut edges = Vec::new();
    for edge in traits::edges(graph) {
        let tail = arcs.core.local[edge.tail.index()];
        let head = arcs.core.local[edge.head.index()];
        let within = tail != OUTSIDE && head != OUTSIDE;
        let arc = if within {
            arcs.core.edge(tail, head)
        } else {
            None
        };
        if edge.tail == edge.head || arc.is_some_and(|arc| cut[arc as usize]) {
            edges.push(edge.id);
        }
    }
    edges.sort_unstable();
    edges
}

fn raise(bounds: &mut [f64], solutions: &[Solution]) {
    for solution in solutions {
        let bound = &mut bounds[solution.part];
        *bound = bound.max(solution.bound);
    }
}

/// Puts the vertices of the components into the orders of the solutions, unless these cost more.
fn put_in_order(arcs: &Arcs, order: &mut Order, costs: &[f64], solutions: Vec<Solution>) {
    let mut vertices = Vec::with_capacity(arcs.len());
    let mut is_better = vec![false; arcs.parts()];
    for solution in solutions {
        if solution.cost < costs[solution.part] {
            is_better[solution.part] = true;
            vertices.extend(solution.order);
        }
    }
    let stays = |v: &u32| !is_better[arcs.part[*v as usize] as usize];
    vertices.extend(order.vertices().into_iter().filter(stays));
    *order = Order::new(&vertices);
}
