//! Vertex-disjoint paths and smallest cuts.

use std::collections::BTreeSet;

use petgraph::algo::ford_fulkerson;
use petgraph::graph::DiGraph;
use proptest::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, algo};
use refcycle_tests::EdgeList;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{ForwardCheck, every_forward_graph};

/// The maximum number, by a flow through split vertices.
fn most(graph: &EdgeList, start: VertexId, end: VertexId) -> usize {
    let mut halves = DiGraph::<(), u32>::new();
    for _ in 0..2 * graph.bound {
        halves.add_node(());
    }
    for &v in &graph.vertices {
        halves.add_edge((2 * v.number()).into(), (2 * v.number() + 1).into(), 1);
    }
    for (tail, head) in graph.merged().pairs() {
        halves.add_edge((2 * tail + 1).into(), (2 * head).into(), 1);
    }
    let (source, sink) = (2 * start.number() + 1, 2 * end.number());
    ford_fulkerson(&halves, source.into(), sink.into()).0 as usize
}

struct Disjoint;

impl ForwardCheck for Disjoint {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        for &start in expected.vertices.iter().take(3) {
            for &end in expected.vertices.iter().rev().take(4) {
                if start == end {
                    continue;
                }
                let most = most(expected, start, end);
                for k in [0, 1, 2, 3, usize::MAX] {
                    let found = algo::vertex_disjoint_paths(graph, start, end, k).unwrap();
                    assert_eq!(found.paths.len(), most.min(k), "{start} to {end}");
                    are_disjoint(expected, start, end, &found.paths);
                    assert_eq!(found.cut.is_some(), most < k);
                    if let Some(cut) = &found.cut {
                        cuts(expected, start, end, cut);
                        let direct = found.paths.iter().any(|path| path.len() == 2);
                        assert_eq!(cut.len() + usize::from(direct), most);
                    }
                    if let (1, [path]) = (k, &*found.paths) {
                        let shortest = Distances::of(expected).path(start, end);
                        assert_eq!(Some(path.len() - 1), shortest);
                    }
                }
            }
        }
    }
}

fn are_disjoint(graph: &EdgeList, start: VertexId, end: VertexId, paths: &[Vec<VertexId>]) {
    let mut within = BTreeSet::new();
    let mut direct = 0;
    for path in paths {
        assert_eq!((path.first(), path.last()), (Some(&start), Some(&end)));
        assert!((path.windows(2)).all(|step| graph.edges.contains(&(step[0], step[1]))));
        let inner = &path[1..path.len() - 1];
        assert!(!inner.contains(&start) && !inner.contains(&end));
        assert!(inner.iter().all(|&v| within.insert(v)), "{paths:?}");
        direct += usize::from(inner.is_empty());
    }
    assert!(direct <= 1);
}

fn cuts(graph: &EdgeList, start: VertexId, end: VertexId, cut: &[VertexId]) {
    assert!(!cut.contains(&start) && !cut.contains(&end));
    let mut left = graph.induced(|v| !cut.contains(&v));
    left.edges.retain(|&edge| edge != (start, end));
    assert_eq!(Distances::of(&left).path(start, end), None);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn as_many_as_there_can_be(graph in graphs()) {
        every_forward_graph(&graph, &Disjoint);
    }
}

fn id(v: u32) -> VertexId {
    VertexId::new(v)
}

#[test]
fn from_a_vertex_to_itself() {
    let graph = CsrGraph::from_edges(2, [(0, 1), (1, 0), (0, 0)]).unwrap();
    for (k, paths, cut) in [(0, 0, None), (1, 1, None), (2, 1, Some(&[][..]))] {
        let found = algo::vertex_disjoint_paths(&graph, id(0), id(0), k).unwrap();
        assert_eq!((found.paths.len(), found.cut.as_deref()), (paths, cut));
    }
}

#[test]
fn parallel_edges_are_one_path() {
    let graph = CsrGraph::from_edges(3, [(0, 1), (0, 1), (0, 2), (2, 1), (2, 1)]).unwrap();
    let found = algo::vertex_disjoint_paths(&graph, id(0), id(1), 5).unwrap();
    assert_eq!(found.paths, [vec![id(0), id(1)], vec![id(0), id(2), id(1)]]);
    assert_eq!(found.cut, Some(vec![id(2)]));
}

/// Two disjoint paths, where the shortest path uses a part of each.
#[test]
fn a_path_that_has_to_give_way() {
    let edges = [
        (0, 1),
        (1, 2),
        (2, 7),
        (0, 3),
        (3, 4),
        (4, 2),
        (1, 5),
        (5, 6),
        (6, 7),
    ];
    let graph = CsrGraph::from_edges(8, edges).unwrap();
    let found = algo::vertex_disjoint_paths(&graph, id(0), id(7), 2).unwrap();
    assert_eq!(found.paths.len(), 2);
    assert!(found.paths.contains(&[0, 1, 5, 6, 7].map(id).to_vec()));
    assert!(found.paths.contains(&[0, 3, 4, 2, 7].map(id).to_vec()));
}
