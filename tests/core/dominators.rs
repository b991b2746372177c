//! Dominators, their tree, frontiers, and edges that dominate.

use std::collections::BTreeSet;

use petgraph::algo::dominators::simple_fast;
use petgraph::visit::IntoNeighbors;
use proptest::prelude::*;
use refcycle_core::algo::{self, Dominator, DominatorTree, Dominators};
use refcycle_core::interop::petgraph::AsPetgraph;
use refcycle_core::{
    Algorithms, CsrGraph, Edge, Error, ErrorKind, IDirectedGraph, Successors, VertexId,
};
use refcycle_tests::EdgeList;
use refcycle_tests::cases::CASES;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::flow::Flow;
use refcycle_tests::generators::{config, graphs_and_choices, shared_list};
use refcycle_tests::representations::{
    Check, ForwardCheck, digraph, every_forward_graph, every_graph,
};

/// Starts, given by their positions.
struct From(Vec<VertexId>);

impl From {
    fn starts(&self, expected: &EdgeList) -> Vec<VertexId> {
        let places = self.0.iter();
        places.map(|v| expected.vertices[v.index()]).collect()
    }
}

/// Panics unless the dominators are those of the flow.
fn are_right(found: &Dominators, expected: &EdgeList, flow: &Flow) {
    let chains = flow.dominators();
    assert_eq!(found.vertices().len(), chains.len());
    for (v, chain) in &chains {
        assert!(found.contains(*v));
        assert!(found.dominators_of(*v).eq(chain.iter().copied()), "of {v}");
        let above = chain.get(1).copied();
        let immediate = found.immediate_dominator(*v).expect("it is reached");
        assert_eq!(immediate.vertex(), above);
        assert_eq!(immediate == Dominator::Root, above.is_none());
    }
    let reached = flow.reached();
    assert_eq!(
        sorted(found.vertices().iter().copied()),
        Vec::from_iter(reached.iter().copied())
    );
    let others = expected
        .vertices
        .iter()
        .copied()
        .chain(expected.strangers());
    for v in others.filter(|v| !reached.contains(v)) {
        assert!(!found.contains(v));
        assert_eq!(found.immediate_dominator(v), None);
        assert_eq!(found.dominators_of(v).count(), 0);
    }
    for (place, v) in found.vertices().iter().enumerate() {
        for above in found.dominators_of(*v) {
            assert!(
                found.vertices()[..=place].contains(&above),
                "{above} comes after {v}"
            );
        }
    }
}

impl ForwardCheck for From {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = self.starts(expected);
        let found = algo::dominators(graph, starts.iter().copied());
        if starts.is_empty() {
            return assert_eq!(found, Err(Error::no_start()));
        }
        are_right(&found.unwrap(), expected, &Flow::new(expected, &starts));
        for stranger in expected.strangers() {
            for place in 0..=starts.len() {
                let mut starts = starts.clone();
                starts.insert(place, stranger);
                let error = algo::dominators(graph, starts).unwrap_err();
                assert_eq!(error, Error::not_a_vertex(stranger));
                assert_eq!(error.kind(), ErrorKind::NotAVertex);
                assert_eq!(error.vertex(), Some(stranger.number().into()));
            }
        }
    }
}

/// All queries on the tree.
struct Tree(From);

impl ForwardCheck for Tree {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = self.0.starts(expected);
        let Ok(found) = algo::dominators(graph, starts.iter().copied()) else {
            return;
        };
        let flow = Flow::new(expected, &starts);
        let tree = found.clone().into_tree();
        same_answers(&tree, &found, expected);
        relations(&tree, &flow, expected);
        common(&tree, &found, expected);
        for &v in &expected.vertices {
            let frontier = tree.frontier(graph, v).unwrap();
            assert!(BTreeSet::from_iter(frontier.iter().copied()) == flow.frontier(v));
            assert_eq!(frontier.len(), flow.frontier(v).len(), "one comes twice");
        }
        for v in expected.strangers() {
            let found = tree.frontier(graph, v);
            assert_eq!(found, Err(Error::not_a_vertex(v)));
        }
        assert!(refuses(
            tree.frontier(&CsrGraph::default(), VertexId::new(0))
        ));
    }
}

/// Whether a tree of another graph was rejected.
fn refuses<T>(result: Result<T, Error>) -> bool {
    let error = result.err();
    error.is_some_and(|error| {
        error.kind() == ErrorKind::LengthMismatch && error.found() != error.expected()
    })
}

