//! Whether one vertex reaches another, by a search and by the index.

use std::ops::ControlFlow;

use proptest::prelude::*;
use refcycle_core::algo::{self, ReachabilityIndex};
use refcycle_core::{Algorithms, CsrGraph, Error, Run, Successors, VertexId, Vertices};
use refcycle_tests::EdgeList;
use refcycle_tests::generators::{acyclic_graphs, config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{ForwardCheck, every_forward_graph};

struct AllPairs;

impl ForwardCheck for AllPairs {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        let index = ReachabilityIndex::new(graph);
        for &v in &expected.vertices {
            for &w in &expected.vertices {
                let reached = oracle.path(v, w).is_some();
                assert_eq!(index.reaches(v, w), Ok(reached), "{v} to {w}");
                assert_eq!(algo::reaches(graph, v, w), Ok(reached), "{v} to {w}");
            }
        }
        let cyclic = expected.vertices.iter().any(|&v| oracle.cycle(v).is_some());
        assert_eq!(graph.is_cyclic(), cyclic);
        for stranger in expected.strangers() {
            let error = Err(Error::not_a_vertex(stranger));
            assert_eq!(index.reaches(stranger, stranger), error);
            assert_eq!(algo::reaches(graph, stranger, stranger), error);
            if let Some(&v) = expected.vertices.first() {
                assert_eq!(index.reaches(v, stranger), error);
                assert_eq!(algo::reaches(graph, stranger, v), error);
                assert_eq!(algo::reaches(graph, v, stranger), error);
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn all_pairs_of_small_graphs(graph in graphs()) {
        every_forward_graph(&graph, &AllPairs);
    }

    #[test]
    fn all_pairs_of_acyclic_graphs(graph in acyclic_graphs()) {
        AllPairs.check(&graph.csr(), &graph);
    }
}

/// A number from a fixed sequence.
fn random(state: &mut u64, bound: u32) -> u32 {
    *state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
    ((*state >> 33) % u64::from(bound)) as u32
}

/// Graphs so large that many components share each bit, without cycles and with some: here the
/// labels often do not decide.
#[test]
fn larger_graphs_agree_with_a_search() {
    let mut state = 7;
    let mut found = [0, 0];
    for (n, m, back) in [
        (600, 700, 0),
        (600, 1500, 0),
        (600, 900, 20),
        (300, 2000, 0),
    ] {
        let edges: Vec<_> = (0..m)
            .map(|edge| {
                let (a, b) = (random(&mut state, n), random(&mut state, n));
                if edge < back {
                    (a, b)
                } else {
                    (a.max(b), a.min(b))
                }
            })
            .collect();
        let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
        let index = ReachabilityIndex::new(&graph);
        for v in graph.vertices() {
            let set = algo::descendants_set(&graph, [v]).unwrap();
            for w in graph.vertices() {
                assert_eq!(
                    index.reaches(v, w),
                    Ok(set.contains(w)),
                    "{n} {m}: {v} to {w}"
                );
                found[usize::from(set.contains(w))] += 1;
            }
        }
    }
    assert!(found.iter().all(|&count| count > 10_000), "{found:?}");
}

/// Two paths of `n` vertices; each vertex of the first has an edge to the same one of the second.
fn two_paths(n: u32) -> CsrGraph {
    let steps = (1..n).flat_map(|v| [(v - 1, v), (v, n + v), (n + v - 1, n + v)]);
    CsrGraph::from_edges(2 * n as usize, steps.chain([(0, n)])).unwrap()
}

/// Asks for a pair of [`two_paths`].
fn check_two_paths(index: &ReachabilityIndex<'_, CsrGraph>, n: u32, v: u32, w: u32) {
    let reached = v % n <= w % n && (v < n || w >= n);
    let found = index.reaches(VertexId::new(v), VertexId::new(w));
    assert_eq!(found, Ok(reached), "{v} to {w}");
}

/// Paths that are so long that their lengths in the labels are at the maximum.
#[test]
fn long_paths() {
    let n = 70_000;
    let graph = two_paths(n);
    let index = ReachabilityIndex::new(&graph);
    let mut state = 4;
    for round in 0..2000 {
        let v = random(&mut state, 2 * n);
        let w = match round % 20 {
            0 => random(&mut state, 2 * n),
            // Near it, on the same path or the other.
            _ => (v + random(&mut state, 2) * n + random(&mut state, 8)) % (2 * n),
        };
        check_two_paths(&index, n, v, w);
    }
}

#[test]
fn ten_million_vertices() {
    let n = 5_000_000;
    let graph = two_paths(n);
    let index = ReachabilityIndex::new(&graph);
    let ends = [0, 1, n / 2, n - 1, n, n + 1, n + n / 2, 2 * n - 1];
    for v in ends {
        for w in ends {
            check_two_paths(&index, n, v, w);
        }
    }
    assert!(index.memory() <= 24 * graph.vertex_count());
}

#[test]
fn the_index_is_small() {
    let n = 10_000;
    let path = CsrGraph::from_edges(n, (1..n as u32).map(|v| (v - 1, v))).unwrap();
    let cycle = CsrGraph::from_edges(n, (0..n as u32).map(|v| (v, (v + 1) % n as u32))).unwrap();
    assert!(ReachabilityIndex::new(&path).memory() <= 24 * n);
    let index = ReachabilityIndex::new(&cycle);
    assert!(index.memory() <= 8 * n + 100);
    assert_eq!(
        format!("{index:?}"),
        "ReachabilityIndex { components: 1, .. }"
    );
}

/// The graph need not be `Clone`.
#[test]
fn a_copy_has_the_same_graph() {
    struct Whole(CsrGraph);
    impl Vertices for Whole {
        fn vertex_bound(&self) -> usize {
            self.0.vertex_bound()
        }
    }
    impl Successors for Whole {
        type Successors<'a> = <CsrGraph as Successors>::Successors<'a>;
        fn successors(&self, v: VertexId) -> Self::Successors<'_> {
            self.0.successors(v)
        }
    }
    let graph = Whole(two_paths(3));
    let copy = {
        let index = ReachabilityIndex::new(Run::on(&graph));
        index.clone()
    };
    assert!(std::ptr::eq(copy.graph(), &graph));
    assert_eq!(copy.reaches(VertexId::new(0), VertexId::new(5)), Ok(true));
}

#[test]
fn nothing_reaches_anything_in_the_empty_graph() {
    let graph = CsrGraph::default();
    let index = ReachabilityIndex::new(&graph);
    let v = VertexId::new(0);
    assert_eq!(index.reaches(v, v), Err(Error::not_a_vertex(v)));
}

#[test]
fn building_can_be_stopped() {
    let n = 300_000;
    let path = CsrGraph::from_edges(n as usize, (1..n).map(|v| (v - 1, v))).unwrap();
    let mut checks = 0;
    let mut watch = || {
        checks += 1;
        ControlFlow::<()>::Continue(())
    };
    assert!(ReachabilityIndex::new(Run::on(&path).watch(&mut watch)).is_continue());
    assert!(checks > 8, "{checks}");
    for stop in 1..=checks {
        let mut asked = 0;
        let mut watch = || {
            asked += 1;
            if asked == stop {
                ControlFlow::Break(stop)
            } else {
                ControlFlow::Continue(())
            }
        };
        let stopped = ReachabilityIndex::new(Run::on(&path).watch(&mut watch));
        assert_eq!(stopped.break_value(), Some(stop));
    }
    let mut watch = || ControlFlow::Break(3);
    let (first, last) = (VertexId::new(0), VertexId::new(n - 1));
    let stopped = algo::reaches(Run::on(&path).watch(&mut watch), first, last);
    assert_eq!(stopped, Ok(ControlFlow::Break(3)));
}
