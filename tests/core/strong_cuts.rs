//! Strong bridges and strong articulation points.

use proptest::prelude::*;
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, Run, VertexId, algo};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::representations::{Check, some_graphs};
use refcycle_tests::watches::StopAt;

/// The vertices that `start` reaches along edges that are kept, by position in the list.
fn reached(
    edges: &[(VertexId, VertexId)],
    start: VertexId,
    keep: impl Fn(usize) -> bool,
) -> Vec<VertexId> {
    let mut found = vec![start];
    let mut next = 0;
    while let Some(&v) = found.get(next) {
        next += 1;
        for (place, &(tail, head)) in edges.iter().enumerate() {
            if tail == v && keep(place) && !found.contains(&head) {
                found.push(head);
            }
        }
    }
    found
}

/// The ends of the strong bridges: edges on cycles whose ends are on no cycle without them.
fn bridges_by_hand(list: &EdgeList) -> Vec<(VertexId, VertexId)> {
    let edges = &list.edges;
    let is_bridge = |&(place, (tail, head)): &(usize, (VertexId, VertexId))| {
        tail != head
            && reached(edges, head, |_| true).contains(&tail)
            && !reached(edges, tail, |other| other != place).contains(&head)
    };
    let all = edges.iter().copied().enumerate();
    sorted(all.filter(is_bridge).map(|(_, ends)| ends))
}

/// The vertices without which two other vertices of their component are not strongly connected.
fn points_by_hand(list: &EdgeList) -> Vec<VertexId> {
    let edges = &list.edges;
    let without = |start, cut| {
        reached(edges, start, |place| {
            edges[place].0 != cut && edges[place].1 != cut
        })
    };
    let is_point = |&cut: &VertexId| {
        let below = reached(edges, cut, |_| true);
        let members = list.vertices.iter().copied().filter(|&v| {
            v != cut && below.contains(&v) && reached(edges, v, |_| true).contains(&cut)
        });
        let members: Vec<_> = members.collect();
        // One vertex suffices: the others must reach it and be reached.
        members.first().is_some_and(|&first| {
            let from_first = without(first, cut);
            let connected =
                |&v: &VertexId| from_first.contains(&v) && without(v, cut).contains(&first);
            !members.iter().all(connected)
        })
    };
    sorted(list.vertices.iter().copied().filter(is_point))
}

struct Cuts;

impl Check for Cuts {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let bridges = algo::strong_bridges(graph);
        assert!(bridges.is_sorted_by(|a, b| a.id < b.id));
        let all = sorted(graph.edges());
        assert!(bridges.iter().all(|edge| all.binary_search(edge).is_ok()));
        let ends = sorted(bridges.iter().map(|edge| (edge.tail, edge.head)));
        assert_eq!(ends, bridges_by_hand(expected));
        assert_eq!(
            algo::strong_articulation_points(graph),
            points_by_hand(expected)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..config() })]

    #[test]
    fn cuts_are_those_found_by_hand(graph in graphs()) {
        some_graphs(&graph, &Cuts);
    }
}

fn graph(n: usize, edges: &[(u32, u32)]) -> CsrGraph {
    CsrGraph::from_edges(n, edges.iter().copied()).unwrap()
}

fn points(graph: &CsrGraph) -> Vec<u32> {
    let points = algo::strong_articulation_points(graph);
    points.into_iter().map(VertexId::number).collect()
}

fn bridges(graph: &CsrGraph) -> Vec<(u32, u32)> {
    let bridges = algo::strong_bridges(graph);
    bridges
        .iter()
        .map(|edge| (edge.tail.number(), edge.head.number()))
        .collect()
}

#[test]
fn nothing_holds_graphs_without_cycles_together() {
    for graph in [
        graph(0, &[]),
        graph(1, &[(0, 0)]),
        graph(3, &[(0, 1), (1, 2), (0, 2)]),
    ] {
        assert_eq!((bridges(&graph), points(&graph)), (vec![], vec![]));
    }
}

#[test]
fn pairs_of_vertices() {
    let single = graph(2, &[(0, 1), (1, 0)]);
    assert_eq!(
        (bridges(&single), points(&single)),
        (vec![(0, 1), (1, 0)], vec![])
    );
    let double = graph(2, &[(0, 1), (0, 1), (1, 0), (1, 0), (0, 0)]);
    assert_eq!((bridges(&double), points(&double)), (vec![], vec![]));
}

#[test]
fn a_complete_graph_has_no_cuts() {
    let edges: Vec<_> = (0..5).flat_map(|a| (0..5).map(move |b| (a, b))).collect();
    let complete = graph(5, &edges);
    assert_eq!((bridges(&complete), points(&complete)), (vec![], vec![]));
}

/// Two components, joined by an edge: the edge is in no cycle.
#[test]
fn edges_between_components_are_no_bridges() {
    let two = graph(
        6,
        &[
            (0, 1),
            (1, 2),
            (2, 0),
            (2, 3),
            (3, 4),
            (4, 5),
            (5, 3),
            (0, 5),
        ],
    );
    assert_eq!(
        bridges(&two),
        [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)]
    );
    assert_eq!(points(&two), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn deep_cycles() {
    const N: u32 = 1_000_000;
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(|| {
        let cycle = CsrGraph::from_edges(N as usize, (0..N).map(|v| (v, (v + 1) % N))).unwrap();
        assert_eq!(algo::strong_bridges(&cycle).len(), N as usize);
        assert_eq!(algo::strong_articulation_points(&cycle).len(), N as usize);
        // A doubly linked list: no edge back is needed but each, and the ends are not needed.
        let list = (1..N).flat_map(|v| [(v - 1, v), (v, v - 1)]);
        let list = CsrGraph::from_edges(N as usize, list).unwrap();
        assert_eq!(algo::strong_bridges(&list).len(), 2 * (N as usize - 1));
        assert_eq!(
            algo::strong_articulation_points(&list).len(),
            N as usize - 2
        );
        assert_eq!(list.strongly_connected_components().len(), 1);
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn searching_for_cuts_can_be_stopped() {
    let n = 400_000;
    let cycle = CsrGraph::from_edges(n as usize, (0..n).map(|v| (v, (v + 1) % n))).unwrap();
    for stop in [1, 5, 12] {
        let stopped = algo::strong_bridges(Run::on(&cycle).watch(&mut StopAt::check(stop)));
        assert_eq!(stopped.break_value(), Some(stop));
        let stopped =
            algo::strong_articulation_points(Run::on(&cycle).watch(&mut StopAt::check(stop)));
        assert_eq!(stopped.break_value(), Some(stop));
    }
}
