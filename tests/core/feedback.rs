//! Feedback arc sets.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use petgraph::algo::greedy_feedback_arc_set;
use petgraph::graph::DiGraph;
use proptest::prelude::*;
use refcycle_core::algo::{self, FeedbackOptions, FeedbackSet};
use refcycle_core::{Algorithms, CsrGraph, EdgeId, ErrorKind, IDirectedGraph, Run, VertexId};
use refcycle_tests::EdgeList;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::oracles_cycles::{least_backward, least_feedback};
use refcycle_tests::representations::{Check, every_graph};
use refcycle_tests::watches::stops_at_some_checks;

/// A graph without some of its edges.
fn without(graph: &impl IDirectedGraph, expected: &EdgeList, cut: &BTreeSet<EdgeId>) -> EdgeList {
    let edges = graph.edges().filter(|edge| !cut.contains(&edge.id));
    EdgeList {
        edges: edges.map(|edge| (edge.tail, edge.head)).collect(),
        ..expected.clone()
    }
}

fn has_cycle(graph: &EdgeList) -> bool {
    let oracle = Distances::of(graph);
    graph.vertices.iter().any(|&v| oracle.cycle(v).is_some())
}

fn minimal(graph: &impl IDirectedGraph, expected: &EdgeList, set: &FeedbackSet<EdgeId>) {
    assert!(set.ids.is_sorted());
    let mut cut: BTreeSet<_> = set.ids.iter().copied().collect();
    assert_eq!(cut.len(), set.ids.len());
    assert!(
        !has_cycle(&without(graph, expected, &cut)),
        "a cycle is left"
    );
    for edge in &set.ids {
        cut.remove(edge);
        assert!(
            has_cycle(&without(graph, expected, &cut)),
            "{edge} is too many"
        );
        cut.insert(*edge);
    }
}

/// Integer weights, some of them 0.
fn weight(tail: VertexId, head: VertexId) -> f64 {
    f64::from((tail.number() * 7 + head.number() * 13) % 5)
}

fn weights(graph: &impl IDirectedGraph, scale: f64) -> Vec<f64> {
    // Weights of ids without an edge do not matter.
    let mut weights = vec![f64::NAN; graph.edge_bound()];
    for edge in graph.edges() {
        weights[edge.id.index()] = weight(edge.tail, edge.head) * scale;
    }
    weights
}

struct Unweighted;

impl Check for Unweighted {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let best = least_feedback(expected, |_, _| 1.0);
        let set = graph.feedback_arc_set();
        minimal(graph, expected, &set);
        assert!(set.is_optimal);
        assert_eq!((set.weight, set.lower_bound), (best, best));
        assert_eq!(set.weight, set.ids.len() as f64);
        assert_eq!(set.ids.is_empty(), !has_cycle(expected));
    }
}

struct Weighted;

impl Check for Weighted {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let best = least_feedback(expected, weight);
        let whole = weights(graph, 1.0);
        let options = FeedbackOptions::default().weights(&whole);
        let set = algo::feedback_arc_set(graph, &options).unwrap();
        minimal(graph, expected, &set);
        assert!(set.is_optimal);
        assert_eq!((set.weight, set.lower_bound), (best, best));

        let tenths = weights(graph, 0.1);
        let options = FeedbackOptions::default().weights(&tenths);
        let set = algo::feedback_arc_set(graph, &options).unwrap();
        minimal(graph, expected, &set);
        assert!(set.is_optimal);
        assert!((set.weight - 0.1 * best).abs() < 1e-9);
        assert!((set.lower_bound - 0.1 * best).abs() < 1e-9);
    }
}

/// The result of the heuristic and the bound alone.
struct Inexact;

