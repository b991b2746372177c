//! Breadth-first and depth-first visits.

use std::ops::ControlFlow;

use proptest::prelude::*;
use refcycle_core::visits::{DfsEvent, Generation, breadth_first, depth_first};
use refcycle_core::{Successors, VertexId};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::all_different;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs_and_choices};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{ForwardCheck, every_forward_graph};

fn names(positions: &[VertexId], graph: &EdgeList) -> Vec<VertexId> {
    positions
        .iter()
        .map(|v| graph.vertices[v.index()])
        .collect()
}

fn reached(graph: &EdgeList, starts: &[VertexId]) -> Vec<VertexId> {
    let oracle = Distances::of(graph);
    let all = graph.vertices.iter().copied();
    sorted(all.filter(|&v| oracle.path_from_any(starts, v).is_some()))
}

/// Breadth first, from the vertices at these positions.
struct Breadth(Vec<VertexId>);

impl ForwardCheck for Breadth {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = names(&self.0, expected);
        let oracle = Distances::of(expected);
        for limit in [None, Some(0), Some(1), Some(3)] {
            let mut found: Vec<Generation> = Vec::new();
            let order = breadth_first(graph, starts.iter().copied(), limit, |generation| {
                found.push(generation);
                ControlFlow::<()>::Continue(())
            })
            .unwrap();
            let order = order.continue_value().expect("nobody stopped it");
            assert!(order.iter().eq(found.iter().map(|found| &found.vertex)));
            assert!(all_different(&order));
            assert!(found.is_sorted_by_key(|found| found.depth));
            assert!(found.is_sorted_by_key(|found| found.found_from));
            for found in &found {
                let nearest = oracle.path_from_any(&starts, found.vertex);
                assert_eq!(nearest, Some(found.depth));
                assert!(limit.is_none_or(|limit| found.depth <= limit));
                match found.found_from {
                    None => assert!(starts.contains(&found.vertex)),
                    Some(position) => {
                        assert!(expected.edges.contains(&(order[position], found.vertex)));
                        let nearer = oracle.path_from_any(&starts, order[position]);
                        assert_eq!(nearer, Some(found.depth - 1));
                    }
                }
            }
            let within = reached(expected, &starts).into_iter();
            let within =
                within.filter(|&v| oracle.path_from_any(&starts, v) <= limit.or(Some(usize::MAX)));
            assert!(within.eq(sorted(order)));
        }
    }
}

/// Stops a breadth-first visit at each of its vertices.
struct BreadthStopped(Vec<VertexId>);

impl ForwardCheck for BreadthStopped {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = names(&self.0, expected);
        let visit = |stop_at: usize| {
            let mut seen = Vec::new();
            let end = breadth_first(graph, starts.iter().copied(), None, |found| {
                if seen.len() == stop_at {
                    return ControlFlow::Break(found.vertex);
                }
                seen.push(found.vertex);
                ControlFlow::Continue(())
            })
            .unwrap();
            (seen, end)
        };
        let (all, end) = visit(usize::MAX);
        assert_eq!(end, ControlFlow::Continue(all.clone()));
        for stop_at in 0..all.len() {
            let (seen, end) = visit(stop_at);
            assert_eq!(seen, all[..stop_at]);
            assert_eq!(end, ControlFlow::Break(all[stop_at]));
        }
    }
}

/// Depth first, from the vertices at these positions.
struct Depth(Vec<VertexId>);

impl ForwardCheck for Depth {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = names(&self.0, expected);
        let mut open: Vec<VertexId> = Vec::new();
        let mut discovered = Vec::new();
        let mut roots = Vec::new();
        let end = depth_first(graph, starts.iter().copied(), |event| {
            match event {
                DfsEvent::Discover(v) => {
                    match open.last() {
                        None => roots.push(v),
                        Some(&parent) => assert!(expected.edges.contains(&(parent, v))),
                    }
                    open.push(v);
                    discovered.push(v);
                }
                DfsEvent::Finish(v) => {
                    assert_eq!(open.pop(), Some(v), "finished out of turn");
                    let heads = expected.heads(v);
                    assert!(heads.iter().all(|head| discovered.contains(head)));
                }
            }
            ControlFlow::<()>::Continue(())
        })
        .unwrap();
        assert_eq!(end, ControlFlow::Continue(()));
        assert_eq!(open, [], "some were never finished");
        assert!(all_different(&discovered));
        assert_eq!(sorted(discovered), reached(expected, &starts));
        // A start is a root unless an earlier start reaches it.
        let oracle = Distances::of(expected);
        let by_hand: Vec<_> = (starts.iter().enumerate())
            .filter(|&(i, &start)| oracle.path_from_any(&starts[..i], start).is_none())
            .map(|(_, &start)| start)
            .collect();
        assert_eq!(roots, by_hand);
    }
}

/// Stops a depth-first visit at each of its events.
struct DepthStopped(Vec<VertexId>);

impl ForwardCheck for DepthStopped {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = names(&self.0, expected);
        let visit = |stop_at: usize| {
            let mut seen = Vec::new();
            let end = depth_first(graph, starts.iter().copied(), |event| {
                if seen.len() == stop_at {
                    return ControlFlow::Break(event);
                }
                seen.push(event);
                ControlFlow::Continue(())
            })
            .unwrap();
            (seen, end)
        };
        let (all, end) = visit(usize::MAX);
        assert_eq!(end, ControlFlow::Continue(()));
        for stop_at in 0..all.len() {
            let (seen, end) = visit(stop_at);
            assert_eq!(seen, all[..stop_at]);
            assert_eq!(end, ControlFlow::Break(all[stop_at]));
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn breadth_first_goes_nearest_first((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &Breadth(starts));
    }

    #[test]
    fn breadth_first_stops((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &BreadthStopped(starts));
    }

    #[test]
    fn depth_first_goes_down_before_it_goes_on((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &Depth(starts));
    }

    #[test]
    fn depth_first_stops((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &DepthStopped(starts));
    }
}
