//! Post-dominators with endless loops, control dependence, iterated dominance frontiers.

use std::collections::BTreeSet;

use proptest::prelude::*;
use refcycle_core::{Algorithms, CsrGraph, ErrorKind, IDirectedGraph, Successors, VertexId, algo};
use refcycle_tests::EdgeList;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, some_graphs};

/// By position, whether the first vertex post-dominates the second: whether the second reaches no
/// exit without the first.
fn post_dominates(list: &EdgeList, exits: &[VertexId], v: VertexId, w: VertexId) -> bool {
    let mut found = vec![w];
    let mut next = 0;
    while let Some(&x) = found.get(next).filter(|_| v != w) {
        next += 1;
        let heads = list
            .edges
            .iter()
            .filter(|&&(tail, head)| tail == x && head != v);
        for &(_, head) in heads {
            if !found.contains(&head) {
                found.push(head);
            }
        }
    }
    v == w || !exits.iter().any(|exit| found.contains(exit))
}

struct Dependence;

impl Check for Dependence {
    fn check<G: IDirectedGraph>(&self, graph: &G, list: &EdgeList) {
        let oracle = Distances::of(list);
        let is_exit = |&v: &VertexId| oracle.in_sink(v);
        let exits: Vec<_> = list.vertices.iter().copied().filter(is_exit).collect();
        let dependences = algo::control_dependence_graph(graph).unwrap();
        let Ok(after) = algo::post_dominators_to_sink_components(graph) else {
            assert!(list.vertices.is_empty());
            assert_eq!(dependences.edge_count(), 0);
            return;
        };
        assert_eq!(after.vertices().len(), list.vertices.len());
        let after = after.into_tree();
        let by_hand = |v, w| post_dominates(list, &exits, v, w);
        for &v in &list.vertices {
            let heads: BTreeSet<_> = list.heads(v).into_iter().collect();
            for &w in &list.vertices {
                assert_eq!(after.dominates(v, w), by_hand(v, w), "{v} and {w}");
            }
            let depends = |&w: &VertexId| {
                heads.len() > 1
                    && heads.iter().any(|&x| by_hand(w, x))
                    && (v == w || !by_hand(w, v))
            };
            let expected: Vec<_> = list.vertices.iter().copied().filter(depends).collect();
            let found: Vec<_> = dependences.successors(v).collect();
            assert_eq!(found, refcycle_tests::edge_list::sorted(expected), "on {v}");
        }
    }
}

struct Iterated;

impl Check for Iterated {
    fn check<G: IDirectedGraph>(&self, graph: &G, list: &EdgeList) {
        let Some(&start) = list.vertices.first() else {
            return;
        };
        let tree = algo::dominators(graph, [start]).unwrap().into_tree();
        let frontiers = algo::dominance_frontiers(graph, &tree).unwrap();
        for &v in &list.vertices {
            // Until nothing is added.
            let mut expected: BTreeSet<_> = frontiers.of(v).iter().copied().collect();
            loop {
                let more = expected.iter().flat_map(|&w| frontiers.of(w)).copied();
                let larger: BTreeSet<_> = more.chain(expected.iter().copied()).collect();
                if larger == expected {
                    break;
                }
                expected = larger;
            }
            let found = frontiers.iterated([v, v]);
            assert_eq!(found.len(), expected.len());
            assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
        }
        assert_eq!(frontiers.iterated([]), []);
        assert_eq!(frontiers.iterated([VertexId::new(u32::MAX)]), []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..config() })]

    #[test]
    fn dependence_is_that_found_by_hand(graph in graphs()) {
        some_graphs(&graph, &Dependence);
    }

    #[test]
    fn iterated_frontiers_are_closed(graph in graphs()) {
        some_graphs(&graph, &Iterated);
    }
}

#[test]
fn a_graph_without_vertices_has_no_exit() {
    let error = algo::post_dominators_to_sink_components(&CsrGraph::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoStart);
    let dependences = algo::control_dependence_graph(&CsrGraph::default()).unwrap();
    assert_eq!(dependences, CsrGraph::default());
}

/// A loop that nothing leaves, entered by one of two branches: no sink, and no dependence within
/// the loop.
#[test]
fn an_endless_loop_has_dependences_only_on_its_branches() {
    let graph = CsrGraph::from_edges(5, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 2)]).unwrap();
    let dependences = algo::control_dependence_graph(&graph).unwrap();
    let pairs: Vec<_> = dependences
        .edges()
        .map(|e| (e.tail.number(), e.head.number()))
        .collect();
    assert_eq!(pairs, [(0, 1)]);
}

#[test]
fn a_deep_program() {
    const N: u32 = 1_000_000;
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(|| {
        // Each step may be skipped; the last is an endless loop.
        let steps = (2..N).flat_map(|v| [(v - 2, v - 1), (v - 2, v)]);
        let program = CsrGraph::from_edges(N as usize, steps.chain([(N - 1, N - 1)])).unwrap();
        let dependences = algo::control_dependence_graph(&program).unwrap();
        assert_eq!(
            dependences.successors(VertexId::new(0)).next(),
            Some(VertexId::new(1))
        );
        assert!(dependences.edge_count() >= N as usize - 2);
    });
    thread.unwrap().join().unwrap();
}