fn same_answers(tree: &DominatorTree, found: &Dominators, expected: &EdgeList) {
    assert_eq!(tree.vertices().len(), found.vertices().len());
    for &v in &expected.vertices {
        assert_eq!(tree.contains(v), found.contains(v));
        assert_eq!(tree.immediate_dominator(v), found.immediate_dominator(v));
        assert!(tree.dominators_of(v).eq(found.dominators_of(v)));
        let depth = found.dominators_of(v).count().checked_sub(1);
        assert_eq!(tree.depth(v), depth);
    }
    let weights: Vec<_> = (0..expected.bound as u64).map(|v| v * v + 1).collect();
    assert_eq!(tree.accumulate(&weights), found.accumulate(&weights));
}

fn relations(tree: &DominatorTree, flow: &Flow, expected: &EdgeList) {
    for &a in &expected.vertices {
        let dominated = flow.dominated(a);
        for &b in &expected.vertices {
            assert_eq!(tree.dominates(a, b), dominated.contains(&b), "{a} and {b}");
            assert_eq!(
                tree.strictly_dominates(a, b),
                a != b && dominated.contains(&b)
            );
        }
        let subtree = tree.subtree(a);
        assert_eq!(subtree.first().copied(), tree.contains(a).then_some(a));
        assert_eq!(sorted(subtree.iter().copied()), Vec::from_iter(dominated));
        let below: Vec<_> = (subtree.iter().copied())
            .filter(|&v| tree.immediate_dominator(v) == Some(Dominator::Vertex(a)))
            .collect();
        assert_eq!(tree.children(a), below);
    }
    for v in expected.strangers() {
        assert!(!tree.dominates(v, v));
        assert_eq!(
            (tree.subtree(v), tree.children(v), tree.depth(v)),
            (&[][..], &[][..], None)
        );
    }
    let whole: Vec<_> = (tree.roots().iter())
        .flat_map(|&root| tree.subtree(root).to_vec())
        .collect();
    assert_eq!(tree.vertices(), whole);
}

fn common(tree: &DominatorTree, found: &Dominators, expected: &EdgeList) {
    let slow = |a: VertexId, b: VertexId| {
        let mut above = found.dominators_of(a);
        let shared = above.find(|&v| found.dominators_of(b).any(|w| w == v));
        shared.map_or(Dominator::Root, Dominator::Vertex)
    };
    for &a in &expected.vertices {
        for &b in &expected.vertices {
            let both = tree.contains(a) && tree.contains(b);
            let lowest = tree.lowest_common_dominator([a, b]);
            assert_eq!(lowest, both.then(|| slow(a, b)), "of {a} and {b}");
        }
    }
    let some = expected
        .vertices
        .iter()
        .copied()
        .filter(|&v| tree.contains(v));
    let some: Vec<_> = some.step_by(2).collect();
    let lowest =
        some.iter()
            .copied()
            .map(Dominator::Vertex)
            .reduce(|a, b| match (a.vertex(), b.vertex()) {
                (Some(a), Some(b)) => slow(a, b),
                _ => Dominator::Root,
            });
    assert_eq!(
        tree.lowest_common_dominator(some.iter().rev().copied()),
        lowest
    );
    assert_eq!(tree.lowest_common_dominator([]), None);
    let stranger = expected.strangers()[0];
    assert_eq!(
        tree.lowest_common_dominator(some.into_iter().chain([stranger])),
        None
    );
}

/// Sums over dominated vertices.
struct Sums(From);

impl ForwardCheck for Sums {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = self.0.starts(expected);
        let Ok(found) = algo::dominators(graph, starts.iter().copied()) else {
            return;
        };
        let bound = graph.vertex_bound();
        let flow = Flow::new(expected, &starts);
        let weights: Vec<u64> = (0..bound as u64).map(|v| v * 37 % 11).collect();
        let mut sums = vec![0; bound];
        for &v in &expected.vertices {
            sums[v.index()] = flow.dominated(v).iter().map(|w| weights[w.index()]).sum();
        }
        let real: Vec<_> = weights.iter().map(|&weight| weight as f64).collect();
        let real_sums: Vec<_> = sums.iter().map(|&sum| sum as f64).collect();
        assert_eq!(found.accumulate(&real), Ok(real_sums));
        assert_eq!(found.accumulate(&weights), Ok(sums));
        for length in [0, bound + 1] {
            let error = found.accumulate(&vec![1_u32; length]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::LengthMismatch);
            assert_eq!(error.found(), Some(length as u64));
            assert_eq!(error.expected(), Some(bound as u64));
        }
    }
}

/// Algorithms that need both directions or edges.
struct BothWays(From);

