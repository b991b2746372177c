//! A shortest cycle of the whole graph, and simple cycles by length.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use proptest::prelude::*;
use refcycle_core::{
    Algorithms, CsrGraph, ErrorKind, IDirectedGraph, Run, Successors, VertexId, Vertices, algo,
};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::oracles_cycles::all_simple_cycles;
use refcycle_tests::representations::{Check, ForwardCheck, every_forward_graph, every_graph};

fn by_length(cycles: impl IntoIterator<Item = Vec<VertexId>>) -> Vec<Vec<VertexId>> {
    let mut cycles: Vec<_> = cycles.into_iter().collect();
    let lengths: Vec<_> = cycles.iter().map(Vec::len).collect();
    assert!(lengths.is_sorted(), "not by length: {lengths:?}");
    cycles.sort_by_key(|cycle| (cycle.len(), cycle.clone()));
    cycles
}

struct Girth;

impl ForwardCheck for Girth {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        let least = expected.vertices.iter().filter_map(|&v| oracle.cycle(v));
        let least = least.min();
        assert_eq!(algo::girth(graph), least);
        let Some(mut cycle) = algo::minimum_cycle(graph) else {
            return;
        };
        assert_eq!(Some(cycle.len()), least);
        assert_eq!(cycle.iter().min(), cycle.first());
        cycle.push(cycle[0]);
        for step in cycle.windows(2) {
            assert!(expected.edges.contains(&(step[0], step[1])));
        }
    }
}

struct All;

impl ForwardCheck for All {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = all_simple_cycles(expected);
        assert_eq!(by_length(algo::simple_cycles(graph)), oracle);
        for length in 0..=4 {
            let short = oracle.iter().filter(|cycle| cycle.len() <= length);
            let ours = algo::simple_cycles(graph).max_length(length);
            assert_eq!(by_length(ours), short.cloned().collect::<Vec<_>>());
        }
    }
}

struct Through;

impl ForwardCheck for Through {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = all_simple_cycles(expected);
        for &v in &expected.vertices {
            let mut through: Vec<_> = oracle
                .iter()
                .filter_map(|cycle| {
                    let mut cycle = cycle.clone();
                    let place = cycle.iter().position(|&w| w == v)?;
                    cycle.rotate_left(place);
                    Some(cycle)
                })
                .collect();
            through.sort_by_key(|cycle| (cycle.len(), cycle.clone()));
            let ours = algo::simple_cycles_through(graph, v).unwrap();
            assert_eq!(by_length(ours), through, "through {v}");
        }
        for v in expected.strangers() {
            let error = algo::simple_cycles_through(graph, v).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotAVertex);
            assert_eq!(error.vertex(), Some(v.number().into()));
        }
    }
}

/// A search that is stopped at every check finds the same cycles after it is resumed.
struct Stopped;

