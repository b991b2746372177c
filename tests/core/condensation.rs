//! The graph of the components.

use proptest::prelude::*;
use refcycle_core::algo::{self, Condensation, ParallelEdges};
use refcycle_core::{Algorithms, IDirectedGraph, Successors, VertexId, Vertices};
use refcycle_tests::EdgeList;
use refcycle_tests::checks::graph_contract;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{Check, ForwardCheck, every_forward_graph, every_graph};

/// The expected condensation, given the numbers of its components.
fn contracted(graph: &EdgeList, condensation: &Condensation) -> EdgeList {
    let number = |v: VertexId| condensation.components().component_of(v).unwrap();
    let edges = graph.edges.iter().map(|&(t, h)| (number(t), number(h)));
    EdgeList::dense(
        condensation.components().len(),
        edges.filter(|(t, h)| t != h),
    )
}

fn acyclic_and_in_order(condensation: &Condensation, expected: &EdgeList) {
    let oracle = Distances::of(expected);
    let graph = condensation.graph();
    assert!(graph.vertices().all(|c| oracle.cycle(c).is_none()));
    assert!(graph.edges().all(|edge| edge.tail > edge.head));

    let order: Vec<_> = condensation.topological_order().collect();
    assert_eq!(order.len(), graph.vertex_count());
    for (earlier, &from) in order.iter().enumerate() {
        for &to in &order[..earlier] {
            assert_eq!(oracle.path(from, to), None, "{to} should come later");
        }
    }
}

struct Contracts;

impl ForwardCheck for Contracts {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let components = algo::strongly_connected_components(graph);

        let kept = algo::condensation(graph, ParallelEdges::Keep);
        assert_eq!(kept.components(), &components);
        let contracted_edges = contracted(expected, &kept);
        graph_contract(kept.graph(), &contracted_edges);
        acyclic_and_in_order(&kept, &contracted_edges);

        let merged = algo::condensation(graph, ParallelEdges::Merge);
        assert_eq!(merged.components(), &components);
        graph_contract(merged.graph(), &contracted_edges.merged());
        acyclic_and_in_order(&merged, &contracted_edges);

        let heads = merged.graph().heads().to_vec();
        let (again, graph) = merged.into_parts();
        assert_eq!((again, graph.heads().to_vec()), (components, heads));
    }
}

struct Method;

impl Check for Method {
    fn check<G: IDirectedGraph>(&self, graph: &G, expected: &EdgeList) {
        let merged = graph.condensation();
        graph_contract(merged.graph(), &contracted(expected, &merged).merged());
    }
}

/// An acyclic graph is its own condensation.
struct Again;

impl ForwardCheck for Again {
    fn check<G: Successors>(&self, graph: &G, _: &EdgeList) {
        let once = algo::condensation(graph, ParallelEdges::Keep);
        let twice = algo::condensation(once.graph(), ParallelEdges::Keep);
        assert_eq!(twice.graph().vertex_count(), once.graph().vertex_count());
        assert_eq!(twice.graph().edge_count(), once.graph().edge_count());
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn edges_between_components_are_kept_or_merged(graph in graphs()) {
        every_forward_graph(&graph, &Contracts);
    }

    #[test]
    fn the_method_merges(graph in graphs()) {
        every_graph(&graph, &Method);
    }

    #[test]
    fn condensing_twice_changes_nothing(graph in graphs()) {
        every_forward_graph(&graph, &Again);
    }
}
