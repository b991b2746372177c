//! Feedback vertex sets.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use proptest::prelude::*;
use refcycle_core::algo::{self, FeedbackOptions, FeedbackSet};
use refcycle_core::{Algorithms, CsrGraph, ErrorKind, IDirectedGraph, Run, VertexId, Vertices};
use refcycle_tests::EdgeList;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, some_graphs};
use refcycle_tests::watches::stops_at_some_checks;

/// The least weight of vertices without which there is no cycle: over all subsets of the vertices
/// that have edges in both directions.
fn least(list: &EdgeList, weight: impl Fn(VertexId) -> f64) -> f64 {
    let is_inner = |v: VertexId| {
        list.edges.iter().any(|edge| edge.0 == v) && list.edges.iter().any(|edge| edge.1 == v)
    };
    let inner: Vec<_> = list
        .vertices
        .iter()
        .copied()
        .filter(|&v| is_inner(v))
        .collect();
    let place = |v: VertexId| inner.iter().position(|&w| w == v);
    let mut tails = vec![0_usize; inner.len()];
    for &(tail, head) in &list.edges {
        if let (Some(tail), Some(head)) = (place(tail), place(head)) {
            tails[head] |= 1 << tail;
        }
    }
    let total: f64 = inner.iter().map(|&v| weight(v)).sum();
    // The weight of each subset without cycles: one of its vertices has no tail in it.
    let mut kept = vec![None; 1 << inner.len()];
    kept[0] = Some(0.0);
    let mut most = 0.0_f64;
    for subset in 1..kept.len() {
        let first = (0..inner.len()).find(|&v| subset >> v & 1 == 1 && tails[v] & subset == 0);
        kept[subset] = first.and_then(|v| {
            let rest: Option<f64> = kept[subset & !(1 << v)];
            rest.map(|rest| rest + weight(inner[v]))
        });
        most = most.max(kept[subset].unwrap_or(0.0));
    }
    total - most
}

fn has_cycle(list: &EdgeList) -> bool {
    let oracle = Distances::of(list);
    list.vertices.iter().any(|&v| oracle.cycle(v).is_some())
}

fn check_minimal(list: &EdgeList, set: &FeedbackSet<VertexId>) {
    assert!(set.ids.is_sorted_by(|v, w| v < w));
    let taken: BTreeSet<_> = set.ids.iter().copied().collect();
    assert!(
        !has_cycle(&list.induced(|v| !taken.contains(&v))),
        "a cycle is left"
    );
    for back in &taken {
        let more = list.induced(|v| v == *back || !taken.contains(&v));
        assert!(has_cycle(&more), "{back} is too many");
    }
}

/// Integer weights, some of them 0.
fn weight(v: VertexId) -> f64 {
    f64::from(v.number() * 7 % 5)
}

fn weights(graph: &impl IDirectedGraph, scale: f64) -> Vec<f64> {
    // Weights of ids that are no vertices do not matter.
    let mut weights = vec![f64::NAN; graph.vertex_bound()];
    for v in graph.vertices() {
        weights[v.index()] = weight(v) * scale;
    }
    weights
}

struct Solved;

impl Check for Solved {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let best = least(expected, |_| 1.0);
        let set = graph.feedback_vertex_set().unwrap();
        check_minimal(expected, &set);
        assert!(set.is_optimal);
        assert_eq!((set.weight, set.lower_bound), (best, best));
        assert_eq!(set.weight, set.ids.len() as f64);
        assert_eq!(set.ids.is_empty(), !has_cycle(expected));

        let best = least(expected, weight);
        let whole = weights(graph, 1.0);
        let options = FeedbackOptions::default().weights(&whole);
        let set = algo::feedback_vertex_set(graph, &options).unwrap();
        check_minimal(expected, &set);
        assert!(set.is_optimal);
        assert_eq!((set.weight, set.lower_bound), (best, best));

        let tenths = weights(graph, 0.1);
        let options = FeedbackOptions::default().weights(&tenths);
        let set = algo::feedback_vertex_set(graph, &options).unwrap();
        check_minimal(expected, &set);
        assert!(set.is_optimal);
        assert!((set.weight - 0.1 * best).abs() < 1e-9);
        assert!((set.lower_bound - 0.1 * best).abs() < 1e-9);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..config() })]

    #[test]
    fn small_graphs_are_solved(graph in graphs()) {
        some_graphs(&graph, &Solved);
    }
}