impl ForwardCheck for Stopped {
    fn check<G: Successors>(&self, graph: &G, _: &EdgeList) {
        let mut cycles = algo::simple_cycles(graph);
        let mut found = Vec::new();
        let mut stops = 0;
        loop {
            let mut asked = 0;
            let mut every_second = || {
                stops += 1;
                asked += 1;
                if stops % 2 == 0 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            match cycles.next_watched(&mut every_second) {
                ControlFlow::Break(()) => {}
                ControlFlow::Continue(Some(cycle)) => found.push(cycle),
                ControlFlow::Continue(None) => break,
            }
            assert!(asked > 0);
        }
        assert!(found.into_iter().eq(algo::simple_cycles(graph)));
    }
}

struct Methods;

impl Check for Methods {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        assert_eq!(graph.girth(), algo::girth(graph));
        assert_eq!(graph.minimum_cycle(), algo::minimum_cycle(graph));
        assert!(graph.simple_cycles().eq(algo::simple_cycles(graph)));
        let mut covered = BTreeSet::new();
        for cycle in graph.simple_cycles() {
            let edges = algo::cycle_edges(graph, &cycle).unwrap();
            let edges = edges.iter().zip(&cycle);
            for (ids, &v) in edges {
                assert!(!ids.is_empty());
                for id in ids {
                    assert!(graph.out_edges(v).any(|edge| edge.id == *id));
                    covered.insert(*id);
                }
            }
        }
        // Each edge within a component is on a simple cycle.
        let oracle = Distances::of(expected);
        let within = graph
            .edges()
            .filter(|edge| oracle.connected(edge.tail, edge.head));
        assert_eq!(sorted(within.map(|edge| edge.id)), sorted(covered));
        if let Some(&v) = expected.vertices.first() {
            let ours = graph.simple_cycles_through(v).unwrap();
            assert!(ours.eq(algo::simple_cycles_through(graph, v).unwrap()));
        }
        for v in expected.strangers() {
            let error = algo::cycle_edges(graph, &[v]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotAVertex);
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_girth_is_the_least_cycle_through_a_vertex(graph in graphs()) {
        every_forward_graph(&graph, &Girth);
    }

    #[test]
    fn all_simple_cycles_come_once_and_by_length(graph in graphs()) {
        every_forward_graph(&graph, &All);
    }

    #[test]
    fn those_through_a_vertex_are_some_of_all(graph in graphs()) {
        every_forward_graph(&graph, &Through);
    }

    #[test]
    fn a_stopped_search_goes_on(graph in graphs()) {
        every_forward_graph(&graph, &Stopped);
    }

    #[test]
    fn methods_are_the_functions(graph in graphs()) {
        every_graph(&graph, &Methods);
    }
}

fn complete(n: u32) -> CsrGraph {
    let edges = (0..n).flat_map(|v| (0..n).filter(move |&w| w != v).map(move |w| (v, w)));
    CsrGraph::from_edges(n as usize, edges).unwrap()
}

#[test]
fn complete_graphs_have_the_known_numbers_of_cycles() {
    for (n, count) in [
        (1, 0),
        (2, 1),
        (3, 5),
        (4, 20),
        (5, 84),
        (6, 409),
        (7, 2365),
    ] {
        assert_eq!(complete(n).simple_cycles().count(), count, "of {n}");
    }
}

#[test]
fn a_dense_component_gives_its_first_cycles_at_once() {
    let graph = complete(300);
    let first: Vec<_> = graph.simple_cycles().take(1_000).collect();
    assert!(first.iter().all(|cycle| cycle.len() == 2));
    assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), 1_000);
    assert_eq!(graph.simple_cycles().max_length(2).count(), 300 * 299 / 2);
    let longer: Vec<_> = graph
        .simple_cycles()
        .skip(300 * 299 / 2)
        .take(1_000)
        .collect();
    assert!(longer.iter().all(|cycle| cycle.len() == 3));
    assert_eq!(longer.iter().collect::<BTreeSet<_>>().len(), 1_000);
}

/// A dense part from which few paths lead back, in which a depth-first search gets lost.
#[test]
fn dead_ends_cost_nothing() {
    // 0 -> 1..=40, all of them joined to each other, 40 -> 41 -> 0.
    let clique = (1..=40).flat_map(|v| (1..=40).filter(move |&w| w != v).map(move |w| (v, w)));
    let edges = clique
        .chain((1..=40).map(|v| (0, v)))
        .chain([(40, 41), (41, 0)]);
    let graph = CsrGraph::from_edges(42, edges).unwrap();
    let through = graph.simple_cycles_through(VertexId::new(41)).unwrap();
    let lengths: Vec<_> = through
        .take(1 + 39 + 39 * 38)
        .map(|cycle| cycle.len())
        .collect();
    assert_eq!((lengths[0], lengths[1], lengths[39]), (3, 4, 4));
    assert!(lengths[40..].iter().all(|&length| length == 5));
}

#[test]
fn rings_of_a_million() {
    const N: u32 = 1_000_000;
    let ring = |more: Vec<(u32, u32)>| {
        let edges = (0..N).map(|v| (v, (v + 1) % N)).chain(more);
        CsrGraph::from_edges(N as usize, edges).unwrap()
    };
    let lengths = |graph: &CsrGraph| -> Vec<_> {
        assert_eq!(
            graph.girth(),
            graph.simple_cycles().next().map(|cycle| cycle.len())
        );
        graph.simple_cycles().map(|cycle| cycle.len()).collect()
    };
    let n = N as usize;
    assert_eq!(lengths(&ring(vec![])), [n]);
    assert_eq!(lengths(&ring(vec![(10, 9)])), [2, n]);
    assert_eq!(lengths(&ring(vec![(0, 500_000)])), [500_001, n]);
    assert_eq!(
        lengths(&ring(vec![(7, 7), (0, 3), (0, 3), (4, 6)])),
        [1, n - 3, n - 2, n - 1, n]
    );
    let graph = ring(vec![(0, 2), (5, 5)]);
    let through = |v: u32| -> Vec<_> {
        let cycles = graph.simple_cycles_through(v.into()).unwrap();
        cycles
            .map(|cycle| (cycle[0].number(), cycle.len()))
            .collect()
    };
    assert_eq!(through(1), [(1, n)]);
    assert_eq!(through(5), [(5, 1), (5, n - 1), (5, n)]);
}

