//! The subgraphs of the components.

use proptest::prelude::*;
use refcycle_core::algo::{Components, Split};
use refcycle_core::views::Subgraph;
use refcycle_core::{Algorithms, IDirectedGraph};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, every_graph};

/// The subgraph of each component, if it has one.
fn subgraphs<G: IDirectedGraph>(graph: &G, components: &Components) -> Vec<Option<Subgraph>> {
    let split = Split::new(graph, components);
    let numbers = 0..components.len() as u32;
    let subgraphs = numbers.map(|number| split.component(graph, components, number));
    subgraphs.collect()
}

struct EachComponent;

impl Check for EachComponent {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let oracle = Distances::of(expected);
        let components = graph.strongly_connected_components();
        for (members, subgraph) in components.iter().zip(subgraphs(graph, &components)) {
            assert_eq!(subgraph.is_some(), oracle.cycle(members[0]).is_some());
            let Some(subgraph) = subgraph else { continue };
            let whole = graph.full_subgraph(members.iter().copied()).unwrap();
            assert_eq!(subgraph.parent_vertices(), members);
            assert_eq!(subgraph.parent_edges(), whole.parent_edges());
            assert!(subgraph.references().eq(whole.references()));
        }
    }
}

/// Every edge is within a component or between two.
struct Accounted;

impl Check for Accounted {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        let components = graph.strongly_connected_components();
        let of = |v| components.component_of(v);
        let between = graph
            .references()
            .filter(|edge| of(edge.tail) != of(edge.head));
        let mut all: Vec<_> = between.map(|edge| edge.id).collect();
        for subgraph in subgraphs(graph, &components).iter().flatten() {
            all.extend(subgraph.parent_edges());
        }
        assert_eq!(sorted(all), sorted(graph.references().map(|edge| edge.id)));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_component_with_a_cycle_has_a_subgraph(graph in graphs()) {
        every_graph(&graph, &EachComponent);
    }

    #[test]
    fn no_edge_is_lost(graph in graphs()) {
        every_graph(&graph, &Accounted);
    }
}
