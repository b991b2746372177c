//! Iterators over traversals.

use proptest::prelude::*;
use refcycle_core::visits::{Bfs, DfsEvent, DfsPostorder, DfsPreorder, breadth_first, depth_first};
use refcycle_core::{ErrorKind, Successors, VertexId};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::listed;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs, graphs_and_choices};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{ForwardCheck, every_forward_graph};
use std::ops::ControlFlow;

fn names(positions: &[VertexId], graph: &EdgeList) -> Vec<VertexId> {
    let positions = positions.iter();
    positions.map(|v| graph.vertices[v.index()]).collect()
}

/// The iterators find the same vertices as the visits, in the same order.
struct AsVisits(Vec<VertexId>);

impl ForwardCheck for AsVisits {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = names(&self.0, expected);
        let mut depths = Vec::new();
        let order = breadth_first(graph, starts.iter().copied(), None, |found| {
            depths.push(found.depth);
            ControlFlow::<()>::Continue(())
        });
        let order = order.unwrap().continue_value().unwrap();
        let bfs = Bfs::new(graph, starts.iter().copied()).unwrap();
        assert_eq!(listed(bfs), order);
        let mut bfs = Bfs::new(graph, starts.iter().copied()).unwrap();
        for depth in depths {
            assert!(bfs.next().is_some());
            assert_eq!(bfs.depth(), depth);
        }
        assert_eq!((bfs.next(), bfs.next()), (None, None));

        let (mut preorder, mut postorder, mut depths) = (Vec::new(), Vec::new(), Vec::new());
        let visit = depth_first(graph, starts.iter().copied(), |event| {
            match event {
                DfsEvent::Discover(v) => {
                    depths.push(preorder.len() - postorder.len());
                    preorder.push(v);
                }
                DfsEvent::Finish(v) => postorder.push(v),
            }
            ControlFlow::<()>::Continue(())
        });
        assert_eq!(visit.unwrap(), ControlFlow::Continue(()));
        let mut dfs = DfsPreorder::new(graph, starts.iter().copied()).unwrap();
        for (v, depth) in preorder.into_iter().zip(depths) {
            assert_eq!((dfs.next(), dfs.depth()), (Some(v), depth));
        }
        assert_eq!((dfs.next(), dfs.next()), (None, None));
        let dfs = DfsPostorder::new(graph, starts).unwrap();
        assert_eq!(listed(dfs), postorder);
    }
}

/// Pruning removes exactly the vertices that are reached only through pruned ones.
struct Pruned(Vec<VertexId>);

impl ForwardCheck for Pruned {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = names(&self.0, expected);
        let is_pruned =
            |v: VertexId| expected.vertices.iter().position(|&w| w == v).unwrap() % 3 == 0;
        let mut left = expected.clone();
        left.edges.retain(|&(tail, _)| !is_pruned(tail));
        let oracle = Distances::of(&left);
        let vertices = expected.vertices.iter().copied();
        let reached = vertices.filter(|&v| oracle.path_from_any(&starts, v).is_some());
        let reached = sorted(reached);

        let mut found = Vec::new();
        let mut bfs = Bfs::new(graph, starts.iter().copied()).unwrap();
        while let Some(v) = bfs.next() {
            assert_eq!(oracle.path_from_any(&starts, v), Some(bfs.depth()));
            found.push(v);
            if is_pruned(v) {
                bfs.prune();
                bfs.prune();
            }
        }
        assert_eq!(sorted(found), reached);

        let mut found = Vec::new();
        let mut dfs = DfsPreorder::new(graph, starts).unwrap();
        dfs.skip_subtree();
        while let Some(v) = dfs.next() {
            found.push(v);
            if is_pruned(v) {
                dfs.skip_subtree();
                dfs.skip_subtree();
            }
        }
        dfs.skip_subtree();
        assert_eq!(dfs.next(), None);
        assert_eq!(sorted(found), reached);
    }
}

struct Strangers;

impl ForwardCheck for Strangers {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        for stranger in expected.strangers() {
            let errors = [
                Bfs::new(graph, [stranger]).err(),
                DfsPreorder::new(graph, [stranger]).err(),
                DfsPostorder::new(graph, [stranger]).err(),
            ];
            for error in errors {
                let error = error.expect("it is no vertex");
                assert_eq!(error.kind(), ErrorKind::NotAVertex);
                assert_eq!(error.vertex(), Some(stranger.number().into()));
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn iterators_are_visits((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &AsVisits(starts));
    }

    #[test]
    fn pruning_cuts_off_what_lies_behind((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &Pruned(starts));
    }

    #[test]
    fn strangers_are_refused(graph in graphs()) {
        every_forward_graph(&graph, &Strangers);
    }
}
