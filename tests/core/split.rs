//! The subgraphs of the components.

use proptest::prelude::*;
use refcycle_core::algo::{Components, Split};
use refcycle_core::views::Subgraph;
use refcycle_core::{Algorithms, CsrGraph, ErrorKind, IDirectedGraph, VertexId, VertexSet};
use refcycle_tests::EdgeList;
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, every_graph};

/// The subgraph of each component, if it has one.
fn subgraphs<G: IDirectedGraph>(graph: &G, components: &Components) -> Vec<Option<Subgraph>> {
    let split = Split::new(graph, components).unwrap();
    let numbers = 0..components.len() as u32;
    let subgraphs = numbers.map(|number| split.subgraph(number));
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
            assert!(subgraph.edges().eq(whole.edges()));
        }
    }
}

/// Every edge is within a component or between two.
struct Accounted;

impl Check for Accounted {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        let components = graph.strongly_connected_components();
        let of = |v| components.component_of(v);
        let between = graph.edges().filter(|edge| of(edge.tail) != of(edge.head));
        let mut all: Vec<_> = between.map(|edge| edge.id).collect();
        for subgraph in subgraphs(graph, &components).iter().flatten() {
            all.extend(subgraph.parent_edges());
        }
        assert_eq!(sorted(all), sorted(graph.edges().map(|edge| edge.id)));
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

/// Components of another graph are an error, also if it has as many vertices.
#[test]
fn components_of_another_graph() {
    let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)]).unwrap();
    let kept = VertexSet::from_vertices(3, [0, 2].map(VertexId::new));
    let other = VertexSet::from_vertices(3, [0, 1].map(VertexId::new));
    let (part, other) = (graph.masked(&kept).unwrap(), graph.masked(&other).unwrap());
    let smaller = CsrGraph::from_edges(2, [(0, 1)]).unwrap();

    let components = smaller.strongly_connected_components();
    let error = Split::new(&graph, components).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LengthMismatch);
    let error = Split::new(&graph, part.strongly_connected_components()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LengthMismatch);
    let error = Split::new(&other, part.strongly_connected_components()).unwrap_err();
    assert_eq!(error.vertex(), Some(1));
}