#[test]
fn graphs_of_ten_million() {
    const N: u32 = 10_000_000;
    let graph = |edges: &mut dyn Iterator<Item = (u32, u32)>| {
        CsrGraph::from_edges(N as usize, edges).unwrap()
    };
    let ring = graph(&mut (0..N).map(|v| (v, (v + 1) % N)));
    assert_eq!(ring.girth(), Some(N as usize));
    drop(ring);
    let path = graph(&mut (1..N).map(|v| (v - 1, v)));
    assert_eq!(path.minimum_cycle(), None);
    assert_eq!(path.simple_cycles().next(), None);
    drop(path);
    let star = graph(&mut (1..N / 2).flat_map(|v| [(0, v), (v, 0)]));
    assert_eq!(star.girth(), Some(2));
    assert_eq!(star.simple_cycles().take(3).count(), 3);
}

#[test]
fn a_watch_stops_the_search_for_the_girth() {
    const N: u32 = 400_000;
    let ring = CsrGraph::from_edges(N as usize, (0..N).map(|v| (v, (v + 1) % N))).unwrap();
    let mut checks = 0;
    let flow = algo::girth(Run::on(&ring).watch(&mut || {
        checks += 1;
        ControlFlow::<()>::Continue(())
    }));
    assert_eq!(flow, ControlFlow::Continue(Some(N as usize)));
    assert!(checks >= 12, "{checks}");
    for stop_at in 1..=checks {
        let mut left = stop_at;
        let flow = algo::minimum_cycle(Run::on(&ring).watch(&mut || {
            left -= 1;
            if left == 0 {
                ControlFlow::Break(stop_at)
            } else {
                ControlFlow::Continue(())
            }
        }));
        assert_eq!(flow, ControlFlow::Break(stop_at));
    }
}

/// The cycles of up to `most` vertices, by all paths from the smallest vertex of each.
fn by_all_paths(graph: &CsrGraph, most: usize) -> Vec<Vec<VertexId>> {
    fn extend(
        graph: &CsrGraph,
        most: usize,
        path: &mut Vec<VertexId>,
        cycles: &mut Vec<Vec<VertexId>>,
    ) {
        let heads: BTreeSet<_> = graph.successors(path[path.len() - 1]).collect();
        for w in heads {
            if w == path[0] {
                cycles.push(path.clone());
            } else if w > path[0] && path.len() < most && !path.contains(&w) {
                path.push(w);
                extend(graph, most, path, cycles);
                path.pop();
            }
        }
    }
    let mut cycles = Vec::new();
    for start in graph.vertices() {
        extend(graph, most, &mut vec![start], &mut cycles);
    }
    cycles.sort_by_key(|cycle| (cycle.len(), cycle.clone()));
    cycles
}

/// Too large for the searches to see all of it from any vertex.
#[test]
fn short_cycles_of_a_large_graph() {
    let mut state = 1_u64;
    let mut random = |bound: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
        ((state >> 32) % bound) as u32
    };
    // Forty vertices have half of the ends.
    let edges: Vec<_> = (0..5_000)
        .map(|number| match number % 4 {
            0 => (random(2_000), random(40)),
            1 => (random(40), random(2_000)),
            _ => (random(2_000), random(2_000)),
        })
        .collect();
    let graph = CsrGraph::from_edges(2_000, edges).unwrap();
    let oracle = by_all_paths(&graph, 6);
    let up_to = |most| oracle.iter().filter(move |cycle| cycle.len() <= most);
    let mut raised = graph.simple_cycles();
    let mut found = Vec::new();
    for most in 2..=6 {
        let ours = by_length(graph.simple_cycles().max_length(most));
        assert!(ours.iter().eq(up_to(most)), "up to {most}");
        raised = raised.max_length(most);
        found.extend(raised.by_ref());
        assert_eq!(found.len(), ours.len());
        let v = VertexId::new(1);
        let through = graph.simple_cycles_through(v).unwrap();
        let expected = up_to(most).filter(|cycle| cycle.contains(&v));
        assert_eq!(through.max_length(most).count(), expected.count());
    }
    assert!(by_length(found) == oracle);
    // The same without a limit.
    let all = graph.simple_cycles().take(oracle.len());
    assert!(by_length(all) == oracle);
}
