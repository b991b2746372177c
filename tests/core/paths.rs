//! Shortest paths and shortest cycles.

use proptest::prelude::*;
use refcycle_core::{IDirectedGraph, Successors, VertexId, algo};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::all_different;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, ForwardCheck, every_forward_graph, every_graph};

fn is_walk(graph: &EdgeList, walk: &[VertexId]) -> bool {
    (walk.windows(2)).all(|step| graph.edges.contains(&(step[0], step[1])))
}

struct Paths;

impl ForwardCheck for Paths {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        for &start in &expected.vertices {
            for &end in &expected.vertices {
                let path = algo::shortest_path(graph, start, end).unwrap();
                let length = path.as_ref().map(|path| path.len() - 1);
                assert_eq!(length, oracle.path(start, end), "{start} to {end}");
                let Some(path) = path else { continue };
                assert!(is_walk(expected, &path));
                assert_eq!((path.first(), path.last()), (Some(&start), Some(&end)));
            }
        }
    }
}

struct Cycles;

impl ForwardCheck for Cycles {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        for &v in &expected.vertices {
            let cycle = algo::shortest_cycle(graph, v).unwrap();
            assert_eq!(cycle.as_ref().map(Vec::len), oracle.cycle(v), "through {v}");
            let Some(mut cycle) = cycle else { continue };
            assert!(all_different(&cycle));
            assert_eq!(cycle[0], v);
            cycle.push(v);
            assert!(is_walk(expected, &cycle));
        }
    }
}

/// The methods are the functions, and a path backward is as long.
struct Methods;

impl Check for Methods {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let len = |walk: Option<Vec<VertexId>>| walk.map(|walk| walk.len());
        let turned = graph.reversed();
        for &v in &expected.vertices {
            let cycle = algo::shortest_cycle(graph, v).unwrap();
            assert_eq!(graph.shortest_cycle(v).unwrap(), cycle);
            assert_eq!(len(turned.shortest_cycle(v).unwrap()), len(cycle));
            for &w in expected.vertices.iter().take(4) {
                let path = algo::shortest_path(graph, v, w).unwrap();
                assert_eq!(graph.shortest_path(v, w).unwrap(), path);
                assert_eq!(len(turned.shortest_path(w, v).unwrap()), len(path));
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn paths_are_as_short_as_can_be(graph in graphs()) {
        every_forward_graph(&graph, &Paths);
    }

    #[test]
    fn cycles_are_as_short_as_can_be(graph in graphs()) {
        every_forward_graph(&graph, &Cycles);
    }

    #[test]
    fn methods_are_the_functions(graph in graphs()) {
        every_graph(&graph, &Methods);
    }
}
