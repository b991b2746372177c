//! The vertices between two sets of vertices.

use proptest::prelude::*;
use refcycle_core::algo::{self, between};
use refcycle_core::{Algorithms, ErrorKind, IDirectedGraph, VertexId};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs_and_choices};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, every_graph};

/// From the first half of these positions to the second.
struct Between(Vec<VertexId>);

impl Between {
    fn ends(&self, graph: &EdgeList) -> (Vec<VertexId>, Vec<VertexId>) {
        let named: Vec<_> = (self.0.iter()).map(|v| graph.vertices[v.index()]).collect();
        let (starts, ends) = named.split_at(named.len() / 2);
        (starts.to_vec(), ends.to_vec())
    }
}

impl Check for Between {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let (starts, ends) = self.ends(expected);
        if starts.is_empty() || ends.is_empty() {
            let error = between(graph, starts, ends, None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NoStart);
            return;
        }
        let oracle = Distances::of(expected);
        let to_end = |v| ends.iter().filter_map(|&end| oracle.path(v, end)).min();
        for limit in [None, Some(0), Some(1), Some(2), Some(4)] {
            let found = between(graph, starts.clone(), ends.clone(), limit).unwrap();
            let on_the_way = |&v: &VertexId| {
                let length = oracle.path_from_any(&starts, v).zip(to_end(v));
                length.is_some_and(|(to, on)| limit.is_none_or(|limit| to + on <= limit))
            };
            let by_hand = expected.vertices.iter().copied().filter(on_the_way);
            assert_eq!(sorted(found.clone()), sorted(by_hand));
            let nearest_first = found.is_sorted_by_key(|&v| oracle.path_from_any(&starts, v));
            assert!(nearest_first, "not in breadth-first order");

            let subgraph =
                algo::subgraph_between(graph, starts.clone(), ends.clone(), limit).unwrap();
            assert_eq!(subgraph.parent_vertices(), found);
            let within = |v: &VertexId| found.contains(v);
            let edges = expected.edges.iter();
            let edges = edges.filter(|(tail, head)| within(tail) && within(head));
            assert_eq!(subgraph.edge_count(), edges.count());

            let method = graph.between(starts[0], ends[0], limit).unwrap();
            let function = between(graph, [starts[0]], [ends[0]], limit).unwrap();
            assert_eq!(method, function);
        }
    }
}

/// Numbers that are not vertices.
struct Strangers;

impl Check for Strangers {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        for stranger in expected.strangers() {
            for &v in expected.vertices.iter().take(2) {
                for (starts, ends) in [([v, stranger], [v, v]), ([v, v], [v, stranger])] {
                    let error = between(graph, starts, ends, None).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::NotAVertex);
                    assert_eq!(error.vertex(), Some(stranger.number().into()));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn on_a_way_from_a_start_to_an_end((graph, chosen) in graphs_and_choices()) {
        every_graph(&graph, &Between(chosen));
    }

    #[test]
    fn strangers_are_refused((graph, _) in graphs_and_choices()) {
        every_graph(&graph, &Strangers);
    }
}
