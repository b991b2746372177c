//! Shortest paths and shortest cycles.

use proptest::prelude::*;
use refcycle_core::{
    Algorithms, ErrorKind, IDirectedGraph, Run, Successors, VertexId, Workspace, algo,
};
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

/// Bidirectional, as methods, and in a workspace: the same length, and functions and methods
/// agree.
struct BothEnds;

impl Check for BothEnds {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        let turned = graph.reversed();
        let mut workspace = Workspace::new();
        for &v in &expected.vertices {
            let cycle = algo::bidirectional_shortest_cycle(graph, v).unwrap();
            assert_eq!(cycle.as_ref().map(Vec::len), oracle.cycle(v), "through {v}");
            assert_eq!(graph.bidirectional_shortest_cycle(v).unwrap(), cycle);
            let back = turned.shortest_cycle(v).unwrap();
            assert_eq!(back.map(|back| back.len()), oracle.cycle(v));
            let again =
                algo::bidirectional_shortest_cycle(Run::on(graph).workspace(&mut workspace), v)
                    .unwrap();
            assert_eq!(again, cycle.as_deref());
            let forward_bfs = algo::shortest_cycle(graph, v).unwrap();
            assert_eq!(graph.shortest_cycle(v).unwrap(), forward_bfs);
            let again = algo::shortest_cycle(Run::on(graph).workspace(&mut workspace), v).unwrap();
            assert_eq!(again, forward_bfs.as_deref());
            let Some(mut cycle) = cycle else { continue };
            assert!(all_different(&cycle));
            assert_eq!(cycle[0], v);
            cycle.push(v);
            assert!(is_walk(expected, &cycle));
        }
        for &start in &expected.vertices {
            for &end in expected.vertices.iter().take(6) {
                let path = algo::bidirectional_shortest_path(graph, start, end).unwrap();
                let length = path.as_ref().map(|path| path.len() - 1);
                assert_eq!(length, oracle.path(start, end), "{start} to {end}");
                let by_method = graph.bidirectional_shortest_path(start, end);
                assert_eq!(by_method.unwrap(), path);
                let back = turned.shortest_path(end, start).unwrap();
                assert_eq!(back.map(|back| back.len() - 1), length);
                let again = algo::bidirectional_shortest_path(
                    Run::on(graph).workspace(&mut workspace),
                    start,
                    end,
                );
                assert_eq!(again.unwrap(), path.as_deref());
                let forward_bfs = algo::shortest_path(graph, start, end).unwrap();
                assert_eq!(graph.shortest_path(start, end).unwrap(), forward_bfs);
                let again =
                    algo::shortest_path(Run::on(graph).workspace(&mut workspace), start, end)
                        .unwrap();
                assert_eq!(again, forward_bfs.as_deref());
                let Some(path) = path else { continue };
                assert!(is_walk(expected, &path));
                assert_eq!((path.first(), path.last()), (Some(&start), Some(&end)));
            }
        }
    }
}

/// A number that is not a vertex is rejected as a start and as an end.
struct Strangers;

impl Check for Strangers {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let mut workspace = Workspace::new();
        let Some(&v) = expected.vertices.first() else {
            return;
        };
        for stranger in expected.strangers().into_iter().rev().take(4) {
            for (start, end) in [(v, stranger), (stranger, v), (stranger, stranger)] {
                let errors = [
                    algo::shortest_path(graph, start, end).unwrap_err(),
                    algo::bidirectional_shortest_path(graph, start, end).unwrap_err(),
                    algo::shortest_path(Run::on(graph).workspace(&mut workspace), start, end)
                        .unwrap_err(),
                    (algo::bidirectional_shortest_path(
                        Run::on(graph).workspace(&mut workspace),
                        start,
                        end,
                    ))
                    .unwrap_err(),
                    algo::shortest_path_dag(graph, start, end).unwrap_err(),
                    algo::vertex_disjoint_paths(graph, start, end, 2).unwrap_err(),
                    algo::shortest_cycle(graph, stranger).unwrap_err(),
                    algo::bidirectional_shortest_cycle(graph, stranger).unwrap_err(),
                    algo::shortest_cycle(Run::on(graph).workspace(&mut workspace), stranger)
                        .unwrap_err(),
                    (algo::bidirectional_shortest_cycle(
                        Run::on(graph).workspace(&mut workspace),
                        stranger,
                    ))
                    .unwrap_err(),
                ];
                for error in errors {
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
    fn paths_are_as_short_as_can_be(graph in graphs()) {
        every_forward_graph(&graph, &Paths);
    }

    #[test]
    fn cycles_are_as_short_as_can_be(graph in graphs()) {
        every_forward_graph(&graph, &Cycles);
    }

    #[test]
    fn from_both_ends(graph in graphs()) {
        every_graph(&graph, &BothEnds);
    }

    #[test]
    fn strangers_are_refused(graph in graphs()) {
        every_graph(&graph, &Strangers);
    }
}
