//! Strongly connected components.

use std::collections::BTreeSet;

use proptest::prelude::*;
use refcycle_core::{IDirectedGraph, Successors, VertexId, algo};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, ForwardCheck, every_forward_graph, every_graph};

struct Partition;

impl ForwardCheck for Partition {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        let components = algo::strongly_connected_components(graph);
        let groups = components
            .iter()
            .map(|members| sorted(members.iter().copied()));
        assert_eq!(sorted(groups), oracle.components());
        assert_eq!(components.len(), oracle.components().len());
        assert_eq!(components.is_empty(), expected.vertices.is_empty());
        for number in 0..components.len() as u32 {
            for &v in components.component(number) {
                assert_eq!(components.component_of(v), Some(number));
            }
        }
        for hole in expected.holes() {
            assert_eq!(components.component_of(hole), None);
        }
    }
}

struct Order;

impl ForwardCheck for Order {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let components = algo::strongly_connected_components(graph);
        let number = |v: VertexId| components.component_of(v).unwrap();
        for &(tail, head) in &expected.edges {
            assert!(number(tail) >= number(head), "{tail} -> {head} goes up");
        }
        let order: Vec<_> = components.topological_order().collect();
        assert_eq!(order.len(), components.len());
        let position = |v| {
            order
                .iter()
                .position(|&number| Some(number) == components.component_of(v))
        };
        for &(tail, head) in &expected.edges {
            assert!(
                position(tail) <= position(head),
                "{tail} -> {head} goes back"
            );
        }
    }
}

struct Ends;

impl ForwardCheck for Ends {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        let components = algo::strongly_connected_components(graph);
        let numbers = |in_it: &dyn Fn(VertexId) -> bool| {
            let vertices = expected.vertices.iter().copied().filter(|&v| in_it(v));
            let numbers: BTreeSet<_> = vertices
                .map(|v| components.component_of(v).unwrap())
                .collect();
            Vec::from_iter(numbers)
        };
        assert_eq!(components.sources(graph), numbers(&|v| oracle.in_source(v)));
        assert_eq!(components.sinks(graph), numbers(&|v| oracle.in_sink(v)));
        let cyclic: Vec<_> = components.cyclic(graph).collect();
        assert_eq!(cyclic, numbers(&|v| oracle.cycle(v).is_some()));
    }
}

/// The methods of a graph are the functions.
struct Methods;

impl Check for Methods {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        let components = algo::strongly_connected_components(graph);
        assert_eq!(graph.strongly_connected_components(), components);
        let sources = components.sources(graph);
        assert_eq!(graph.source_components(), (components.clone(), sources));
        let sinks = components.sinks(graph);
        assert_eq!(graph.sink_components(), (components, sinks));
    }
}

/// Turning every edge round changes neither the components nor, but for its direction,
/// their order.
struct Turned;

impl Check for Turned {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let components = graph.strongly_connected_components();
        let turned = graph.reversed().strongly_connected_components();
        let groups = |components: &algo::Components| {
            sorted(
                components
                    .iter()
                    .map(|members| sorted(members.iter().copied())),
            )
        };
        assert_eq!(groups(&components), groups(&turned));
        for &(tail, head) in &expected.edges {
            assert!(turned.component_of(head) >= turned.component_of(tail));
        }
        let of = |components: &algo::Components, numbers: Vec<u32>| {
            let vertices = numbers
                .into_iter()
                .flat_map(|n| components.component(n).to_vec());
            sorted(vertices)
        };
        assert_eq!(
            of(&components, components.sources(graph)),
            of(&turned, turned.sinks(&graph.reversed()))
        );
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn two_vertices_share_a_component_when_each_reaches_the_other(graph in graphs()) {
        every_forward_graph(&graph, &Partition);
    }

    #[test]
    fn components_come_in_reverse_topological_order(graph in graphs()) {
        every_forward_graph(&graph, &Order);
    }

    #[test]
    fn sources_sinks_and_cycles(graph in graphs()) {
        every_forward_graph(&graph, &Ends);
    }

    #[test]
    fn methods_are_the_functions(graph in graphs()) {
        every_graph(&graph, &Methods);
    }

    #[test]
    fn the_reversed_graph_has_the_same_components(graph in graphs()) {
        every_graph(&graph, &Turned);
    }
}
