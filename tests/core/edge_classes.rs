//! The classes of edges in a depth-first visit.

use std::ops::ControlFlow;

use proptest::prelude::*;
use refcycle_core::visits::{
    DfsEvent, EdgeClass, depth_first, depth_first_arcs, depth_first_edges,
};
use refcycle_core::{CsrGraph, Edge, ErrorKind, IDirectedGraph, Successors, VertexId};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::all_different;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs, graphs_and_choices};
use refcycle_tests::representations::{Check, ForwardCheck, every_forward_graph, every_graph};

type Arc = (VertexId, VertexId);

fn names(positions: &[VertexId], graph: &EdgeList) -> Vec<VertexId> {
    let positions = positions.iter();
    positions.map(|v| graph.vertices[v.index()]).collect()
}

fn events<G: Successors>(graph: &G, starts: &[VertexId]) -> Vec<DfsEvent<Arc>> {
    let mut events = Vec::new();
    let end = depth_first_arcs(graph, starts.iter().copied(), |event| {
        events.push(event);
        ControlFlow::<()>::Continue(())
    });
    assert_eq!(end.unwrap(), ControlFlow::Continue(()));
    events
}

/// The classes as the times of discovery and finishing define them.
struct Classes(Vec<VertexId>);

impl ForwardCheck for Classes {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let starts = names(&self.0, expected);
        let events = events(graph, &starts);
        let time = |wanted| events.iter().position(|&event| event == wanted);
        let discovered = |v| time(DfsEvent::Discover(v)).unwrap();
        let finished = |v| time(DfsEvent::Finish(v)).unwrap();
        let mut arcs = Vec::new();
        for (now, &event) in events.iter().enumerate() {
            let DfsEvent::Edge((tail, head), class) = event else {
                continue;
            };
            arcs.push((tail, head));
            assert!((discovered(tail)..finished(tail)).contains(&now));
            let by_hand = if discovered(head) > now {
                assert_eq!(discovered(head), now + 1);
                EdgeClass::Tree
            } else if finished(head) > now {
                EdgeClass::Back
            } else if discovered(head) > discovered(tail) {
                EdgeClass::Forward
            } else {
                EdgeClass::Cross
            };
            assert_eq!(class, by_hand, "{tail} -> {head}");
        }
        let seen = |v| time(DfsEvent::Discover(v)).is_some();
        let leaving = expected.edges.iter().copied();
        assert_eq!(
            sorted(arcs),
            sorted(leaving.filter(|&(tail, _)| seen(tail)))
        );
        // Without the edge events, the events are those of the plain visit.
        let plain = events.iter().filter_map(|&event| match event {
            DfsEvent::Discover(v) => Some(DfsEvent::Discover(v)),
            DfsEvent::Finish(v) => Some(DfsEvent::Finish(v)),
            DfsEvent::Edge(..) => None,
        });
        let mut visit = Vec::new();
        let _all = depth_first(graph, starts, |event| {
            visit.push(event);
            ControlFlow::<()>::Continue(())
        });
        assert!(plain.eq(visit));
    }
}

/// With edge ids, the events are the same, and the visit can stop at every event.
struct WithIds(Vec<VertexId>);

impl Check for WithIds {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let starts = names(&self.0, expected);
        let visit = |stop_at: usize| {
            let mut seen: Vec<DfsEvent<Edge>> = Vec::new();
            let end = depth_first_edges(graph, starts.iter().copied(), |event| {
                if seen.len() == stop_at {
                    return ControlFlow::Break(event);
                }
                seen.push(event);
                ControlFlow::Continue(())
            });
            (seen, end.unwrap())
        };
        let (all, end) = visit(usize::MAX);
        assert_eq!(end, ControlFlow::Continue(()));
        for stop_at in 0..all.len() {
            let (seen, end) = visit(stop_at);
            assert_eq!(seen, all[..stop_at]);
            assert_eq!(end, ControlFlow::Break(all[stop_at]));
        }
        let edges: Vec<_> = (all.iter())
            .filter_map(|event| match event {
                DfsEvent::Edge(edge, _) => Some(*edge),
                _ => None,
            })
            .collect();
        assert!(all_different(&edges));
        for edge in &edges {
            assert!(graph.out_edges(edge.tail).any(|other| other == *edge));
        }
        let arcs = all.into_iter().map(|event| match event {
            DfsEvent::Edge(edge, class) => DfsEvent::Edge((edge.tail, edge.head), class),
            DfsEvent::Discover(v) => DfsEvent::Discover(v),
            DfsEvent::Finish(v) => DfsEvent::Finish(v),
        });
        assert!(arcs.eq(events(graph, &starts)));
    }
}

/// There is a back edge if and only if there is a cycle.
struct BackEdges;

impl ForwardCheck for BackEdges {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let found = events(graph, &expected.vertices);
        let back = |event: &_| matches!(event, DfsEvent::Edge(_, EdgeClass::Back));
        let cyclic = refcycle_core::algo::topological_order(graph).is_err();
        assert_eq!(found.iter().any(back), cyclic);
        for stranger in expected.strangers() {
            let refused = depth_first_arcs(graph, [stranger], |_| ControlFlow::Break(()));
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotAVertex);
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn classes_are_told_by_the_times((graph, starts) in graphs_and_choices()) {
        every_forward_graph(&graph, &Classes(starts));
    }

    #[test]
    fn edges_come_with_their_ids((graph, starts) in graphs_and_choices()) {
        every_graph(&graph, &WithIds(starts));
    }

    #[test]
    fn a_back_edge_closes_a_cycle(graph in graphs()) {
        every_forward_graph(&graph, &BackEdges);
    }
}

#[test]
fn a_self_loop_is_a_back_edge() {
    let graph = CsrGraph::from_edges(1, [(0, 0), (0, 0)]).unwrap();
    let classes = events(&graph, &[VertexId::new(0)]);
    let loops = DfsEvent::Edge((VertexId::new(0), VertexId::new(0)), EdgeClass::Back);
    assert_eq!(classes[1..3], [loops, loops]);
}
