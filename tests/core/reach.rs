//! Descendants and ancestors.

use proptest::prelude::*;
use refcycle_core::algo::{self, Reached};
use refcycle_core::{Algorithms, Error, ErrorKind, IDirectedGraph, Successors, VertexId};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs, graphs_and_choices};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, ForwardCheck, every_forward_graph, every_graph};

const LIMITS: [Option<usize>; 6] = [None, Some(0), Some(1), Some(2), Some(5), Some(usize::MAX)];

/// Panics unless `found` has the vertices within `limit` steps of the starts.
fn is_right(found: &Reached, graph: &EdgeList, starts: &[VertexId], limit: Option<usize>) {
    let oracle = Distances::of(graph);
    is_right_by(&oracle, found, graph, starts, limit);
}

fn is_right_by(
    oracle: &Distances,
    found: &Reached,
    graph: &EdgeList,
    starts: &[VertexId],
    limit: Option<usize>,
) {
    let near = (graph.vertices.iter())
        .filter_map(|&v| Some((oracle.path_from_any(starts, v)?, v)))
        .filter(|&(depth, _)| limit.is_none_or(|limit| depth <= limit));
    let near = sorted(near);
    let generations = near.last().map_or(0, |&(depth, _)| depth + 1);
    assert_eq!(found.generations(), generations);
    for depth in 0..generations + 3 {
        let expected = near.iter().filter(|&&(d, _)| d == depth).map(|&(_, v)| v);
        let generation = found.generation(depth).iter().copied();
        assert_eq!(sorted(generation), sorted(expected), "generation {depth}");
    }
    assert_eq!(found.generation(usize::MAX), []);
    let in_order: Vec<_> = (0..generations)
        .flat_map(|d| found.generation(d).to_vec())
        .collect();
    assert_eq!(found.vertices(), in_order);
    assert_eq!(found.len(), near.len());
    assert_eq!(found.is_empty(), near.is_empty());
    let with_depths: Vec<_> = found.with_depths().map(|(v, depth)| (depth, v)).collect();
    assert!(with_depths.iter().map(|&(_, v)| v).eq(in_order));
    assert_eq!(sorted(with_depths), near);
    assert_eq!(found.clone().into_vertices(), found.vertices());
}

struct Descendants;

impl ForwardCheck for Descendants {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        for &v in expected.vertices.iter().take(8) {
            for limit in LIMITS {
                let found = algo::descendants(graph, [v], limit).unwrap();
                is_right_by(&oracle, &found, expected, &[v], limit);
            }
        }
        let none = algo::descendants(graph, [], None);
        assert_eq!(none.map_err(|error| error.kind()), Err(ErrorKind::NoStart));
        for v in expected.strangers() {
            assert_eq!(
                algo::descendants(graph, [v], None),
                Err(Error::not_a_vertex(v))
            );
        }
    }
}

struct Ancestors;

impl Check for Ancestors {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let expected = expected.reversed();
        let oracle = Distances::of(&expected);
        for &v in expected.vertices.iter().take(8) {
            for limit in LIMITS {
                let found = algo::ancestors(graph, [v], limit).unwrap();
                is_right_by(&oracle, &found, &expected, &[v], limit);
                assert_eq!(graph.ancestors(v, limit).unwrap(), found);
                assert_eq!(graph.reversed().descendants(v, limit).unwrap(), found);
                assert_eq!(
                    graph.reversed().ancestors(v, limit).unwrap(),
                    graph.descendants(v, limit).unwrap()
                );
            }
        }
    }
}

/// From several vertices, given by their positions.
struct FromMany(Vec<VertexId>);

impl Check for FromMany {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let starts: Vec<_> = self
            .0
            .iter()
            .map(|v| expected.vertices[v.index()])
            .collect();
        if starts.is_empty() {
            let found = algo::ancestors(graph, starts, None);
            return assert_eq!(found, Err(Error::no_start()));
        }
        for limit in LIMITS {
            let found = algo::descendants(graph, starts.iter().copied(), limit).unwrap();
            is_right(&found, expected, &starts, limit);
            let found = algo::ancestors(graph, starts.iter().copied(), limit).unwrap();
            is_right(&found, &expected.reversed(), &starts, limit);
        }
        let mut first_times = Vec::new();
        for &start in &starts {
            if !first_times.contains(&start) {
                first_times.push(start);
            }
        }
        let found = algo::descendants(graph, starts, Some(0)).unwrap();
        assert_eq!(found.vertices(), first_times);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn descendants_by_generation(graph in graphs()) {
        every_forward_graph(&graph, &Descendants);
    }

    #[test]
    fn ancestors_by_generation(graph in graphs()) {
        every_graph(&graph, &Ancestors);
    }

    #[test]
    fn from_many_starts((graph, starts) in graphs_and_choices()) {
        every_graph(&graph, &FromMany(starts));
    }
}