/// Up to 13 vertices, and weights: all 1, integers including 0, or tenths.
fn heavier_graphs() -> impl Strategy<Value = (EdgeList, Vec<f64>)> {
    let parts = (2..=13_usize).prop_flat_map(|n| {
        let ends = 0..n as u32;
        let edges = prop::collection::vec((ends.clone(), ends), 0..=4 * n);
        (Just(n), edges, prop::collection::vec(0..6_u32, n))
    });
    (parts, 0..3).prop_map(|((n, edges, numbers), kind)| {
        let loops = edges.iter().filter(|(v, w)| v == w).count();
        // Few self-loops, as they make a graph easy.
        let edges = edges.into_iter().filter(|(v, w)| v != w || loops == 1);
        let weight = |number: u32| match kind {
            0 => 1.0,
            1 => f64::from(number),
            _ => f64::from(number) * 0.1,
        };
        (
            EdgeList::dense(n, edges),
            numbers.into_iter().map(weight).collect(),
        )
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn branch_and_bound_agrees_with_all_subsets(
        (list, weights) in heavier_graphs(),
        limit in 0..20_000_usize,
        rounds in 0..3_usize,
    ) {
        let best = least(&list, |v| weights[v.index()]);
        let graph = list.csr();
        let options = FeedbackOptions::default().weights(&weights).rounds(rounds);
        let set = algo::feedback_vertex_set(&graph, &options).unwrap();
        check_minimal(&list, &set);
        prop_assert!(set.is_optimal);
        prop_assert!((set.weight - best).abs() < 1e-9, "{} {best}", set.weight);
        prop_assert!((set.lower_bound - best).abs() < 1e-9);

        let set = algo::feedback_vertex_set(&graph, &options.node_limit(limit)).unwrap();
        check_minimal(&list, &set);
        prop_assert!(set.lower_bound < best + 1e-9 && best < set.weight + 1e-9);
        prop_assert!(!set.is_optimal || (set.weight - best).abs() < 1e-9);
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

    fn graph(&mut self, vertices: u32, count: u32) -> CsrGraph {
        let edges = (0..count).map(|_| (self.below(vertices), self.below(vertices)));
        let edges: Vec<_> = edges.filter(|(v, w)| v != w).collect();
        CsrGraph::from_edges(vertices as usize, edges).unwrap()
    }
}

/// Random graphs that the reductions do not solve: the search proves more than the bounds.
#[test]
fn kernels_are_solved() {
    let mut random = Random(1);
    let (mut proved, mut proved_before) = (0, 0);
    for _ in 0..20 {
        let graph = random.graph(50, 150);
        let set = graph.feedback_vertex_set().unwrap();
        let quick = FeedbackOptions::default().node_limit(0);
        let quick = algo::feedback_vertex_set(&graph, &quick).unwrap();
        assert!(quick.lower_bound <= set.lower_bound && set.lower_bound <= set.weight);
        assert!(set.weight <= quick.weight);
        proved += usize::from(set.is_optimal);
        proved_before += usize::from(quick.is_optimal);
        println!("{} {} {}", set.lower_bound, set.weight, quick.weight);
    }
    println!("{proved_before} without the search, {proved} with it");
    assert!(proved >= 18 && proved_before < proved);
}

#[test]
fn complete_graphs() {
    let n = 40;
    let edges = (0..n)
        .flat_map(|v| (0..n).map(move |w| (v, w)))
        .filter(|(v, w)| v != w);
    let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
    let set = graph.feedback_vertex_set().unwrap();
    assert_eq!((set.ids.len(), set.is_optimal), (n as usize - 1, true));
    // All but the heaviest.
    let weights: Vec<_> = (0..n).map(|v| f64::from(v % 39 + 1)).collect();
    let options = FeedbackOptions::default().weights(&weights);
    let set = algo::feedback_vertex_set(&graph, &options).unwrap();
    assert_eq!(set.weight, weights.iter().sum::<f64>() - 39.0);
    assert!(set.is_optimal);
}

#[test]
fn a_large_component() {
    let n = 30_000;
    let graph = Random(2).graph(n, 3 * n);
    let set = graph.feedback_vertex_set().unwrap();
    let taken: BTreeSet<_> = set.ids.iter().copied().collect();
    let rest = graph.vertices().filter(|v| !taken.contains(v));
    let rest = graph.full_subgraph(rest).unwrap();
    assert!(rest.topological_order().is_ok());
    for &back in set.ids.iter().step_by(1 + set.ids.len() / 50) {
        let more = graph
            .vertices()
            .filter(|v| *v == back || !taken.contains(v));
        let more = graph.full_subgraph(more).unwrap();
        assert!(more.topological_order().is_err());
    }
    println!("{} {}", set.lower_bound, set.weight);
    assert!(set.lower_bound <= set.weight && set.lower_bound > 0.2 * set.weight);
    // No vertex is on more cycles than its edges.
    let arcs = graph.feedback_arc_set();
    assert!(set.ids.len() <= arcs.ids.len());
}

#[test]
fn graphs_of_ten_million() {
    const N: u32 = 10_000_000;
    let solved = |edges: &mut dyn Iterator<Item = (u32, u32)>, size: usize| {
        let graph = CsrGraph::from_edges(N as usize, edges).unwrap();
        let set = graph.feedback_vertex_set().unwrap();
        assert_eq!((set.ids.len(), set.is_optimal), (size, true));
    };
    solved(&mut (1..N).map(|v| (v - 1, v)), 0);
    solved(&mut (0..N / 10).map(|v| (v, (v + 1) % (N / 10))), 1);
    solved(&mut (1..N / 10).flat_map(|v| [(0, v), (v, 0)]), 1);
    // A list that leads in both directions: every second item.
    let list = (1..N / 10).flat_map(|v| [(v - 1, v), (v, v - 1)]);
    solved(&mut { list }, N as usize / 20);
}

#[test]
fn the_limit_ends_the_search() {
    let graph = Random(6).graph(300, 1_200);
    let solve = |limit: usize| {
        let mut checks = 0;
        let options = FeedbackOptions::default().node_limit(limit);
        let flow = algo::feedback_vertex_set(
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
        assert!(more <= (limit >> 16) + 8, "{more} checks for {limit}");
        assert!(!set.is_optimal);
        assert!(set.lower_bound >= first.lower_bound && set.weight <= first.weight);
    }
}

/// Two hubs between `width` vertices before them and as many after, with a knot of some cycles. To
/// keep a hub costs an edge for each pair of vertices before and after it.
fn hubs(width: u32) -> Vec<(u32, u32)> {
    let (before, after, knot) = (2, 2 + width, 2 + 2 * width);
    let mut edges = Vec::new();
    for v in 0..width {
        edges.extend(
            [0, 1]
                .into_iter()
                .flat_map(|hub| [(before + v, hub), (hub, after + v)]),
        );
        edges.extend([v, (7 * v + 3) % width].map(|w| (after + v, before + w)));
    }
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as u32 % 30
    };
    let pairs = (0..100).map(|_| (random(), random()));
    edges.extend(
        pairs
            .filter(|(v, w)| v != w)
            .map(|(v, w)| (knot + v, knot + w)),
    );
    edges.extend((0..3).flat_map(|v| [(before + v, knot + v), (knot + 5 + v, after + v)]));
    edges
}

#[test]
fn hubs_that_are_kept_count() {
    // The edges in place of a hub are within the limit, and beyond it.
    for (width, limit, fits) in [(600, 1 << 22, true), (3_900, 1 << 23, false)] {
        let edges = hubs(width);
        let n = 2 + 2 * width as usize + 30;
        let graph = CsrGraph::from_edges(n, edges.iter().copied()).unwrap();
        let solve = |limit: usize| {
            let mut checks = 0;
            let options = FeedbackOptions::default().node_limit(limit);
            let mut watch = || {
                checks += 1;
                ControlFlow::<()>::Continue(())
            };
            let flow = algo::feedback_vertex_set(Run::on(&graph).watch(&mut watch), &options);
            (flow.unwrap().continue_value().unwrap(), checks)
        };
        let (_, without) = solve(0);
        let (set, checks) = solve(limit);
        let more = checks - without;
        assert!(more <= (limit >> 15) + 8, "{more} checks");
        if fits {
            assert!(more >= (width * width) as usize >> 16, "{more} checks");
        }
        // The hubs and five vertices of the knot.
        assert!(set.lower_bound <= 7.0 && set.weight >= 7.0);
        assert!(!set.is_optimal || set.weight == 7.0);
        let taken: BTreeSet<_> = set.ids.iter().map(|v| v.number()).collect();
        let rest = edges
            .iter()
            .filter(|(v, w)| !taken.contains(v) && !taken.contains(w));
        let rest = CsrGraph::from_edges(n, rest.copied()).unwrap();
        assert_eq!(
            rest.strongly_connected_components().len(),
            n,
            "a cycle is left"
        );
    }
}

#[test]
fn wrong_weights() {
    let graph = CsrGraph::from_edges(2, [(0, 1), (1, 0)]).unwrap();
    for weights in [vec![], vec![1.0; 3]] {
        let options = FeedbackOptions::default().weights(&weights);
        let error = algo::feedback_vertex_set(&graph, &options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LengthMismatch);
        assert_eq!(
            (error.found(), error.expected()),
            (Some(weights.len() as u64), Some(2))
        );
    }
    for weight in [f64::NAN, f64::INFINITY, -1.0, f64::MAX] {
        let weights = [f64::MAX, weight];
        let options = FeedbackOptions::default().weights(&weights);
        let error = algo::feedback_vertex_set(&graph, &options).unwrap_err();
        assert_eq!(
            (error.kind(), error.index()),
            (ErrorKind::InvalidWeight, Some(1))
        );
    }
    let options = FeedbackOptions::default().weights(&[-0.0, f64::MAX]);
    let set = algo::feedback_vertex_set(&graph, &options).unwrap();
    assert_eq!((&*set.ids, set.is_optimal), (&[VertexId::new(0)][..], true));
}

#[test]
fn a_watch_stops_it() {
    let n = 10_000;
    let graph = Random(4).graph(n, 3 * n);
    let options = FeedbackOptions::default();
    stops_at_some_checks(
        |watch| algo::feedback_vertex_set(Run::on(&graph).watch(watch), &options).unwrap(),
        algo::feedback_vertex_set(&graph, &options).unwrap(),
        10,
    );
}

/// Each vertex and each edge without which no cycle is left.
struct Common;

impl Check for Common {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let common = algo::on_every_cycle(graph).unwrap();
        let mut vertices = Vec::new();
        let mut edges = Vec::new();
        if has_cycle(expected) {
            let all = expected.vertices.iter().copied();
            vertices.extend(all.filter(|&cut| !has_cycle(&expected.induced(|v| v != cut))));
            for edge in graph.edges() {
                let mut rest = expected.clone();
                let place = rest
                    .edges
                    .iter()
                    .position(|ends| *ends == (edge.tail, edge.head));
                rest.edges.swap_remove(place.unwrap());
                if !has_cycle(&rest) {
                    edges.push(edge);
                }
            }
        }
        vertices.sort_unstable();
        edges.sort_unstable();
        assert_eq!(
            (&*common.vertices, &*common.edges),
            (&vertices[..], &edges[..])
        );
    }
}

/// Cycles through one vertex, with few further edges.
fn nearly_one_cycle() -> impl Strategy<Value = EdgeList> {
    let steps = prop::collection::vec((0..8_u32, 1..3_u32), 1..=14);
    (steps, prop::collection::vec((0..8_u32, 0..8_u32), 0..=2)).prop_map(|(steps, more)| {
        let edges = steps.into_iter().map(|(v, step)| (v, (v + step) % 8));
        EdgeList::dense(8, edges.chain((0..8).map(|v| (v, (v + 1) % 8))).chain(more))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..config() })]

    #[test]
    fn what_cycles_have_in_common(graph in prop_oneof![graphs(), nearly_one_cycle()]) {
        some_graphs(&graph, &Common);
    }
}

#[test]
fn a_ring_has_everything_in_common() {
    const N: u32 = 1_000_000;
    let ring = CsrGraph::from_edges(N as usize, (0..N).map(|v| (v, (v + 1) % N))).unwrap();
    let common = algo::on_every_cycle(&ring).unwrap();
    assert_eq!(
        (common.vertices.len(), common.edges.len()),
        (N as usize, N as usize)
    );
    let path = CsrGraph::from_edges(N as usize, (1..N).map(|v| (v - 1, v))).unwrap();
    assert_eq!(
        algo::on_every_cycle(&path),
        Ok(algo::OnEveryCycle::default())
    );
    let stopped = algo::on_every_cycle(Run::on(&ring).watch(&mut || ControlFlow::Break(1)));
    assert_eq!(stopped.unwrap().break_value(), Some(1));
}