impl Check for BothWays {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let starts = self.0.starts(expected);
        let after = algo::post_dominators(graph, starts.iter().copied());
        let back = expected.reversed();
        if starts.is_empty() {
            return assert_eq!(after, Err(Error::no_start()));
        }
        are_right(&after.unwrap(), &back, &Flow::new(&back, &starts));

        let found = algo::dominators(graph, starts.iter().copied()).unwrap();
        assert_eq!(
            graph.dominators(starts[0]),
            algo::dominators(graph, [starts[0]])
        );
        let tree = found.into_tree();
        let flow = Flow::new(expected, &starts);
        let frontiers = algo::dominance_frontiers(graph, &tree).unwrap();
        let mut total = 0;
        for &v in &expected.vertices {
            let frontier = sorted(frontiers.of(v).iter().copied());
            assert_eq!(frontier, Vec::from_iter(flow.frontier(v)), "of {v}");
            total += frontier.len();
        }
        assert_eq!(frontiers.total(), total);
        for v in expected.strangers() {
            assert_eq!(frontiers.of(v), []);
        }
        bridges(graph, &tree, expected, &flow);

        let empty = CsrGraph::default();
        assert!(refuses(algo::dominance_frontiers(&empty, &tree)));
        assert!(refuses(algo::edge_dominators(&empty, &tree)));
    }
}

fn bridges<G: IDirectedGraph>(graph: &G, tree: &DominatorTree, expected: &EdgeList, flow: &Flow) {
    let edges = algo::edge_dominators(graph, tree).unwrap();
    let slow = flow.edge_dominators();
    let ends = |edge: Edge| (edge.tail, edge.head);
    let all: Vec<Edge> = edges.iter().collect();
    let expected_ends = slow.iter().map(|&(place, _)| expected.edges[place]);
    assert_eq!(sorted(all.iter().copied().map(ends)), sorted(expected_ends));
    for edge in &all {
        assert!(graph.out_edges(edge.tail).any(|other| other == *edge));
        assert_eq!(edges.entering(edge.head), Some(*edge));
    }
    for &v in &expected.vertices {
        let above = slow.iter().filter(|(_, lost)| lost.contains(&v));
        // The later an edge is in the list, the more vertices are unreachable without it.
        let mut above: Vec<_> = above.collect();
        above.sort_by_key(|(_, lost)| lost.len());
        let above = above.iter().map(|&&(place, _)| expected.edges[place]);
        assert!(edges.of(v).map(ends).eq(above.clone()), "of {v}");
        assert_eq!(edges.immediate(v), edges.of(v).next());
        let entering = above.into_iter().find(|&(_, head)| head == v);
        assert_eq!(edges.entering(v).map(ends), entering);
    }
    for v in expected.strangers() {
        assert_eq!((edges.immediate(v), edges.entering(v)), (None, None));
    }
}

/// petgraph's dominators from the first start.
fn petgraph_agrees(list: &EdgeList, start: VertexId) {
    let found = list.csr().dominators(start).unwrap();
    let theirs = simple_fast(&digraph(list), start.number().into());
    for &v in &list.vertices {
        let their = theirs.immediate_dominator(v.number().into());
        let ours = found.immediate_dominator(v).and_then(Dominator::vertex);
        assert_eq!(
            ours.map(VertexId::index),
            their.map(|v| v.index()),
            "of {v}"
        );
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_dominator_is_a_vertex_without_which_there_is_no_way((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &From(starts));
    }

    #[test]
    fn the_tree_knows_who_dominates((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &Tree(From(starts)));
    }

    #[test]
    fn weights_are_summed_over_what_is_dominated((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &Sums(From(starts)));
    }

    #[test]
    fn post_dominators_frontiers_and_edges((graph, starts) in graphs_and_choices()) {
        every_graph(&graph, &BothWays(From(starts)));
    }

    #[test]
    fn from_a_single_start((graph, starts) in graphs_and_choices()) {
        if let Some(&start) = starts.first() {
            every_forward_graph(&graph, &From(vec![start]));
            every_graph(&graph, &BothWays(From(vec![start])));
            petgraph_agrees(&graph, start);
        }
    }
}

#[test]
fn every_case_from_each_vertex_and_from_all() {
    for case in CASES {
        let graph = case.graph();
        for &v in &graph.vertices {
            every_forward_graph(&graph, &From(vec![v]));
            every_graph(&graph, &BothWays(From(vec![v])));
        }
        every_forward_graph(&graph, &Tree(From(graph.vertices.clone())));
    }
}

#[test]
fn to_sinks() {
    // 0 -> 1 -> 2, 1 -> 3, and a cycle of 4 that nothing leaves.
    let graph = CsrGraph::from_edges(5, [(0, 1), (1, 2), (1, 3), (0, 4), (4, 4)]).unwrap();
    let after = algo::post_dominators_to_sinks(&graph).unwrap();
    let of = |v: u32| after.immediate_dominator(v.into());
    let one = Some(Dominator::Vertex(1.into()));
    assert_eq!(
        [of(0), of(1), of(2), of(4)],
        [one, Some(Dominator::Root), Some(Dominator::Root), None]
    );
    let cycle = CsrGraph::from_edges(2, [(0, 1), (1, 0)]).unwrap();
    assert_eq!(
        algo::post_dominators_to_sinks(&cycle),
        Err(Error::no_start())
    );
    assert_eq!(
        algo::post_dominators_to_sinks(&CsrGraph::default()),
        Err(Error::no_start())
    );
}

/// Larger than the random graphs, so that paths are compressed again and again.
#[test]
fn petgraph_agrees_on_larger_graphs() {
    let mut state = 1_u64;
    let mut below = |bound: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((state >> 33) % bound) as u32
    };
    for round in 0..60 {
        let n = 200 + below(800);
        let far = [3, 20, u64::from(n)][round % 3];
        let edges = (0..n * 2).map(|_| {
            let tail = below(n.into());
            (
                tail,
                (tail + below(2 * far))
                    .saturating_sub(far as u32 / 2)
                    .min(n - 1),
            )
        });
        let path = (1..n).map(|v| (v - 1, v)).step_by(1 + round % 4);
        // All paths from the last vertex have an edge in common.
        let edges = edges.collect::<Vec<_>>().into_iter().chain(path);
        let list = EdgeList::dense(n as usize + 1, edges.chain([(n, 0)]));
        petgraph_agrees(&list, VertexId::new(0));
        petgraph_agrees(&list, VertexId::new(n));
    }
}