impl Check for Inexact {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let whole = weights(graph, 1.0);
        let plain = FeedbackOptions::default().node_limit(0);
        for (options, best) in [
            (plain.clone(), least_feedback(expected, |_, _| 1.0)),
            (
                plain.clone().rounds(0),
                least_feedback(expected, |_, _| 1.0),
            ),
            (plain.weights(&whole), least_feedback(expected, weight)),
        ] {
            let set = algo::feedback_arc_set(graph, &options).unwrap();
            minimal(graph, expected, &set);
            assert!(set.lower_bound <= best && best <= set.weight);
            assert_eq!(set.is_optimal, set.lower_bound == set.weight);
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn small_graphs_are_solved(graph in graphs()) {
        every_graph(&graph, &Unweighted);
    }

    #[test]
    fn small_graphs_with_weights_are_solved(graph in graphs()) {
        every_graph(&graph, &Weighted);
    }

    #[test]
    fn the_heuristic_is_minimal_and_the_bound_a_bound(graph in graphs()) {
        every_graph(&graph, &Inexact);
    }
}

/// Up to 12 vertices with more edges than cycles can be listed, and weights: all 1, integers
/// including 0, or tenths. The id of an edge is its position, as the edges are sorted.
fn heavier_graphs() -> impl Strategy<Value = (u32, Vec<(u32, u32)>, Vec<f64>)> {
    let edges = (2..=12_u32).prop_flat_map(|n| {
        let edge = (0..n, 0..n, 0..6_u32);
        (Just(n), prop::collection::vec(edge, 0..=40))
    });
    (edges, 0..3).prop_map(|((n, mut edges), kind)| {
        edges.sort_unstable();
        let weights = edges.iter().map(|&(_, _, weight)| match kind {
            0 => 1.0,
            1 => f64::from(weight),
            _ => f64::from(weight) * 0.1,
        });
        let weights = weights.collect();
        (
            n,
            edges
                .into_iter()
                .map(|(tail, head, _)| (tail, head))
                .collect(),
            weights,
        )
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn branch_and_bound_agrees_with_all_orders(
        (n, edges, weights) in heavier_graphs(),
        limit in 0..40_000_usize,
        rounds in 0..3_usize,
    ) {
        let best = least_backward(n, &edges, &weights);
        let graph = CsrGraph::from_edges(n as usize, edges.iter().copied()).unwrap();
        let options = FeedbackOptions::default().weights(&weights).rounds(rounds);
        let set = algo::feedback_arc_set(&graph, &options).unwrap();
        prop_assert!(set.is_optimal);
        prop_assert!((set.weight - best).abs() < 1e-9, "{} {best}", set.weight);
        prop_assert!((set.lower_bound - best).abs() < 1e-9);

        let set = algo::feedback_arc_set(&graph, &options.node_limit(limit)).unwrap();
        prop_assert!(set.lower_bound < best + 1e-9 && best < set.weight + 1e-9);
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % u64::from(bound)) as u32
    }

    fn edges(&mut self, vertices: u32, count: u32) -> Vec<(u32, u32)> {
        (0..count)
            .map(|_| (self.below(vertices), self.below(vertices)))
            .collect()
    }
}

#[test]
fn never_more_edges_than_petgraph() {
    let mut random = Random(1);
    let (mut ours, mut theirs, mut bounds) = (0, 0, 0.0);
    for _ in 0..400 {
        let n = 5 + random.below(200);
        let m = n * (1 + random.below(6)) + random.below(n);
        let edges = random.edges(n, m);
        let set = CsrGraph::from_edges(n as usize, edges.iter().copied()).unwrap();
        let set = set.feedback_arc_set();
        let peer = DiGraph::<(), ()>::from_edges(&edges);
        let peer = greedy_feedback_arc_set(&peer).count();
        assert!(
            set.ids.len() <= peer,
            "{n} vertices, {m} edges: {} > {peer}",
            set.ids.len()
        );
        ours += set.ids.len();
        theirs += peer;
        bounds += set.lower_bound;
    }
    println!("ours {ours}, petgraph {theirs}, lower bounds {bounds}");
    assert!(10 * ours < 8 * theirs);
}

/// Large sets are minimal and leave no cycle. This is tested with components and one search per
/// edge.
#[test]
fn a_large_component() {
    let n = 50_000;
    let mut random = Random(2);
    let edges = random.edges(n, 3 * n);
    let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
    let set = graph.feedback_arc_set();
    let cut: BTreeSet<_> = set.ids.iter().copied().collect();
    let left = graph.edges().filter(|edge| !cut.contains(&edge.id));
    let left = left.map(|edge| (edge.tail.number(), edge.head.number()));
    let left = CsrGraph::from_edges(n as usize, left).unwrap();
    assert_eq!(left.girth(), None);
    for edge in set.ids.iter().step_by(1 + set.ids.len() / 50) {
        let edge = graph.edge(*edge);
        assert!(left.shortest_path(edge.head, edge.tail).unwrap().is_some());
    }
    assert!(set.lower_bound <= set.weight && set.lower_bound > 0.1 * set.weight);
}

#[test]
fn many_small_components() {
    // Triangles with one pair of opposite edges, each solved by its bound.
    let n = 300_000;
    let edges = (0..n / 3).flat_map(|i| {
        let v = 3 * i;
        [(v, v + 1), (v + 1, v + 2), (v + 2, v), (v + 1, v)]
    });
    let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
    let set = graph.feedback_arc_set();
    assert!(set.is_optimal);
    assert_eq!(set.ids.len(), n as usize / 3);
}

#[test]
fn tournaments_are_solved_up_to_twenty_vertices() {
    let mut random = Random(3);
    for n in [10, 20, 21] {
        let pairs = (0..n).flat_map(|v| (0..v).map(move |w| (v, w)));
        let edges: Vec<_> = pairs
            .map(|(v, w)| if random.below(2) == 0 { (v, w) } else { (w, v) })
            .collect();
        let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
        let set = graph.feedback_arc_set();
        let quick = FeedbackOptions::default().node_limit(0);
        let quick = algo::feedback_arc_set(&graph, &quick).unwrap();
        assert!(quick.lower_bound <= set.weight && set.weight <= quick.weight);
        assert_eq!(set.is_optimal, n <= 20);
        println!("{n}: {} {}", set.weight, quick.weight);
    }
}

/// Strongly connected graphs with a known optimum: a chain of small graphs, each of which shares
/// a vertex with the previous one or is joined to it by two opposite edges, which cost 1 more.
/// Returns the vertices, the edges and the optimum.
fn planted(random: &mut Random, count: u32) -> (u32, Vec<(u32, u32)>, f64) {
    const SIZE: u32 = 10;
    let (mut edges, mut best, mut next) = (Vec::new(), 0.0, 1);
    for place in 0..count {
        let mut part = random.edges(SIZE, 40);
        part.extend((0..SIZE).map(|v| (v, (v + 1) % SIZE)));
        best += least_backward(SIZE, &part, &vec![1.0; part.len()]);
        if place % 2 == 1 {
            let other = random.below(next);
            edges.extend([(other, next), (next, other)]);
            best += 1.0;
            next += 1;
        }
        let first = next - 1;
        edges.extend(
            part.iter()
                .map(|&(tail, head)| (first + tail, first + head)),
        );
        next += SIZE - 1;
    }
    // Ids that are unrelated to the structure.
    let mut names: Vec<_> = (0..next).collect();
    for v in (1..next).rev() {
        names.swap(v as usize, random.below(v + 1) as usize);
    }
    let name = |v: u32| names[v as usize];
    (
        next,
        edges.iter().map(|&(v, w)| (name(v), name(w))).collect(),
        best,
    )
}

#[test]
fn planted_optima_are_proved() {
    let mut random = Random(5);
    let mut proved_before = 0;
    for count in 6..=20 {
        let (n, edges, best) = planted(&mut random, count);
        let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
        assert_eq!(graph.strongly_connected_components().len(), 1);
        let set = graph.feedback_arc_set();
        assert_eq!((set.weight, set.lower_bound), (best, best), "{n} vertices");
        assert!(set.is_optimal);
        for limit in [0, 1, 30_000, 300_000] {
            let options = FeedbackOptions::default().node_limit(limit);
            let set = algo::feedback_arc_set(&graph, &options).unwrap();
            assert!(set.lower_bound <= best && best <= set.weight);
            proved_before += usize::from(limit == 0 && set.is_optimal);
        }
    }
    println!("{proved_before} proved without the exact search");
    assert!(proved_before < 8, "these graphs are too easy");
}

/// A component of 20,000 small graphs, which is too large for the exact search as a whole, and a
/// path of 180,000 vertices through it.
#[test]
fn a_large_component_is_decomposed() {
    const SIZE: u32 = 10;
    let count = 20_000;
    let mut part = Random(8).edges(SIZE, 40);
    part.extend((0..SIZE).map(|v| (v, (v + 1) % SIZE)));
    let best = least_backward(SIZE, &part, &vec![1.0; part.len()]);
    let edges = (0..count).flat_map(|place| {
        // Each shares a vertex with the previous one.
        let first = place * (SIZE - 1);
        part.iter().map(move |&(v, w)| (first + v, first + w))
    });
    let n = count * (SIZE - 1) + 1;
    let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
    let set = graph.feedback_arc_set();
    assert_eq!(set.weight, best * f64::from(count));
    let loops = graph.edges().filter(|edge| edge.tail == edge.head).count();
    assert!(loops as f64 <= set.lower_bound && set.lower_bound <= set.weight);
    assert_eq!(set, graph.feedback_arc_set());
}

#[test]
fn weights_in_a_large_component() {
    let n = 3000;
    let mut random = Random(9);
    let edges = random.edges(n, 3 * n);
    let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
    let weights: Vec<_> = (0..graph.edge_count())
        .map(|_| f64::from(random.below(50)) * 0.1)
        .collect();
    let options = FeedbackOptions::default().weights(&weights);
    let set = algo::feedback_arc_set(&graph, &options).unwrap();
    let cut: BTreeSet<_> = set.ids.iter().copied().collect();
    let left = graph.edges().filter(|edge| !cut.contains(&edge.id));
    let left = left.map(|edge| (edge.tail.number(), edge.head.number()));
    let left = CsrGraph::from_edges(n as usize, left).unwrap();
    assert_eq!(left.girth(), None);
    for edge in &set.ids {
        let edge = graph.edge(*edge);
        assert!(left.reaches(edge.head, edge.tail).unwrap());
    }
    let sum: f64 = set.ids.iter().map(|edge| weights[edge.index()]).sum();
    assert!((set.weight - sum).abs() < 1e-9);
    assert!(set.lower_bound <= set.weight && set.lower_bound > 0.1 * set.weight);
}

/// An exact search of a tournament of 60 vertices ends only at its limit. The watch can measure
/// this, because it is checked once per 65,536 steps.
#[test]
fn the_limit_ends_the_search() {
    let mut random = Random(6);
    let pairs = (0..60).flat_map(|v| (0..v).map(move |w| (v, w)));
    let edges: Vec<_> = pairs
        .map(|(v, w)| if random.below(2) == 0 { (v, w) } else { (w, v) })
        .collect();
    let graph = CsrGraph::from_edges(60, edges).unwrap();
    let solve = |limit: usize| {
        let mut checks = 0;
        let options = FeedbackOptions::default().node_limit(limit);
        let flow = algo::feedback_arc_set(
            Run::on(&graph).watch(&mut || {
                checks += 1;
                ControlFlow::<()>::Continue(())
            }),
            &options,
        );
        (checks, flow.unwrap().continue_value().unwrap())
    };
    let (without, first) = solve(0);
    for limit in [1 << 20, 1 << 22] {
        let (checks, set) = solve(limit);
        let more = checks - without;
        assert!(
            (limit >> 17..=(limit >> 16) + 2).contains(&more),
            "{more} of {limit}"
        );
        assert!(!set.is_optimal);
        assert!(set.lower_bound >= first.lower_bound && set.weight <= first.weight);
    }
}

#[test]
fn graphs_of_ten_million() {
    const N: u32 = 10_000_000;
    let solved = |edges: &mut dyn Iterator<Item = (u32, u32)>, size: usize| {
        let graph = CsrGraph::from_edges(N as usize, edges).unwrap();
        let set = graph.feedback_arc_set();
        assert_eq!((set.ids.len(), set.is_optimal), (size, true));
    };
    solved(&mut (0..N).map(|v| (v, (v + 1) % N)), 1);
    solved(&mut (1..N).map(|v| (v - 1, v)), 0);
    solved(
        &mut (1..N / 2).flat_map(|v| [(0, v), (v, 0)]),
        N as usize / 2 - 1,
    );
}

#[test]
fn wrong_weights() {
    let graph = CsrGraph::from_edges(2, [(0, 1), (1, 0)]).unwrap();
    for weights in [vec![], vec![1.0; 3]] {
        let options = FeedbackOptions::default().weights(&weights);
        let error = algo::feedback_arc_set(&graph, &options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LengthMismatch);
        assert_eq!(error.found(), Some(weights.len() as u64));
        assert_eq!(error.expected(), Some(2));
    }
    for weight in [f64::NAN, f64::INFINITY, -1.0, f64::NEG_INFINITY] {
        let weights = [1.0, weight];
        let options = FeedbackOptions::default().weights(&weights);
        let error = algo::feedback_arc_set(&graph, &options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidWeight);
        assert_eq!(error.index(), Some(1));
    }
    let options = FeedbackOptions::default().weights(&[f64::MAX, f64::MAX]);
    let error = algo::feedback_arc_set(&graph, &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidWeight);
    let options = FeedbackOptions::default().weights(&[-0.0, f64::MAX]);
    let set = algo::feedback_arc_set(&graph, &options).unwrap();
    assert_eq!(set.ids, [EdgeId::new(0)]);
}

#[test]
fn a_watch_stops_it() {
    let n = 40_000;
    let edges = Random(4).edges(n, 3 * n);
    let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
    let options = FeedbackOptions::default();
    stops_at_some_checks(
        |watch| algo::feedback_arc_set(Run::on(&graph).watch(watch), &options).unwrap(),
        algo::feedback_arc_set(&graph, &options).unwrap(),
        10,
    );
}

#[test]
fn without_cycles_the_weight_is_zero() {
    let graph = CsrGraph::from_edges(2, [(0, 1)]).unwrap();
    let arcs = algo::feedback_arc_set(&graph, &FeedbackOptions::default()).unwrap();
    let vertices = algo::feedback_vertex_set(&graph, &FeedbackOptions::default()).unwrap();
    for (weight, lower_bound) in [
        (arcs.weight, arcs.lower_bound),
        (vertices.weight, vertices.lower_bound),
    ] {
        assert_eq!((weight, lower_bound), (0.0, 0.0));
        assert!(weight.is_sign_positive() && lower_bound.is_sign_positive());
    }
}
