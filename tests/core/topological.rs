//! Topological order, topological levels, and the cycle that the error contains.

use petgraph::algo::toposort;
use proptest::prelude::*;
use refcycle_core::algo::{self, Levels, NotAcyclic, ParallelEdges};
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, Successors, VertexId};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::all_different;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{acyclic_graphs, config, graphs};
use refcycle_tests::oracles::{Distances, longest_paths};
use refcycle_tests::representations::{
    Check, ForwardCheck, digraph, every_forward_graph, every_graph,
};

fn is_topological(order: &[VertexId], graph: &EdgeList) {
    assert_eq!(
        sorted(order.iter().copied()),
        sorted(graph.vertices.clone())
    );
    let place = |v| order.iter().position(|&w| w == v);
    for &(tail, head) in &graph.edges {
        assert!(place(tail) < place(head), "{tail} -> {head} goes back");
    }
}

fn is_a_cycle(error: &NotAcyclic, graph: &EdgeList) {
    let cycle = &error.cycle;
    assert!(!cycle.is_empty());
    assert!(all_different(cycle));
    for (i, &v) in cycle.iter().enumerate() {
        let next = cycle[(i + 1) % cycle.len()];
        assert!(graph.edges.contains(&(v, next)), "no edge {v} -> {next}");
    }
}

fn is_cyclic(graph: &EdgeList) -> bool {
    let oracle = Distances::of(graph);
    graph.vertices.iter().any(|&v| oracle.cycle(v).is_some())
}

struct Order;

impl ForwardCheck for Order {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        match algo::topological_order(graph) {
            Ok(order) => is_topological(&order, expected),
            Err(error) => is_a_cycle(&error, expected),
        }
        assert_eq!(algo::topological_order(graph).is_err(), is_cyclic(expected));
    }
}

fn are_levels(levels: &Levels, graph: &EdgeList) {
    is_topological(levels.topological_order(), graph);
    let longest = longest_paths(graph);
    for (&v, &length) in &longest {
        assert_eq!(levels.level_of(v), Some(length as u32));
    }
    for hole in graph.holes() {
        assert_eq!(levels.level_of(hole), None);
    }
    let count = longest.values().max().map_or(0, |&length| length + 1);
    assert_eq!(levels.len(), count);
    assert_eq!(levels.is_empty(), graph.vertices.is_empty());
    for (number, level) in levels.iter().enumerate() {
        assert_eq!(levels.level(number as u32), level);
        assert!(level.iter().all(|v| longest[v] == number));
    }
    assert_eq!(levels.level(count as u32), []);
    assert_eq!(levels.level(u32::MAX), []);
}

struct ByLevel;

impl ForwardCheck for ByLevel {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        match algo::topological_levels(graph) {
            Ok(levels) => are_levels(&levels, expected),
            Err(error) => is_a_cycle(&error, expected),
        }
        assert_eq!(
            algo::topological_levels(graph).is_err(),
            is_cyclic(expected)
        );
        // The components always have levels.
        let condensation = algo::condensation(graph, ParallelEdges::Keep);
        let between = condensation.graph().edges();
        let between = between.map(|edge| (edge.tail.number(), edge.head.number()));
        let between = EdgeList::dense(condensation.components().len(), between);
        are_levels(&condensation.levels(), &between);
    }
}

struct Methods;

impl Check for Methods {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        assert_eq!(graph.topological_order(), algo::topological_order(graph));
        assert_eq!(graph.topological_levels(), algo::topological_levels(graph));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_order_or_a_cycle(graph in graphs()) {
        every_forward_graph(&graph, &Order);
    }

    #[test]
    fn an_order_of_an_acyclic_graph(graph in acyclic_graphs()) {
        every_forward_graph(&graph, &Order);
    }

    #[test]
    fn levels_or_a_cycle(graph in graphs()) {
        every_forward_graph(&graph, &ByLevel);
    }

    #[test]
    fn levels_of_an_acyclic_graph(graph in acyclic_graphs()) {
        every_forward_graph(&graph, &ByLevel);
    }

    #[test]
    fn the_methods_are_the_functions(graph in graphs()) {
        every_graph(&graph, &Methods);
    }

    #[test]
    fn petgraph_agrees_on_what_is_acyclic(graph in prop_oneof![graphs(), acyclic_graphs()]) {
        let theirs = toposort(&digraph(&graph), None);
        prop_assert_eq!(graph.csr().topological_order().is_ok(), theirs.is_ok());
    }
}

#[test]
fn what_an_error_says() {
    let error = |edges: &[(u32, u32)]| {
        let graph = CsrGraph::from_edges(4, edges.iter().copied()).unwrap();
        let error = graph.topological_order().unwrap_err();
        assert_eq!(graph.topological_levels().unwrap_err(), error);
        error.to_string()
    };
    assert_eq!(
        error(&[(0, 3), (3, 3)]),
        "the graph has a cycle of 1 vertex through vertex 3"
    );
    assert_eq!(
        error(&[(0, 1), (1, 2), (2, 3), (3, 1)]),
        "the graph has a cycle of 3 vertices through vertex 1"
    );
}