/// All walks up the dominator tree together would take four million steps.
#[test]
fn vertices_below_the_end_of_a_path_that_other_edges_reach() {
    let n = 2_000;
    let (one, other) = (|v: u32| v * 7_919 % n, |v: u32| v * 1_009 % n);
    let path = (1..n).map(|v| (v - 1, v));
    let below = (0..n).flat_map(|v| [(n - 1, n + v), (one(v), n + v), (n + v, 2 * n + v)]);
    let edges = path
        .chain(below)
        .chain((0..n).map(|v| (other(v), 2 * n + v)));
    let graph = CsrGraph::from_edges(3 * n as usize, edges).unwrap();
    let found = graph.dominators(VertexId::new(0)).unwrap();
    let is_above = |above: u32, v: u32| {
        let above = Some(Dominator::Vertex(above.into()));
        assert_eq!(found.immediate_dominator(v.into()), above, "of {v}");
    };
    (1..n).for_each(|v| is_above(v - 1, v));
    (0..n).for_each(|v| is_above(one(v), n + v));
    (0..n).for_each(|v| is_above(one(v).min(other(v)), 2 * n + v));
}

/// petgraph takes seconds, and so would plain Semi-NCA.
#[test]
fn a_list_that_shares_its_items() {
    petgraph_of_shared_list(2_000);
    let places = 60_000;
    let graph = shared_list(places);
    let started = std::time::Instant::now();
    let found = graph.dominators(VertexId::new(0)).unwrap();
    let took = started.elapsed();
    // Two milliseconds on an idle machine.
    assert!(took.as_millis() < 500, "it took {took:?}");
    assert_eq!(found.vertices().len(), 2 * places as usize + 1);
    let of = |v: u32| {
        found
            .immediate_dominator(v.into())
            .and_then(Dominator::vertex)
    };
    let middle = places / 2;
    for place in 2..middle {
        assert_eq!(of(place), Some((place - 1).into()));
        assert_eq!(of(places + place), Some(place.into()));
    }
    for place in middle..=places {
        assert_eq!(
            (of(place), of(places + place)),
            (Some(0.into()), Some(0.into()))
        );
    }
}

fn petgraph_of_shared_list(places: u32) {
    let graph = shared_list(places);
    let found = graph.dominators(VertexId::new(0)).unwrap();
    let theirs = simple_fast(AsPetgraph::new(&graph), 0.into());
    assert_eq!(
        AsPetgraph::new(&graph).neighbors(0.into()).count(),
        places as usize / 2 + 2
    );
    for v in (0..2 * places + 1).map(VertexId::new) {
        let their = theirs.immediate_dominator(v.number().into());
        let ours = found.immediate_dominator(v).and_then(Dominator::vertex);
        assert_eq!(
            ours.map(VertexId::index),
            their.map(|v| v.index()),
            "of {v}"
        );
    }
}
