//! Graphs without their redundant edges.

use std::collections::BTreeSet;

use petgraph::algo::toposort;
use petgraph::algo::tred::{dag_to_toposorted_adjacency_list, dag_transitive_reduction_closure};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};
use proptest::prelude::*;
use refcycle_core::algo::{self, ParallelEdges};
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, Successors, VertexId, Vertices};
use refcycle_tests::EdgeList;
use refcycle_tests::generators::{acyclic_graphs, config, graphs};
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{
    Check, ForwardCheck, digraph, every_forward_graph, every_graph,
};

/// The edges whose head cannot be reached from any other child of their tail.
fn by_hand(graph: &EdgeList) -> BTreeSet<(u32, u32)> {
    let oracle = Distances::of(graph);
    let implied = |tail, head| {
        let others = graph.heads(tail).into_iter().filter(|&w| w != head);
        others
            .into_iter()
            .any(|other| oracle.path(other, head).is_some())
    };
    (graph.edges.iter())
        .filter(|&&(tail, head)| !implied(tail, head))
        .map(|(tail, head)| (tail.number(), head.number()))
        .collect()
}

fn edges(graph: &CsrGraph) -> Vec<(u32, u32)> {
    graph
        .edges()
        .map(|edge| (edge.tail.number(), edge.head.number()))
        .collect()
}

struct Reduces;

impl ForwardCheck for Reduces {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let Ok(reduced) = algo::transitive_reduction(graph) else {
            assert!(algo::topological_order(graph).is_err());
            return;
        };
        assert!(algo::topological_order(graph).is_ok());
        assert_eq!(reduced.vertex_bound(), graph.vertex_bound());
        let found = edges(&reduced);
        let set: BTreeSet<_> = found.iter().copied().collect();
        assert_eq!(set.len(), found.len(), "an edge comes twice");
        assert_eq!(set, by_hand(expected));
        for v in &expected.vertices {
            let mut heads = graph.successors(*v);
            let in_order = reduced.successors(*v).all(|w| heads.any(|head| head == w));
            assert!(in_order, "the edges of {v} changed places");
        }
    }
}

struct OfTheCondensation;

impl Check for OfTheCondensation {
    fn check<G: IDirectedGraph>(&self, graph: &G, _: &EdgeList) {
        for parallel in [ParallelEdges::Keep, ParallelEdges::Merge] {
            let condensation = algo::condensation(graph, parallel);
            let between = condensation.graph();
            let list = EdgeList::dense(between.vertex_count(), edges(between));
            let reduced = condensation.transitive_reduction();
            assert_eq!(
                edges(&reduced).into_iter().collect::<BTreeSet<_>>(),
                by_hand(&list)
            );
            assert_eq!(
                edges(&between.transitive_reduction().unwrap()),
                edges(&reduced)
            );
        }
    }
}

/// The transitive reduction according to petgraph.
fn theirs(graph: &EdgeList) -> BTreeSet<(u32, u32)> {
    let graph = digraph(&graph.merged());
    let order = toposort(&graph, None).expect("the graph is acyclic");
    let (list, _) = dag_to_toposorted_adjacency_list::<_, u32>(&graph, &order);
    let (reduced, _) = dag_transitive_reduction_closure(&list);
    let name = |i: u32| order[i as usize].index() as u32;
    reduced
        .edge_references()
        .map(|edge| (name(edge.source()), name(edge.target())))
        .collect()
}

fn same_as_theirs(graph: &EdgeList) {
    let ours = algo::transitive_reduction(&graph.csr()).unwrap();
    let found = edges(&ours);
    let expected = theirs(graph);
    assert_eq!(found.len(), expected.len());
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
}

/// Acyclic graphs with too many paths for a bounded search to try all of them.
fn large_acyclic_graphs() -> impl Strategy<Value = EdgeList> {
    let ends = (0u32..700, 1u32..700);
    (prop::collection::vec(ends, 2000..9000), 1u32..700).prop_map(|(ends, near)| {
        let edges = ends
            .into_iter()
            .map(|(tail, by)| (tail, tail + 1 + by % near));
        EdgeList::dense(700, edges.filter(|&(_, head)| head < 700))
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn only_implied_edges_go(graph in prop_oneof![graphs(), acyclic_graphs()]) {
        every_forward_graph(&graph, &Reduces);
    }

    #[test]
    fn the_condensation_is_reduced(graph in graphs()) {
        every_graph(&graph, &OfTheCondensation);
    }

    #[test]
    fn petgraph_agrees(graph in acyclic_graphs()) {
        same_as_theirs(&graph);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..config() })]

    #[test]
    fn petgraph_agrees_on_large_graphs(graph in large_acyclic_graphs()) {
        same_as_theirs(&graph);
        // Ids where heads come before tails, and ids in no particular order.
        let last = VertexId::new(699);
        same_as_theirs(&graph.renumbered(700, |v| VertexId::new(last.number() - v.number())));
        same_as_theirs(&graph.renumbered(700, |v| VertexId::new(v.number() * 3 % 700)));
    }
}

#[test]
fn layers_that_know_each_other() {
    // Every vertex has edges to all vertices of the next two layers; the edges to the second layer
    // are redundant.
    const WIDTH: u32 = 30;
    const LAYERS: u32 = 40;
    let vertex = |layer, i| layer * WIDTH + i;
    let mut list = Vec::new();
    for layer in 0..LAYERS - 1 {
        for (a, b) in (0..WIDTH).flat_map(|a| (0..WIDTH).map(move |b| (a, b))) {
            list.push((vertex(layer, a), vertex(layer + 1, b)));
            if layer + 2 < LAYERS {
                list.push((vertex(layer, a), vertex(layer + 2, b)));
            }
        }
    }
    let graph = CsrGraph::from_edges((LAYERS * WIDTH) as usize, list).unwrap();
    let reduced = graph.transitive_reduction().unwrap();
    assert_eq!(
        reduced.edge_count(),
        ((LAYERS - 1) * WIDTH * WIDTH) as usize
    );
}
