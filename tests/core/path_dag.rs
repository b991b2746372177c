//! All shortest paths between two vertices.

use std::collections::BTreeSet;

use proptest::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, Vertices, algo};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::listed;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{ForwardCheck, every_forward_graph};

/// Lists every path with this number of edges, step by step.
fn all_paths(graph: &EdgeList, start: VertexId, end: VertexId, length: usize) -> Paths {
    let mut paths = BTreeSet::from([vec![start]]);
    for _ in 0..length {
        let longer = paths.iter().flat_map(|path| {
            let heads = graph.heads(path[path.len() - 1]).into_iter();
            heads.map(move |head| [&path[..], &[head]].concat())
        });
        paths = longer.collect();
    }
    paths.retain(|path| path[length] == end);
    paths
}

type Paths = BTreeSet<Vec<VertexId>>;

struct Dags;

impl ForwardCheck for Dags {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        for &start in expected.vertices.iter().take(5) {
            for &end in expected.vertices.iter().rev().take(5) {
                let dag = algo::shortest_path_dag(graph, start, end).unwrap();
                let Some(dag) = dag else {
                    assert_eq!(oracle.path(start, end), None);
                    continue;
                };
                assert_eq!(Some(dag.length()), oracle.path(start, end));
                // Counting all walks would take forever on a dense graph.
                if dag.length() > 4 {
                    continue;
                }
                let all = all_paths(expected, start, end, dag.length());
                let listed = listed(dag.paths());
                assert_eq!(dag.path_count(), all.len() as u128);
                assert_eq!(listed.len(), all.len());
                assert_eq!(listed.into_iter().collect::<Paths>(), all);

                let on_paths: BTreeSet<_> = all.iter().flatten().copied().collect();
                assert!(dag.vertices().iter().copied().collect::<BTreeSet<_>>() == on_paths);
                assert_eq!(dag.vertices().len(), on_paths.len());
                assert_eq!(dag.graph().vertex_count(), on_paths.len());
                let distance = |&v: &VertexId| oracle.path(start, v);
                assert!(dag.vertices().is_sorted_by_key(distance));
                let steps = all.iter().flat_map(|path| path.windows(2));
                let steps: BTreeSet<_> = steps.map(|step| (step[0], step[1])).collect();
                let edges: Vec<_> = dag.edges().collect();
                assert_eq!(edges.len(), steps.len());
                assert_eq!(edges.into_iter().collect::<BTreeSet<_>>(), steps);
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_shortest_path(graph in graphs()) {
        every_forward_graph(&graph, &Dags);
    }
}

/// Diamonds in a row: each doubles the number of paths.
fn diamonds(count: u32) -> CsrGraph {
    let diamond = |i: u32| {
        let v = 3 * i;
        [(v, v + 1), (v, v + 2), (v + 1, v + 3), (v + 2, v + 3)]
    };
    CsrGraph::from_edges(3 * count as usize + 1, (0..count).flat_map(diamond)).unwrap()
}

#[test]
fn more_paths_than_can_be_counted() {
    for (count, paths) in [
        (3, 8),
        (127, 1 << 127),
        (128, u128::MAX),
        (200_000, u128::MAX),
    ] {
        let last = VertexId::new(3 * count);
        let dag = algo::shortest_path_dag(&diamonds(count), VertexId::new(0), last);
        let dag = dag.unwrap().unwrap();
        assert_eq!(dag.path_count(), paths);
        assert_eq!(dag.length(), 2 * count as usize);
        let some: BTreeSet<_> = dag.paths().take(5).collect();
        assert_eq!(some.len(), 5);
    }
}
